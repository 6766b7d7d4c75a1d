package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;

/**
 * Training in float with the kernels that a user gets, on a text whose next character depends on
 * more than the last one: "a" is followed by b, c, d or a space. A model without memory therefore
 * cannot do better than the entropy of the next symbol given the last, whatever it learns (Gibbs'
 * inequality); a model that learns to remember gets close to none.
 */
class LearningTest {
  private static final String TEXT = "abracadabra ";
  private static final String ALPHABET = "abcdr ";
  private static final int STEPS = 36;
  private static final int HIDDEN = 16;
  private static final int UPDATES = 150;
  private static final SequenceBatch CORPUS = everyPhase();
  private static final double WITHOUT_MEMORY = entropyGivenTheLastSymbol();
  private static final Kernels KERNELS = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2);

  /** The text over and over, once from each of its characters on. */
  private static SequenceBatch everyPhase() {
    int[][] sequences = new int[TEXT.length()][STEPS];
    for (int n = 0; n < sequences.length; n++) {
      for (int t = 0; t < STEPS; t++) {
        sequences[n][t] = ALPHABET.indexOf(TEXT.charAt((n + t) % TEXT.length()));
      }
    }
    return SequenceBatch.of(sequences);
  }

  /** Of the corpus itself, nats; a sequence's first symbol is given the start symbol. */
  private static double entropyGivenTheLastSymbol() {
    int symbols = ALPHABET.length();
    double[][] counts = new double[symbols + 1][symbols];
    double[] totals = new double[symbols + 1];
    for (int n = 0; n < CORPUS.sequences(); n++) {
      for (int t = 0; t < STEPS; t++) {
        int last = t == 0 ? symbols : CORPUS.token(t - 1, n);
        counts[last][CORPUS.token(t, n)]++;
        totals[last]++;
      }
    }
    double sum = 0;
    for (int last = 0; last <= symbols; last++) {
      for (double count : counts[last]) {
        sum -= count == 0 ? 0 : count * Math.log(count / totals[last]);
      }
    }
    return sum / CORPUS.symbols();
  }

  private static Generator generator() {
    Generator.Shape shape = new Generator.Shape(ALPHABET.length(), 0, HIDDEN, 1);
    return new Generator(
        Networks.initialised(
            Generator.configuration(shape, DataType.FLOAT, new Adam(0.02), /* seed= */ 3)),
        KERNELS);
  }

  /**
   * The discriminator is slow enough for the game to settle whatever the draws; at 0.01 it
   * oscillates, and how a run ends is chance.
   */
  private static ProfessorForcing professorForcing(Generator generator) {
    Behaviour behaviour = Behaviour.HIDDEN_AND_PROBABILITIES;
    int columns = Generator.behaviourWidth(generator.shape(), behaviour);
    Discriminator discriminator =
        new RecurrentDiscriminator(
            Networks.initialised(
                RecurrentDiscriminator.configuration(
                    columns, 16, DataType.FLOAT, new Adam(0.003), /* seed= */ 4)),
            KERNELS);
    return new ProfessorForcing(
        generator,
        discriminator,
        ProfessorForcingOptions.paper(behaviour)
            .updates(new GeneratorUpdates(/* gradientClip= */ 1, 0))
            .discriminatorGradientClip(5)
            .build());
  }

  /** Cuts every way for the past to get through: the recurrent product and the update gate. */
  private static void forgetEverything(Objective objective) {
    MultiLayerNetwork network = objective.networks().get(0);
    network.getParam("0_RW").assign(0);
    INDArray bias = network.getParam("0_b");
    bias.get(NDArrayIndex.all(), NDArrayIndex.interval(HIDDEN, 2 * HIDDEN)).assign(-40);
    bias.get(NDArrayIndex.all(), NDArrayIndex.interval(4 * HIDDEN, 5 * HIDDEN)).assign(0);
    objective.refresh();
  }

  @Test
  void theBoundIsBetweenWhatSymbolsAloneAndPairsTell() {
    // "a" has 5 of 12 places, and then one of four symbols, "b" twice; the rest is the first step.
    double afterA = 5.0 / 12 * (0.4 * Math.log(2.5) + 0.6 * Math.log(5));
    assertThat(WITHOUT_MEMORY).isBetween(afterA, afterA + 1.6 / STEPS);
  }

  @Test
  void teacherForcingLearnsWhatAModelWithoutMemoryCannot() {
    TeacherForcing objective =
        new TeacherForcing(generator(), new GeneratorUpdates(/* gradientClip= */ 1, 0), 0);
    SplittableRandom random = new SplittableRandom(1);
    assertThat(objective.step(CORPUS, 0, random).nll())
        .as("untrained")
        .isGreaterThan(2 * WITHOUT_MEMORY);
    for (int i = 0; i < UPDATES; i++) {
      objective.step(CORPUS, 0, random);
    }
    assertThat(objective.step(CORPUS, 0, random).nll())
        .as("trained")
        .isLessThan(WITHOUT_MEMORY / 3);
  }

  @Test
  void aModelWithoutMemoryComesToItsBoundAndNoFurther() {
    TeacherForcing objective =
        new TeacherForcing(generator(), new GeneratorUpdates(/* gradientClip= */ 1, 0), 0);
    SplittableRandom random = new SplittableRandom(1);
    forgetEverything(objective);
    double nll = Double.NaN;
    for (int i = 0; i < 2 * UPDATES; i++) {
      nll = objective.step(CORPUS, 0, random).nll();
      forgetEverything(objective);
      assertThat(nll).isGreaterThan(WITHOUT_MEMORY - 1e-5);
    }
    assertThat(nll).isLessThan(1.05 * WITHOUT_MEMORY);
  }

  @Test
  void professorForcingLearnsItTooWithBothPlayersMoving() {
    Generator generator = generator();
    ProfessorForcing objective = professorForcing(generator);
    SplittableRandom random = new SplittableRandom(1);
    int generatorHeard = 0;
    int discriminatorMoved = 0;
    StepMetrics metrics = objective.step(CORPUS, 0, random);
    assertThat(metrics.nll()).as("untrained").isGreaterThan(2 * WITHOUT_MEMORY);
    for (int i = 0; i < 2 * UPDATES; i++) {
      metrics = objective.step(CORPUS, 0, random);
      generatorHeard += metrics.generatorGate() ? 1 : 0;
      discriminatorMoved += metrics.discriminatorGate() ? 1 : 0;
    }
    assertThat(metrics.nll()).as("trained").isLessThan(WITHOUT_MEMORY / 2);
    assertThat(generatorHeard).isPositive();
    assertThat(discriminatorMoved).isGreaterThan(10);
    assertThat(shareOfRightSteps(generator)).isGreaterThan(0.8);
  }

  /** Of what the trained generator writes by itself: stretches of five that the text has. */
  private static double shareOfRightSteps(Generator generator) {
    String endless = TEXT.repeat(3);
    int right = 0;
    int count = 0;
    for (String written : freeRunning(generator, /* rows= */ 12)) {
      for (int t = 4; t + 5 <= written.length(); t++) {
        count++;
        right += endless.contains(written.substring(t, t + 5)) ? 1 : 0;
      }
    }
    return (double) right / count;
  }

  private static String[] freeRunning(Generator generator, int rows) {
    GeneratorTape tape = generator.tape(STEPS, rows);
    tape.start();
    AncestralSampler sampler =
        AncestralSampler.of(new SplittableRandom(5), STEPS, rows, 1, new Sharpness(1, 0));
    generator.run(
        tape, (step, row, p, offset) -> sampler.draw(step, row, p, offset, ALPHABET.length()));
    String[] written = new String[rows];
    Arrays.fill(written, "");
    for (int i = 0; i < tape.outputs().length; i++) {
      written[i % rows] += ALPHABET.charAt(tape.outputs()[i]);
    }
    return written;
  }
}
