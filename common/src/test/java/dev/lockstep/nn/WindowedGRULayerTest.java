package dev.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.MLNConfig;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.PrintMode;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The windowed GRU as a DL4J user meets it, below and above other layers. */
class WindowedGRULayerTest {
  private static final int SEQUENCES = 3;
  private static final int INPUT = 3;
  private static final int HIDDEN = 5;
  private static final int SYMBOLS = 5;
  private static final int COMPONENTS = 3;
  private static final int STEPS = 6;
  private static final int[][] TEXT = {{0, 3, 1, 4}, {2}, {4, 1, 1, 0, 2, 3, 0}};

  private DataType globalType;
  private DataType globalFloatingType;

  @BeforeEach
  void useDouble() {
    globalType = Nd4j.dataType();
    globalFloatingType = Nd4j.defaultFloatingPointType();
    Nd4j.setDefaultDataTypes(DataType.DOUBLE, DataType.DOUBLE);
    Nd4j.getRandom().setSeed(42);
  }

  @AfterEach
  void restoreType() {
    Nd4j.setDefaultDataTypes(globalType, globalFloatingType);
  }

  @ParameterizedTest
  @EnumSource(RNNFormat.class)
  void gradientsAreRight(RNNFormat format) {
    assertThat(GradientCheckUtil.checkGradients(check(format))).isTrue();
  }

  @Test
  void gradientsAreRightUnderMasks() {
    MLNConfig check = check(RNNFormat.NCW).inputMask(mask()).labelMask(mask());
    assertThat(GradientCheckUtil.checkGradients(check)).isTrue();
  }

  private static MLNConfig check(RNNFormat format) {
    return new MLNConfig()
        .net(random(configuration(format, new NoOp())))
        .epsilon(1e-6)
        .maxRelError(1e-5)
        .minAbsoluteError(1e-9)
        .print(PrintMode.FAILURES_ONLY)
        .input(inFormat(input(), format))
        .labels(inFormat(labels(), format));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void everyPositionOfTheTextMatters(int layer) {
    MultiLayerNetwork network = random(configuration(RNNFormat.NCW, new NoOp()));
    INDArray before = network.output(input()).dup();
    for (int u = 0; u < 4; u++) {
      int[][] other = {TEXT[0].clone(), TEXT[1], TEXT[2]};
      other[0][u] = (other[0][u] + 1) % SYMBOLS;
      layer(network, layer).text(other);
      INDArray change = network.output(input()).sub(before);
      assertThat(change.slice(0).amaxNumber().doubleValue()).as("at " + u).isGreaterThan(1e-9);
      assertThat(change.slice(1).amaxNumber().doubleValue()).isZero();
    }
  }

  @Test
  void stepByStepIsTheSameAsTheWholeSequence() {
    MultiLayerNetwork network = random(configuration(RNNFormat.NCW, new NoOp()));
    INDArray whole = network.output(input());
    network.rnnClearPreviousState();
    for (int t = 0; t < STEPS; t++) {
      close(network.rnnTimeStep(steps(input(), t, t + 1)), steps(whole, t, t + 1));
    }
    network.rnnClearPreviousState();
    close(network.rnnTimeStep(steps(input(), 0, 1)), steps(whole, 0, 1));
  }

  @Test
  void truncatedBackPropagationCarriesTheWindowOver() {
    MultiLayerConfiguration configuration =
        layers(RNNFormat.NCW, new Adam(0.01))
            .backpropType(BackpropType.TruncatedBPTT)
            .tBPTTForwardLength(3)
            .tBPTTBackwardLength(3)
            .build();
    MultiLayerNetwork network = random(configuration);
    network.rnnTimeStep(input());
    var whole = layer(network, 0).rnnGetPreviousState();
    network.rnnClearPreviousState();
    network.rnnActivateUsingStoredState(steps(input(), 0, 3), true, true);
    network.rnnActivateUsingStoredState(steps(input(), 3, STEPS), true, true);
    var parts = layer(network, 0).rnnGetTBPTTState();
    assertThat(parts.keySet())
        .containsExactlyInAnyOrder(GRULayer.STATE, WindowedGRULayer.KAPPA, WindowedGRULayer.WINDOW);
    parts.forEach((key, value) -> close(value, whole.get(key)));

    DataSet data = new DataSet(input(), labels());
    double before = network.score(data);
    for (int i = 0; i < 40; i++) {
      network.fit(data);
    }
    assertThat(network.score(data)).isLessThan(0.7 * before);
  }

  @Test
  void survivesSavingAndLoading() {
    MultiLayerNetwork network = random(configuration(RNNFormat.NCW, new Adam(0.01)));
    network.fit(input(), labels());
    MultiLayerNetwork loaded = Networks.savedAndRestored(network);
    giveText(loaded);
    assertThat(loaded.output(input())).isEqualTo(network.output(input()));
    network.fit(input(), labels());
    loaded.fit(input(), labels());
    assertThat(loaded.params()).isEqualTo(network.params());
  }

  @Test
  void configurationSurvivesJsonAndCloning() {
    MultiLayerConfiguration configuration = configuration(RNNFormat.NWC, new Adam(0.01));
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration.toJson());
    assertThat(read).isEqualTo(configuration);
    assertThat(read.toJson()).isEqualTo(configuration.toJson());
    assertThat(configuration.clone()).isEqualTo(configuration);
    WindowedGRU layer = (WindowedGRU) read.getConf(0).getLayer();
    assertThat(layer.getSymbols()).isEqualTo(SYMBOLS);
    assertThat(layer.getComponents()).isEqualTo(COMPONENTS);
    assertThat(layer).isNotEqualTo(gru(INPUT, SYMBOLS, COMPONENTS + 1, RNNFormat.NWC));
    assertThat(layer).isNotEqualTo(gru(INPUT, SYMBOLS + 1, COMPONENTS, RNNFormat.NWC));
  }

