package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.StepwiseBatchNormalization;
import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * What runs an operator's network: the kernels against DL4J's layers, and both against the loss.
 */
final class OperatorNetworkTest {
  private static final int ROWS = 7;
  private static final int DIMENSIONS = 4;
  private static final int OUTPUTS = 8;
  private static final int SIDE = 8;

  private static MultiLayerNetwork dense(Activation activation, int normalised, DataType type) {
    return random(
        new OperatorShape(DIMENSIONS, OUTPUTS, 9, 2, activation, normalised)
            .dense(type, new NoOp(), 1));
  }

  private static MultiLayerNetwork convolutional(Activation activation, int normalised) {
    int pixels = SIDE * SIDE;
    return random(
        new OperatorShape(pixels, 2 * pixels, 2, 2, activation, normalised)
            .convolutional(SIDE, SIDE, DataType.DOUBLE, new NoOp(), 1));
  }

  /** Every parameter random, variances positive. */
  private static MultiLayerNetwork random(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = Networks.initialised(configuration);
    DataType type = network.params().dataType();
    Random random = new Random(3);
    for (Map.Entry<String, INDArray> parameter : network.paramTable().entrySet()) {
      INDArray array = parameter.getValue();
      double[] values = random.doubles(array.length(), -0.7, 0.7).toArray();
      if (parameter.getKey().endsWith(StepwiseBatchNormalization.VARIANCE)) {
        Arrays.setAll(values, i -> 0.2 + Math.abs(values[i]));
      }
      array.assign(Nd4j.createFromArray(values).castTo(type).reshape(array.shape()));
    }
    network.initGradientsView();
    return network;
  }

  private static Matrix states(DataType type, int rows, int dimensions, int seed) {
    return KernelCases.random(new Random(seed), type, rows, dimensions, 1);
  }

  /** The mean of {@code w·y + y²/10}. */
  private static double loss(Matrix outputs) {
    double[] y = outputs.toArray();
    double loss = 0;
    for (int i = 0; i < y.length; i++) {
      loss += Math.cos(i) * y[i] + y[i] * y[i] / 10;
    }
    return loss / y.length;
  }

  private static void gradients(Matrix outputs, Matrix gradients) {
    double[] y = outputs.toArray();
    Arrays.setAll(y, i -> (Math.cos(i) + y[i] / 5) / y.length);
    gradients.write(y);
  }

  static Stream<Arguments> everything() {
    return KernelCases.all()
        .flatMap(
            kernels ->
                Stream.of(Activation.RELU, Activation.TANH, Activation.IDENTITY)
                    .flatMap(
                        activation ->
                            Stream.of(0, 1, 3)
                                .map(steps -> Arguments.of(kernels, activation, steps))));
  }

  @ParameterizedTest
  @MethodSource("everything")
  void theKernelsAreDl4jsLayers(KernelCases.Case on, Activation activation, int normalised) {
    MultiLayerNetwork first = dense(activation, normalised, on.type());
    MultiLayerNetwork second = dense(activation, normalised, on.type());
    OperatorNetwork dense = OperatorNetwork.of(first, on.kernels());
    OperatorNetwork layerwise = new LayerwiseNetwork(second, on.kernels());
    assertThat(dense).isInstanceOf(DenseNetwork.class);
    double tolerance = Close.tolerance(on.type());
    // More rows, then fewer, in the memory of more; the last step has the parameters of the third.
    for (int step : new int[] {1, 4, 2}) {
      Matrix states = states(on.type(), ROWS + 3 - step, DIMENSIONS, step);
      for (boolean training : new boolean[] {false, true}) {
        Close.check(
            "outputs at step " + step,
            dense.forward(step, states, training).toArray(),
            layerwise.forward(step, states, training).toArray(),
            tolerance);
      }
      boolean accumulate = step == 4;
      dense.train(step, states, accumulate, OperatorNetworkTest::gradients);
      layerwise.train(step, states, accumulate, OperatorNetworkTest::gradients);
      for (String name : first.paramTable().keySet()) {
        Close.check(name, values(first, name), values(second, name), tolerance);
      }
      Close.check("gradient at step " + step, gradient(first), gradient(second), tolerance);
    }
  }

  private static double[] values(MultiLayerNetwork network, String name) {
    return network.getParam(name).dup('c').data().asDouble();
  }

