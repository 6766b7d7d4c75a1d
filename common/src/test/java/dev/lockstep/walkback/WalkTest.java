package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** Walks by either kind of network, in as many passes as they need. */
final class WalkTest {
  private static final int DIMENSIONS = 5;
  private static final int ROWS = 8;
  private static final Temperatures TEMPERATURES = new Temperatures(8);
  private static final int COLD = 2;
  private static final int STEPS = 5;

  private final Transition transition = new GaussianTransition(0.5, Heat.VARIANCE, 0);
  private final double[] starts =
      new SplittableRandom(2).doubles(ROWS * DIMENSIONS, -1, 1).toArray();

  private MultiLayerNetwork network(int normalised) {
    return network(normalised, DataType.DOUBLE);
  }

  private MultiLayerNetwork network(int normalised, DataType type) {
    MultiLayerNetwork network =
        Networks.initialised(
            new OperatorShape(
                    DIMENSIONS, transition.outputs(DIMENSIONS), 11, 2, Activation.TANH, normalised)
                .dense(type, new Adam(0.01), 4));
    // From zeros nothing would reach the layers before.
    INDArray last = network.getParam((network.getnLayers() - 2) + "_W");
    double[] values = new SplittableRandom(5).doubles(last.length(), -0.5, 0.5).toArray();
    last.assign(Nd4j.createFromArray(values).castTo(type).reshape(last.shape()));
    network.initGradientsView();
    return network;
  }

  private TransitionOperator operator(OperatorNetwork network) {
    return new TransitionOperator(network, transition, Networks.kernels(2));
  }

  private static VariationalWalkback objective(TransitionOperator operator, boolean online) {
    return new VariationalWalkback(
        operator, new VariationalWalkback.Options(TEMPERATURES, COLD, online, 1));
  }

  static Stream<Arguments> ways() {
    return Stream.of(0, 1, 3)
        .flatMap(
            normalised ->
                Stream.of(Arguments.of(normalised, true), Arguments.of(normalised, false)));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void learnsTheSameByTheKernelsAsByDl4jsLayers(int normalised, boolean online) {
    Kernels kernels = Networks.kernels(2);
    OperatorNetwork dense = OperatorNetwork.of(network(normalised), kernels);
    OperatorNetwork layerwise = new LayerwiseNetwork(network(normalised), kernels);
    double[] before = parameters(dense);
    for (int walk = 0; walk < 3; walk++) {
      Walk first = walk(dense, online, walk);
      Walk second = walk(layerwise, online, walk);
      Close.check("log p", first.logReverse(), second.logReverse(), 1e-9);
      Close.check("log q", first.logForward(), second.logForward(), 1e-9);
      Close.check("s_K", first.end(), second.end(), 1e-9);
    }
    Close.check("parameters", parameters(dense), parameters(layerwise), 1e-9);
    assertThat(parameters(dense)).isNotEqualTo(before);
  }

  private Walk walk(OperatorNetwork network, boolean online, int seed) {
    TransitionOperator operator = operator(network);
    return objective(operator, online)
        .walk(starts, COLD, operator.noise(new SplittableRandom(seed)));
  }

  private static double[] parameters(OperatorNetwork network) {
    return network.network().params().dup().data().asDouble();
  }

  /** One pass at each state where it serves two steps, else one for each step there and back. */
  @ParameterizedTest
  @MethodSource("ways")
  void passesNoMoreThanItNeeds(int normalised, boolean online) {
    Counting network = new Counting(OperatorNetwork.of(network(normalised), Networks.kernels(1)));
    TransitionOperator operator = operator(network);
    WalkNoise noise = operator.noise(new SplittableRandom(1));
    // With normalisation for three steps, those from the third on have the same.
    int shared = normalised == 3 ? 2 : STEPS - 1;
    Walk.from(operator, TEMPERATURES, COLD, starts, noise);
    assertThat(network.forward).isEqualTo(2 * STEPS - shared);
    network.forward = 0;
    objective(operator, online).walk(starts, COLD, noise);
    assertThat(network.trained).isEqualTo(STEPS);
    assertThat(network.forward).isEqualTo(STEPS - (online ? 0 : shared));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theNextPassKnowsWhatAWalkHasLearned(boolean online) {
    MultiLayerNetwork network = network(0, DataType.FLOAT);
    Kernels kernels = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2);
    TransitionOperator operator = new TransitionOperator(network, transition, kernels);
    double[] before = operator.outputs(1, starts);
    objective(operator, online).walk(starts, COLD, operator.noise(new SplittableRandom(1)));
    double[] after = operator.outputs(1, starts);
    assertThat(after).isNotEqualTo(before);
    Close.same(
        "outputs", after, new TransitionOperator(network, transition, kernels).outputs(1, starts));
  }

  /** Outputs and densities that are asked for one by one are those of a walk. */
  @Test
  void aWalkIsItsSteps() {
    TransitionOperator operator = operator(OperatorNetwork.of(network(3), Networks.kernels(2)));
    WalkNoise noise = operator.noise(new SplittableRandom(1));
    double[] forward = new double[ROWS];
    double[] reverse = new double[ROWS];
    double[] logs = new double[ROWS];
    double[] states = starts;
    for (int t = 1; t <= STEPS; t++) {
      double temperature = TEMPERATURES.at(t, COLD);
      double[] next = new double[states.length];
      operator.draw(t, states, operator.outputs(t, states), temperature, noise, next, logs);
      add(logs, forward);
      operator.logDensities(next, operator.outputs(t, next), temperature, states, logs);
      add(logs, reverse);
      states = next;
    }
    Walk walk = Walk.from(operator, TEMPERATURES, COLD, starts, noise);
    Close.same("s_K", walk.end(), states);
    Close.same("log q", walk.logForward(), forward);
    Close.same("log p", walk.logReverse(), reverse);
  }

  private static void add(double[] from, double[] to) {
    Arrays.setAll(to, n -> to[n] + from[n]);
  }

  @Test
  void noNumberOfNoiseIsUsedTwice() {
    WalkNoise noise =
        operator(OperatorNetwork.of(network(0), Networks.kernels(1)))
            .noise(new SplittableRandom(1));
    Set<Double> seen = new HashSet<>();
    double[] own = new double[DIMENSIONS];
    for (int step = 0; step <= STEPS; step++) {
      for (int row = 0; row < 100; row++) {
        noise.fill(step, row, own);
        Arrays.stream(own).forEach(seen::add);
      }
    }
    assertThat(seen).hasSize((STEPS + 1) * 100 * DIMENSIONS);
  }

  /** Counts passes. */
  private static final class Counting implements OperatorNetwork {
    private final OperatorNetwork counted;
    private int forward;
    private int trained;

    Counting(OperatorNetwork counted) {
      this.counted = counted;
    }

    @Override
    public MultiLayerNetwork network() {
      return counted.network();
    }

    @Override
    public void refresh() {
      counted.refresh();
    }

    @Override
    public Matrix forward(int step, Matrix states, boolean training) {
      forward++;
      return counted.forward(step, states, training);
    }

    @Override
    public void train(int step, Matrix states, boolean accumulate, Judge judge) {
      trained++;
      counted.train(step, states, accumulate, judge);
    }
  }
}
