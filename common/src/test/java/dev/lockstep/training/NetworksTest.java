package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import dev.lockstep.objective.StepMetrics;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.TinyNetworks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

class NetworksTest {
  private static final Settings SETTINGS = TinyNetworks.settings("professor-forcing");

  /** The network itself says which discriminator it is; a step trains both networks. */
  @Test
  void theGeneratorHearsAConvolutionalDiscriminator() {
    Generator.Shape shape =
        NetworkShapes.of(SETTINGS, StepShape.ofSymbols(TinyNetworks.VOCABULARY)).shape();
    int columns = Generator.behaviourWidth(shape, SETTINGS.discriminator().behaviour());
    MultiLayerNetwork generator = TinyNetworks.create("teacher-forcing").generator().network();
    MultiLayerNetwork discriminator =
        new MultiLayerNetwork(
            ConvolutionalDiscriminator.configuration(
                columns, 3, 4, DataType.FLOAT, new Adam(0.01), 5));
    discriminator.init();
    SequenceNetworks networks =
        SequenceNetworks.of(SETTINGS, TinyNetworks.STEPS, List.of(generator, discriminator));
    assertThat(networks.discriminator()).containsInstanceOf(ConvolutionalDiscriminator.class);

    double[] before = discriminator.params().dup().data().asDouble();
    double[] free = parametersAfterAStep(networks);
    assertThat(discriminator.params().data().asDouble()).isNotEqualTo(before);
    assertThat(free).isNotEqualTo(parametersAfterAStep(TinyNetworks.create("teacher-forcing")));
  }

  /** Of each network's own; the first step of Adam is as long as its step size. */
  @Test
  void stepSizesFallInAStraightLine() {
    double[] whole = longestSteps("linear", 0);
    double[] rest = longestSteps("linear", 0.75);
    double[] kept = longestSteps("none", 0.75);
    assertThat(whole).containsExactly(new double[] {0.01, 0.04}, within(1e-6));
    assertThat(rest).containsExactly(new double[] {0.0025, 0.01}, within(1e-6));
    assertThat(kept).containsExactly(new double[] {0.01, 0.04}, within(1e-6));
  }

  private static double[] longestSteps(String decay, double progress) {
    Settings settings =
        TinyNetworks.settings(
            "professor-forcing",
            "training.discriminator-learning-rate=0.04",
            "training.learning-rate-decay=" + decay);
    Networks networks = Networks.create(settings, TinyNetworks.STEPS);
    List<MultiLayerNetwork> all = networks.objective().networks();
    List<INDArray> before = all.stream().map(network -> network.params().dup()).toList();
    networks.setProgress(settings.training(), progress);
    SequenceBatch batch = SequenceBatch.of(TinyNetworks.sequences(1, 9, 9, 9, 9));
    networks.objective().step(batch, 0, new SplittableRandom(2));
    return IntStream.range(0, all.size())
        .mapToDouble(i -> all.get(i).params().sub(before.get(i)).amaxNumber().doubleValue())
        .toArray();
  }

  /** What regularises is off unless it is set, and each setting reaches every objective. */
  @ParameterizedTest
  @ValueSource(strings = {"teacher-forcing", "professor-forcing", "scheduled-sampling"})
  void regularisationIsWhatTheSettingsSay(String method) {
    double[] plain = parametersAfterTwoSteps(method, "training.seed=1");
    for (String setting :
        List.of(
            "generator.dropout.input=0.2",
            "generator.dropout.output=0.2",
            "training.carry-state=true",
            "training.weight-decay=0.1")) {
      assertThat(parametersAfterTwoSteps(method, setting)).as(setting).isNotEqualTo(plain);
    }
    for (String setting :
        List.of(
            "generator.dropout.input=0",
            "generator.dropout.output=0",
            "training.carry-state=false",
            "training.weight-decay=0")) {
      assertThat(parametersAfterTwoSteps(method, setting)).as(setting).isEqualTo(plain);
    }
  }

  private static double[] parametersAfterTwoSteps(String method, String setting) {
    SequenceNetworks networks =
        SequenceNetworks.create(
            TinyNetworks.settings(method, "training.seed=1", setting), TinyNetworks.STEPS);
    SplittableRandom random = new SplittableRandom(2);
    for (int update = 0; update < 2; update++) {
      SequenceBatch batch = SequenceBatch.of(TinyNetworks.sequences(1, 9, 9, 9, 9));
      networks.objective().step(batch, update, random);
    }
    return networks.generator().network().params().dup().data().asDouble();
  }

  private static double[] parametersAfterAStep(SequenceNetworks networks) {
    SequenceBatch batch = SequenceBatch.of(TinyNetworks.sequences(1, 9, 9, 9, 9));
    StepMetrics metrics = networks.objective().step(batch, 0, new SplittableRandom(2));
    assertThat(metrics.nll()).isFinite();
    return networks.generator().network().params().dup().data().asDouble();
  }

  /** With no weights, a first state gives words the shares that they have. */
  @Test
  void wordsBeginWithTheirShares() {
    WordCounts counts = new WordCounts(0, 7, 2, 1, 0);
    Settings settings = Settings.parse("objective.method = teacher-forcing", "test");
    Generator generator = SequenceNetworks.create(settings, StepShape.ofWords(counts)).generator();
    generator.network().getParam("1_W").assign(0);
    generator.refresh();
    GeneratorTape tape = generator.tape(1, 1);
    tape.start();
    generator.run(tape, (step, row, p, offset) -> 0);
    double[] shares = {1 / 15.0, 8 / 15.0, 3 / 15.0, 2 / 15.0, 1 / 15.0};
    Close.check("shares", tape.probabilities().toArray(), shares, 1e-6);
  }

  @Test
  void convolutionalNeedsImages() {
    Settings settings = Settings.parse("discriminator.kind = convolutional", "test");
    assertThatThrownBy(() -> SequenceNetworks.create(settings, StepShape.ofSymbols(5)))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("discriminator.kind = convolutional needs a corpus of images");
    assertThatThrownBy(() -> MemoryPlan.of(settings, StepShape.ofSymbols(5), 9))
        .isInstanceOf(UserError.class);
  }
}
