package dev.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.MLNConfig;
import org.deeplearning4j.gradientcheck.GradientCheckUtil.PrintMode;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/** The GRU as a DL4J user meets it: in networks that are trained, stepped, saved and loaded. */
class GRULayerTest {
  private static final int SEQUENCES = 3;
  private static final int INPUT = 4;
  private static final int HIDDEN = 5;
  private static final int CLASSES = 2;
  private static final int STEPS = 6;
  private static final double TIGHT = 1e-12;

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

  // Gradients

  @ParameterizedTest
  @CsvSource({"plain,NCW", "plain,NWC", "stacked,NCW", "bidirectional,NCW", "bidirectional,NWC"})
  void gradientsAreRight(String shape, RNNFormat format) {
    MultiLayerNetwork network = network(shape, format, new NoOp());
    assertThat(GradientCheckUtil.checkGradients(check(network, format))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"plain,NCW", "plain,NWC", "stacked,NCW", "bidirectional,NCW"})
  void gradientsAreRightUnderMasks(String shape, RNNFormat format) {
    MultiLayerNetwork network = network(shape, format, new NoOp());
    MLNConfig check = check(network, format).inputMask(mask()).labelMask(mask());
    assertThat(GradientCheckUtil.checkGradients(check)).isTrue();
  }

  private static MLNConfig check(MultiLayerNetwork network, RNNFormat format) {
    return new MLNConfig()
        .net(network)
        .epsilon(1e-6)
        .maxRelError(1e-5)
        .minAbsoluteError(1e-9)
        .print(PrintMode.FAILURES_ONLY)
        .input(inFormat(input(), format))
        .labels(inFormat(labels(), format));
  }

  @Test
  void theGradientOfTruncatedBackPropagationStartsFromTheStoredState() {
    // At rate 0 all segments see the same parameters.
    MultiLayerNetwork network = network(truncated(3, 3, new Sgd(0)));
    List<INDArray> gradients = new ArrayList<>();
    network.setListeners(
        new BaseTrainingListener() {
          @Override
          public void onGradientCalculation(Model model) {
            gradients.add(model.gradient().gradient().dup());
          }
        });
    network.fit(input(), labels());
    assertThat(gradients).hasSize(2);

    network.rnnTimeStep(steps(input(), 0, 3));
    INDArray state = layer(network).rnnGetPreviousState().get(GRULayer.STATE);
    INDArray expected =
        gradientFrom(network, state, steps(input(), 3, STEPS), steps(labels(), 3, STEPS));
    Close.check("gradient", gradients.get(1).data().asDouble(), expected.data().asDouble(), 1e-7);
  }

  /** By differences: the gradient of the loss over a segment that begins in a given state. */
  private static INDArray gradientFrom(
      MultiLayerNetwork network, INDArray state, INDArray input, INDArray labels) {
    INDArray parameters = network.params();
    INDArray gradient = Nd4j.zeros(parameters.shape());
    double h = 1e-5;
    for (long i = 0; i < parameters.length(); i++) {
      double kept = parameters.getDouble(i);
      parameters.putScalar(i, kept + h);
      double above = loss(network, state, input, labels);
      parameters.putScalar(i, kept - h);
      double below = loss(network, state, input, labels);
      parameters.putScalar(i, kept);
      gradient.putScalar(i, (above - below) / (2 * h));
    }
    return gradient;
  }

  private static double loss(
      MultiLayerNetwork network, INDArray state, INDArray input, INDArray labels) {
    layer(network).rnnSetPreviousState(Map.of(GRULayer.STATE, state));
    INDArray p = network.rnnTimeStep(input);
    INDArray likelihoods = p.mul(labels).sum(1);
    return -Transforms.log(likelihoods).sumNumber().doubleValue();
  }

  // State

  @ParameterizedTest
  @EnumSource(RNNFormat.class)
  void stepByStepIsTheSameAsTheWholeSequence(RNNFormat format) {
    MultiLayerNetwork network = network("stacked", format, new NoOp());
    INDArray whole = network.output(inFormat(input(), format));
    network.rnnClearPreviousState();
    for (int t = 0; t < STEPS; t++) {
      INDArray step = network.rnnTimeStep(inFormat(steps(input(), t, t + 1), format));
      close(inFormat(step, format), steps(inFormat(whole, format), t, t + 1));
    }
  }