  private static double[] gradient(MultiLayerNetwork network) {
    return network.getGradientsViewArray().dup().data().asDouble();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theGradientOfTheKernelsIsTheLosses(int normalised) {
    MultiLayerNetwork network = dense(Activation.TANH, normalised, DataType.DOUBLE);
    checkGradient(OperatorNetwork.of(network, Networks.kernels(2)), DIMENSIONS, 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theGradientOfConvolutionsIsTheLosses(int normalised) {
    MultiLayerNetwork network = convolutional(Activation.TANH, normalised);
    OperatorNetwork layerwise = OperatorNetwork.of(network, Networks.kernels(1));
    assertThat(layerwise).isInstanceOf(LayerwiseNetwork.class);
    checkGradient(layerwise, SIDE * SIDE, 5);
  }

  /** Of the sum of two steps, so that normalisation of each has a gradient. */
  private static void checkGradient(OperatorNetwork network, int dimensions, int stride) {
    Matrix first = states(DataType.DOUBLE, ROWS, dimensions, 1);
    Matrix second = states(DataType.DOUBLE, ROWS, dimensions, 2);
    network.train(1, first, false, OperatorNetworkTest::gradients);
    network.train(2, second, true, OperatorNetworkTest::gradients);
    GradientCheck.checkEvery(
        stride,
        "two steps",
        network.network(),
        () -> {
          network.parametersChanged();
          return loss(network.forward(1, first, true)) + loss(network.forward(2, second, true));
        },
        gradient(network.network()));
  }

  static Stream<MultiLayerNetwork> kinds() {
    return Stream.of(
        dense(Activation.RELU, 2, DataType.DOUBLE),
        dense(Activation.TANH, 0, DataType.FLOAT),
        convolutional(Activation.RELU, 2));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aSavedNetworkIsTheSame(MultiLayerNetwork network) throws IOException {
    Kernels kernels = kernels(network);
    OperatorNetwork saved = OperatorNetwork.of(network, kernels);
    Matrix states = states(network.params().dataType(), ROWS, saved.dimensions(), 1);
    saved.train(2, states, false, OperatorNetworkTest::gradients);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ModelSerializer.writeModel(network, bytes, true);
    MultiLayerNetwork read =
        ModelSerializer.restoreMultiLayerNetwork(
            new ByteArrayInputStream(bytes.toByteArray()), true);
    OperatorNetwork restored = OperatorNetwork.of(read, kernels);
    assertThat(restored).hasSameClassAs(saved);
    for (int step : new int[] {1, 2}) {
      Close.same(
          "step " + step,
          restored.forward(step, states, false).toArray(),
          saved.forward(step, states, false).toArray());
    }
  }

  private static Kernels kernels(MultiLayerNetwork network) {
    DataType type = network.params().dataType();
    return KernelCases.all().filter(on -> on.type() == type).findFirst().orElseThrow().kernels();
  }

  @Test
  void runsLayersThatTheKernelsDoNotKnow() {
    List<DenseLayer.Builder> unknown =
        List.of(
            hidden().activation(Activation.SIGMOID),
            hidden().dropOut(0.5),
            hidden().hasBias(false),
            hidden().hasLayerNorm(true));
    for (DenseLayer.Builder layer : unknown) {
      MultiLayerNetwork network = Networks.initialised(list(layer).layer(moments()).build());
      assertThat(OperatorNetwork.of(network, Networks.kernels(1)))
          .isInstanceOf(LayerwiseNetwork.class);
    }
    MultiLayerNetwork known = Networks.initialised(list(hidden()).layer(moments()).build());
    assertThat(OperatorNetwork.of(known, Networks.kernels(1))).isInstanceOf(DenseNetwork.class);
  }

  @Test
  void refusesANetworkWithoutMoments() {
    MultiLayerNetwork network = Networks.initialised(list(hidden()).build());
    assertThatThrownBy(() -> OperatorNetwork.of(network, Networks.kernels(1)))
        .hasMessageContaining("keeps running moments");
  }

  private static DenseLayer.Builder hidden() {
    return new DenseLayer.Builder().nIn(DIMENSIONS).nOut(OUTPUTS).activation(Activation.RELU);
  }

  private static ListBuilder list(DenseLayer.Builder layer) {
    return new NeuralNetConfiguration.Builder()
        .dataType(DataType.DOUBLE)
        .list()
        .layer(layer.build());
  }

  private static RunningMoments moments() {
    return new RunningMoments.Builder(DIMENSIONS).build();
  }

  @Test
  void stepsAreAlikeWhereTheirParametersAre() {
    Kernels kernels = Networks.kernels(1);
    OperatorNetwork plain = OperatorNetwork.of(dense(Activation.RELU, 0, DataType.DOUBLE), kernels);
    OperatorNetwork shared =
        OperatorNetwork.of(dense(Activation.RELU, 1, DataType.DOUBLE), kernels);
    OperatorNetwork own = OperatorNetwork.of(dense(Activation.RELU, 3, DataType.DOUBLE), kernels);
    assertThat(plain.sharesParameters(1, 2)).isTrue();
    assertThat(shared.sharesParameters(1, 2)).isTrue();
    assertThat(own.sharesParameters(2, 3)).isFalse();
    assertThat(own.sharesParameters(3, 4)).isTrue();
  }
}
