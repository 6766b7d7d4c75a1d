package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Settings;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Encoder;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The plan beside the networks that it is of, and the tapes that these allocate. */
class MemoryPlanTest {
  private static final int STEPS = 9;
  private static final int BATCH = 4;
  private static final int CONDITIONS = 7;
  private static final int WIDTH = 5;

  private static Settings settings(String condition, String method, int window) {
    return Settings.parse(
        """
        generator { hidden = 6, layers = 2, mixture = 3, window = 4, condition = %s }
        discriminator { hidden = %d, behaviour = hidden-and-input }
        objective.method = %s
        training { batch = %d, recompute-window = %d, threads = 1 }
        """
            .formatted(condition, WIDTH, method, BATCH, window),
        "test");
  }

  private static StepShape corpus(boolean pen, int conditions) {
    return pen
        ? new StepShape(0, 3, true, conditions, false, 0)
        : new StepShape(5, 0, false, conditions, false, 0);
  }

  @ParameterizedTest
  @CsvSource({
    "none, true, 0",
    "none, true, 2",
    "label, false, 0",
    "label, true, 2",
    "window, true, 0",
    "window, true, 4",
    "encoder, false, 2",
    "encoder, true, 0"
  })
  void isOfTheNetworksAndTheirTapes(String condition, boolean pen, int window) {
    Settings settings = settings(condition, "professor-forcing", window);
    StepShape corpus = corpus(pen, CONDITIONS);
    MemoryPlan plan = MemoryPlan.of(settings, corpus, STEPS);
    SequenceNetworks networks = SequenceNetworks.create(settings, corpus);
    Generator generator = networks.generator();
    assertThat(plan.generatorParameters())
        .isEqualTo(generator.networks().stream().mapToLong(MultiLayerNetwork::numParams).sum());
    MultiLayerNetwork discriminator = networks.discriminator().orElseThrow().network();
    assertThat(plan.discriminatorParameters()).isEqualTo(discriminator.numParams());
    assertThat(plan.networkBytes())
        .isEqualTo(16 * (plan.generatorParameters() + plan.discriminatorParameters()));

    Generator.Shape shape = generator.shape();
    int[] parts = Generator.behaviourParts(shape, settings.discriminator().behaviour());
    long tapes =
        Generator.tapeBytes(shape, STEPS, 2 * BATCH, window, false)
            + RecurrentDiscriminator.tapeBytes(STEPS, 2 * BATCH, window, WIDTH, parts);
    if (condition.equals("encoder")) {
      tapes += Encoder.tapeBytes(CONDITIONS, shape.hidden(), shape.layers(), STEPS, BATCH);
    }
    assertThat(plan.activationBytes()).isEqualTo(tapes);
    assertThat(plan.tokens()).isEqualTo((long) BATCH * STEPS);
  }

  /** What is seen before its tanh stands beside the states. */
  @Test
  void statesBeforeTheirTanhAreCounted() {
    String probabilities = "discriminator.behaviour = %s-and-probabilities";
    StepShape corpus = corpus(false, 0);
    MemoryPlan hidden =
        MemoryPlan.of(Settings.parse(probabilities.formatted("hidden"), "test"), corpus, STEPS);
    MemoryPlan preTanh =
        MemoryPlan.of(Settings.parse(probabilities.formatted("pre-tanh"), "test"), corpus, STEPS);
    assertThat(preTanh.activationBytes() - hidden.activationBytes())
        .isEqualTo(4L * STEPS * 2 * 32 * 256);
  }