  @Test
  void aStoredStateContinuesASequence() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    INDArray whole = network.output(input());
    network.rnnTimeStep(steps(input(), 0, 2));
    Map<String, INDArray> state = layer(network).rnnGetPreviousState();
    network.rnnClearPreviousState();
    INDArray fromZero = network.rnnTimeStep(steps(input(), 2, STEPS));
    layer(network).rnnSetPreviousState(state);
    close(network.rnnTimeStep(steps(input(), 2, STEPS)), steps(whole, 2, STEPS));
    assertThat(fromZero).isNotEqualTo(steps(whole, 2, STEPS));
  }

  @Test
  void refusesAStateOfAnotherBatchSize() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    network.rnnTimeStep(input());
    INDArray fewer = input().get(NDArrayIndex.interval(0, 2), NDArrayIndex.all());
    assertThatThrownBy(() -> network.rnnTimeStep(fewer))
        .hasMessageContaining("the stored state is of 3 sequences, the input of 2");
  }

  @Test
  void truncatedBackPropagationCarriesTheStateOver() {
    MultiLayerNetwork network = network(truncated(2, 2, new Sgd(0)));
    INDArray[] states = new INDArray[2];
    network.rnnTimeStep(input());
    states[0] = layer(network).rnnGetPreviousState().get(GRULayer.STATE);
    network.rnnClearPreviousState();
    for (int t = 0; t < STEPS; t += 2) {
      network.rnnActivateUsingStoredState(steps(input(), t, t + 2), true, true);
    }
    states[1] = layer(network).rnnGetTBPTTState().get(GRULayer.STATE);
    close(states[1], states[0]);
  }

  @Test
  void truncatedBackPropagationLearns() {
    MultiLayerNetwork network = network(truncated(4, 4, new Adam(0.01)));
    DataSet data = new DataSet(input(), labels());
    double before = network.score(data);
    for (int i = 0; i < 30; i++) {
      network.fit(data);
    }
    assertThat(network.score(data)).isLessThan(0.7 * before);
  }

  @Test
  void refusesUnequalLengthsOfTruncatedBackPropagation() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();
    INDArray gradients = layer(network).activate(input(), true, workspaces);
    assertThatThrownBy(() -> layer(network).tbpttBackpropGradient(gradients, 2, workspaces))
        .hasMessageContaining("give tBPTTForwardLength and tBPTTBackwardLength the same value");
  }

  // Masks

  @Test
  void maskedStepsPutOutZeroAndCarryTheState() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    GRULayer layer = layer(network);
    network.setLayerMaskArrays(mask(), null);
    INDArray hidden = network.feedForward(input()).get(1);
    // The second sequence has four real steps.
    assertThat(steps(hidden, 4, STEPS).slice(1).sumNumber().doubleValue()).isZero();
    assertThat(steps(hidden, 3, 4).slice(1).norm2Number().doubleValue()).isPositive();
    INDArray last = steps(hidden, 3, 4).slice(1).dup();

    layer.setMaskArray(mask());
    network.rnnTimeStep(input());
    close(layer.rnnGetPreviousState().get(GRULayer.STATE).getRow(1), last);
  }

  @ParameterizedTest
  @CsvSource({"plain", "stacked", "bidirectional"})
  void paddingChangesNoRealStep(String shape) {
    MultiLayerNetwork network = network(shape, RNNFormat.NCW, new NoOp());
    INDArray padded = network.output(input(), false, mask(), null);
    INDArray alone =
        input()
            .get(
                NDArrayIndex.interval(1, 2),
                NDArrayIndex.all(),
                NDArrayIndex.interval(0, STEPS - 2));
    INDArray row = padded.get(NDArrayIndex.interval(1, 2), NDArrayIndex.all());
    close(steps(row, 0, STEPS - 2), network.output(alone.dup()));
  }

  // Parameters and files

  @Test
  void theOrderOfTheGatesMatters() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    INDArray before = network.output(input()).dup();
    INDArray recurrent = network.getParam("0_" + GRUParamInitializer.RECURRENT_WEIGHT);
    INDArray reset = recurrent.get(NDArrayIndex.all(), NDArrayIndex.interval(0, HIDDEN));
    INDArray update = recurrent.get(NDArrayIndex.all(), NDArrayIndex.interval(HIDDEN, 2 * HIDDEN));
    INDArray kept = reset.dup();
    reset.assign(update);
    update.assign(kept);
    INDArray difference = network.output(input()).sub(before);
    assertThat(difference.amaxNumber().doubleValue()).isGreaterThan(1e-4);
  }

  @ParameterizedTest
  @CsvSource({"plain", "bidirectional"})
  void survivesSavingAndLoading(String shape) throws IOException {
    MultiLayerNetwork network = network(shape, RNNFormat.NCW, new Adam(0.01));
    network.fit(input(), labels());
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, file, true);
    MultiLayerNetwork loaded =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(file.toByteArray()), true);
    assertThat(loaded.params()).isEqualTo(network.params());
    assertThat(loaded.output(input())).isEqualTo(network.output(input()));
    assertThat(loaded.getUpdater().getStateViewArray())
        .isEqualTo(network.getUpdater().getStateViewArray());
    network.fit(input(), labels());
    loaded.fit(input(), labels());
    assertThat(loaded.params()).isEqualTo(network.params());
  }

  @ParameterizedTest
  @CsvSource({"plain", "stacked", "bidirectional"})
  void configurationSurvivesJsonAndCloning(String shape) {
    MultiLayerConfiguration configuration =
        configuration(shape, RNNFormat.NWC, new Adam(0.01)).build();
    MultiLayerConfiguration read = MultiLayerConfiguration.fromJson(configuration.toJson());
    assertThat(read).isEqualTo(configuration);
    assertThat(read.toJson()).isEqualTo(configuration.toJson());
    assertThat(configuration.clone()).isEqualTo(configuration);

    MultiLayerNetwork network = network(shape, RNNFormat.NCW, new NoOp());
    assertThat(network.clone().output(input())).isEqualTo(network.output(input()));
  }

  @Test
  void appliesConstraintsToTheWeightsTheyAreGivenFor() {
    MultiLayerNetwork network =
        network(
            base(new Sgd(0.1))
                .list()
                .layer(
                    new GRU.Builder()
                        .nIn(INPUT)
                        .nOut(HIDDEN)
                        .constrainRecurrent(new MaxNormConstraint(0.01, 1))
                        .build())
                .layer(output(HIDDEN, RNNFormat.NCW)));
    network.fit(input(), labels());
    INDArray recurrent = network.getParam("0_" + GRUParamInitializer.RECURRENT_WEIGHT);
    INDArray input = network.getParam("0_" + GRUParamInitializer.INPUT_WEIGHT);
    assertThat(recurrent.norm2(1).maxNumber().doubleValue()).isLessThanOrEqualTo(0.01 + 1e-6);
    assertThat(input.norm2(1).maxNumber().doubleValue()).isGreaterThan(0.01);
  }

  @Test
  void refusesAnotherActivation() {
    GRU.Builder builder = new GRU.Builder().nIn(2).nOut(2).activation(Activation.RELU);
    assertThatThrownBy(builder::build).hasMessageContaining("leave activation unset");
  }

  @Test
  void refusesInputWithoutTime() {
    MultiLayerNetwork network = network("plain", RNNFormat.NCW, new NoOp());
    assertThatThrownBy(
            () ->
                layer(network)
                    .activate(Nd4j.zeros(2, INPUT), false, LayerWorkspaceMgr.noWorkspaces()))
        .hasMessageContaining("takes input of rank 3");
  }

  // Training as users run it: in float, in DL4J's workspaces

  @ParameterizedTest
  @CsvSource({"plain,NCW", "plain,NWC", "stacked,NCW", "bidirectional,NCW"})
  void learnsInFloatWithinWorkspaces(String shape, RNNFormat format) {
    MultiLayerConfiguration configuration =
        configuration(shape, format, new Adam(0.01)).dataType(DataType.FLOAT).build();
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    DataSet data =
        new DataSet(
            inFormat(input(), format).castTo(DataType.FLOAT),
            inFormat(labels(), format).castTo(DataType.FLOAT));
    double before = network.score(data);
    for (int i = 0; i < 60; i++) {
      network.fit(data);
    }
    assertThat(network.score(data)).isLessThan(0.5 * before);
    assertThat(Nd4j.getWorkspaceManager().anyWorkspaceActiveForCurrentThread()).isFalse();
  }

  @Test
  void learnsWithDropoutAndWeightNoise() {
    MultiLayerNetwork network =
        network(
            base(new Adam(0.01))
                .list()
                .layer(
                    new GRU.Builder()
                        .nIn(INPUT)
                        .nOut(HIDDEN)
                        .dropOut(0.8)
                        .weightNoise(new DropConnect(0.8))
                        .build())
                .layer(output(HIDDEN, RNNFormat.NCW)));
    DataSet data = new DataSet(input(), labels());
    double before = network.score(data);
    for (int i = 0; i < 100; i++) {
      network.fit(data);
    }
    assertThat(network.score(data)).isLessThan(0.9 * before);
  }

  // What the tests are made of

  private static MultiLayerNetwork network(String shape, RNNFormat format, IUpdater updater) {
    return network(configuration(shape, format, updater));
  }

  private static MultiLayerNetwork network(MultiLayerConfiguration.Builder layers) {
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    // Also the biases: a mistake in a bias of zero shows nowhere.
    network.params().addi(Nd4j.rand(DataType.DOUBLE, network.params().shape()).subi(0.5));
    return network;
  }

  private static NeuralNetConfiguration.ListBuilder configuration(
      String shape, RNNFormat format, IUpdater updater) {
    NeuralNetConfiguration.ListBuilder layers = base(updater).list();
    return switch (shape) {
      case "plain" -> layers.layer(gru(INPUT, format)).layer(output(HIDDEN, format));
      case "stacked" ->
          layers.layer(gru(INPUT, format)).layer(gru(HIDDEN, format)).layer(output(HIDDEN, format));
      case "bidirectional" ->
          layers
              .layer(new Bidirectional(Bidirectional.Mode.CONCAT, gru(INPUT, format)))
              .layer(output(2 * HIDDEN, format));
      default -> throw new IllegalArgumentException(shape);
    };
  }

  private static MultiLayerConfiguration.Builder truncated(
      int forward, int backward, IUpdater updater) {
    return configuration("plain", RNNFormat.NCW, updater)
        .backpropType(BackpropType.TruncatedBPTT)
        .tBPTTForwardLength(forward)
        .tBPTTBackwardLength(backward);
  }

  private static NeuralNetConfiguration.Builder base(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(7).dataType(DataType.DOUBLE).updater(updater);
  }

  private static GRU gru(int in, RNNFormat format) {
    return new GRU.Builder().nIn(in).nOut(HIDDEN).dataFormat(format).build();
  }

  private static Layer output(int in, RNNFormat format) {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .dataFormat(format)
        .build();
  }

  private static GRULayer layer(MultiLayerNetwork network) {
    return (GRULayer) network.getLayer(0);
  }

  /** [N, C, T], the same at every call. */
  private static INDArray input() {
    Random random = Nd4j.getRandomFactory().getNewRandomInstance(3);
    return Nd4j.rand(-0.5, 0.5, random, SEQUENCES, INPUT, STEPS);
  }

  private static INDArray labels() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SEQUENCES, CLASSES, STEPS);
    for (int n = 0; n < SEQUENCES; n++) {
      for (int t = 0; t < STEPS; t++) {
        labels.putScalar(n, (n + t * t) % CLASSES, t, 1);
      }
    }
    return labels;
  }

  /** The second sequence is two steps shorter. */
  private static INDArray mask() {
    INDArray mask = Nd4j.ones(DataType.DOUBLE, SEQUENCES, STEPS);
    mask.putScalar(1, STEPS - 2, 0);
    mask.putScalar(1, STEPS - 1, 0);
    return mask;
  }

  private static INDArray steps(INDArray x, int from, int to) {
    return x.get(NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup();
  }

  /** To the format from NCW, or back. */
  private static INDArray inFormat(INDArray x, RNNFormat format) {
    return format == RNNFormat.NWC ? x.permute(0, 2, 1).dup('c') : x;
  }

  private static void close(INDArray actual, INDArray expected) {
    Close.check(
        "array", actual.dup('c').data().asDouble(), expected.dup('c').data().asDouble(), TIGHT);
  }
}