  @Test
  void theWindowFirstMovesATwentyFifthOfACharacterAStep() {
    MultiLayerNetwork network = Networks.initialised(configuration(RNNFormat.NCW, new Adam(0.01)));
    double[] bias = network.getParam("0_Ab").data().asDouble();
    assertThat(bias).hasSize(3 * COMPONENTS);
    for (int i = 0; i < bias.length; i++) {
      double expected = i < 2 * COMPONENTS ? 1 : 0.04;
      Close.check("exp(Ab)", Math.exp(bias[i]), expected, 1e-12);
    }
    giveText(network);
    network.rnnTimeStep(input());
    INDArray kappas = layer(network, 0).rnnGetPreviousState().get(WindowedGRULayer.KAPPA);
    assertThat(kappas.minNumber().doubleValue()).isBetween(0.01 * STEPS, 0.04 * STEPS);
    assertThat(kappas.maxNumber().doubleValue()).isBetween(0.04 * STEPS, 0.16 * STEPS);
  }

  @Test
  void asksForATextAndForSizes() {
    MultiLayerNetwork network = Networks.initialised(configuration(RNNFormat.NCW, new Adam(0.01)));
    assertThatThrownBy(() -> network.output(input()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("has no text to look at: call text(...) on the layer");
    layer(network, 0).text(new int[][] {{1}});
    assertThatThrownBy(() -> network.output(input()))
        .hasMessageContaining("1 texts for 3 sequences");
    assertThatThrownBy(() -> gru(INPUT, 0, COMPONENTS, RNNFormat.NCW))
        .hasMessageContaining("symbols is 0, must be at least 1");
  }

  // What the tests are made of

  private static MultiLayerNetwork random(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = Networks.initialised(configuration);
    Networks.randomise(network, 3, 0.7);
    giveText(network);
    return network;
  }

  private static void giveText(MultiLayerNetwork network) {
    layer(network, 0).text(TEXT);
    layer(network, 1).text(TEXT);
  }

  private static MultiLayerConfiguration configuration(RNNFormat format, IUpdater updater) {
    return layers(format, updater).build();
  }

  /** Two windowed layers of different sizes, and a softmax. */
  private static NeuralNetConfiguration.ListBuilder layers(RNNFormat format, IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .dataType(DataType.DOUBLE)
        .updater(updater)
        .list()
        .layer(gru(INPUT, SYMBOLS, COMPONENTS, format))
        .layer(gru(HIDDEN, SYMBOLS + 1, 2, format))
        .layer(
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(HIDDEN)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .dataFormat(format)
                .build());
  }

  private static WindowedGRU gru(int in, int symbols, int components, RNNFormat format) {
    return new WindowedGRU.Builder()
        .nIn(in)
        .nOut(HIDDEN)
        .symbols(symbols)
        .components(components)
        .dataFormat(format)
        .build();
  }

  private static WindowedGRULayer layer(MultiLayerNetwork network, int i) {
    return (WindowedGRULayer) network.getLayer(i);
  }

  /** [N, I, T], the same at every call. */
  private static INDArray input() {
    return Nd4j.rand(
        -0.5, 0.5, Nd4j.getRandomFactory().getNewRandomInstance(3), SEQUENCES, INPUT, STEPS);
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SEQUENCES, 2, STEPS);
    for (int n = 0; n < SEQUENCES; n++) {
      for (int t = 0; t < STEPS; t++) {
        labels.putScalar(n, (n + t * t) % 2, t, 1);
      }
    }
    return labels;
  }

  /** The third sequence is two steps shorter, the first one. */
  private static INDArray mask() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, SEQUENCES, STEPS);
    mask.putScalar(2, STEPS - 2, 0);
    mask.putScalar(2, STEPS - 1, 0);
    mask.putScalar(0, STEPS - 1, 0);
    return mask;
  }

  private static INDArray steps(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup();
  }

  private static INDArray inFormat(INDArray x, RNNFormat format) {
    return format == RNNFormat.NWC ? x.permute(0, 2, 1).dup('c') : x;
  }

  private static void close(INDArray actual, INDArray expected) {
    Close.check(
        "array", actual.dup('c').data().asDouble(), expected.dup('c').data().asDouble(), 1e-12);
  }
}