  /** The convolutions' weights, and their gradient, are held in a second layout. */
  @Test
  void isOfTheConvolutions() {
    String training = "training { batch = %d, threads = 1 }, generator.hidden = 6".formatted(BATCH);
    String judged = "discriminator { kind = convolutional, hidden = %d }".formatted(WIDTH);
    String alone = "objective.method = teacher-forcing";
    StepShape corpus = new StepShape(2, 0, false, 0, false, 3);
    Settings settings = Settings.parse(training + "\n" + judged, "test");
    MemoryPlan plan = MemoryPlan.of(settings, corpus, STEPS);
    SequenceNetworks networks = SequenceNetworks.create(settings, corpus);
    MultiLayerNetwork discriminator = networks.discriminator().orElseThrow().network();
    assertThat(plan.discriminatorParameters()).isEqualTo(discriminator.numParams());
    long weights =
        Stream.of("1_W", "2_W", "3_W")
            .mapToLong(name -> discriminator.getParam(name).length())
            .sum();
    MemoryPlan without =
        MemoryPlan.of(Settings.parse(training + "\n" + alone, "test"), corpus, STEPS);
    assertThat(plan.copyBytes() - without.copyBytes()).isEqualTo(Float.BYTES * 2 * weights);
    Generator.Shape shape = networks.generator().shape();
    int columns = Generator.behaviourWidth(shape, settings.discriminator().behaviour());
    assertThat(plan.activationBytes())
        .isEqualTo(
            Generator.tapeBytes(shape, STEPS, 2 * BATCH, 0, true)
                + ConvolutionalDiscriminator.tapeBytes(STEPS, 2 * BATCH, 3, WIDTH, columns));
    // What the four pixels of the first one's output see, 5 x 5 pixels each.
    assertThat(plan.largestArrayBytes()).isEqualTo((long) Float.BYTES * 2 * BATCH * 4 * 25 * WIDTH);
  }

  @ParameterizedTest
  @CsvSource({"teacher-forcing, 1, 0", "professor-forcing, 2, 2"})
  void sampledWordsTakeTheWholeSoftmaxsPlace(String method, int modes, int window) {
    Settings settings =
        Settings.parse(
            settings("none", method, window).render() + "generator.softmax-samples = 2", "test");
    MemoryPlan plan =
        MemoryPlan.of(settings, StepShape.ofWords(new WordCounts(new long[500])), STEPS);
    Generator.Shape shape = new Generator.Shape(500, 0, settings.generator().hidden(), 2);
    int[] parts = Generator.behaviourParts(shape, settings.discriminator().behaviour());
    long judged =
        modes == 1 ? 0 : RecurrentDiscriminator.tapeBytes(STEPS, 2 * BATCH, window, WIDTH, parts);
    long rows = (long) modes * BATCH;
    assertThat(plan.activationBytes())
        .isEqualTo(Generator.sampledTapeBytes(shape, STEPS, rows, window, BATCH, 2) + judged);
  }

  @ParameterizedTest
  @CsvSource({
    "teacher-forcing, 1, 0, 0",
    "professor-forcing, 2, 2, 0",
    "professor-forcing, 2, 0, 2",
    "teacher-forcing, 1, 2, 2"
  })
  void whatIsDroppedIsCounted(String method, int modes, int window, int samples) {
    String without = settings("none", method, window).render();
    String drops =
        "generator { softmax-samples = %d, dropout { input = 0.1, output = 0.2 } }"
            .formatted(samples);
    StepShape corpus = StepShape.ofWords(new WordCounts(new long[500]));
    Generator.Shape shape = new Generator.Shape(500, 0, 6, 2);
    Dropout dropout = new Dropout(0.1, 0.2);
    int rows = modes * BATCH;
    long masks =
        samples > 0
            ? Generator.sampledDropoutBytes(shape, dropout, STEPS, rows, window, BATCH)
            : Generator.dropoutBytes(shape, dropout, STEPS, rows, window, false);
    assertThat(activations(without + drops, corpus))
        .isEqualTo(activations(without + "generator.softmax-samples = " + samples, corpus) + masks);
    assertThat(masks).isPositive();
  }

  private static long activations(String hocon, StepShape corpus) {
    return MemoryPlan.of(Settings.parse(hocon, "test"), corpus, STEPS).activationBytes();
  }

  /** What is read beside a step may be wider than a state, of which all steps are held too. */
  @ParameterizedTest
  @CsvSource({"label, 40, 40", "window, 40, 40", "label, 2, 6", "none, 40, 6"})
  void theLargestArrayMayBeOneThatIsRead(String condition, int conditions, int columns) {
    Settings settings = settings(condition, "teacher-forcing", 1);
    assertThat(MemoryPlan.of(settings, corpus(false, conditions), STEPS).largestArrayBytes())
        .isEqualTo((long) Float.BYTES * BATCH * STEPS * columns);
  }
}
