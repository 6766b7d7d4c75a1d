package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Reference;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Walks, their densities, gradients and bounds against {@code variational-walkback.json}. */
final class WalkbackConformanceTest {
  private static final int HIDDEN = 6;
  private static final int DIMENSIONS = 4;
  private static final int ROWS = 3;
  private static final int PATHS = 5;
  private static final int STEPS = 5;

  private final Reference reference = Reference.load("variational-walkback");
  private final int cold = (int) reference.number("n");
  private final Temperatures temperatures = new Temperatures(reference.number("T_max"));

  private enum Kind {
    GAUSSIAN("gaussian"),
    BERNOULLI("bernoulli");

    private final String key;

    Kind(String key) {
      this.key = key;
    }

    Transition transition(double alpha) {
      return this == GAUSSIAN
          ? new GaussianTransition(alpha, Heat.VARIANCE, 0)
          : new BernoulliTransition(alpha);
    }
  }

  /** The operator of the reference. */
  private TransitionOperator operator(Kind kind, DataType type) {
    Transition transition = kind.transition(reference.number("alpha"));
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new OperatorShape(
                    DIMENSIONS,
                    transition.outputs(DIMENSIONS),
                    HIDDEN,
                    1,
                    Activation.TANH,
                    /* normalised= */ 0)
                .dense(type, new Sgd(1), 1));
    network.init();
    network.getParam("0_W").assign(weight(kind, "W1"));
    network.getParam("0_b").assign(array(kind, "b1").reshape(1, HIDDEN));
    INDArray weight = weight(kind, "W_mu");
    INDArray bias = array(kind, "b_mu");
    if (kind == Kind.GAUSSIAN) {
      weight = Nd4j.hstack(weight, weight(kind, "W_sigma"));
      bias = Nd4j.concat(0, bias, array(kind, "b_sigma"));
    }
    network.getParam("1_W").assign(weight);
    network.getParam("1_b").assign(bias.reshape(1, bias.length()));
    INDArray mean = reference.array(kind.key + "/prior_mean", DataType.DOUBLE);
    network.getParam("2_" + RunningMoments.MEAN).assign(mean);
    if (kind == Kind.GAUSSIAN) {
      INDArray deviation = reference.array("gaussian/prior_std", DataType.DOUBLE);
      network
          .getParam("2_" + RunningMoments.SQUARE)
          .assign(deviation.mul(deviation).add(mean.mul(mean)));
    }
    return new TransitionOperator(network, transition, KernelProvider.create(Kernel.AUTO, type, 1));
  }

  private INDArray array(Kind kind, String parameter) {
    return reference.array(kind.key + "/params/" + parameter, DataType.DOUBLE);
  }

  private INDArray weight(Kind kind, String parameter) {
    return array(kind, parameter).transpose();
  }

  /** The file's noise, [paths, K, N, D]. */
  private WalkNoise noise(Kind kind, int path) {
    double[] all = reference.data(kind.key + "/noise");
    return (step, row, noise) ->
        System.arraycopy(
            all, ((path * STEPS + step - 1) * ROWS + row) * DIMENSIONS, noise, 0, DIMENSIONS);
  }

  private double[] sums(Kind kind, String name) {
    double[] each = reference.data(kind.key + "/" + name);
    double[] sums = new double[ROWS];
    for (int i = 0; i < each.length; i++) {
      sums[i % ROWS] += each[i];
    }
    return sums;
  }

  static Stream<Arguments> kindsAndTypes() {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                Stream.of(DataType.DOUBLE, DataType.FLOAT).map(type -> Arguments.of(kind, type)));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void heatsAsTheReference(Kind kind) {
    assertThat(temperatures.steps(cold)).isEqualTo(STEPS);
    assertThat(IntStream.rangeClosed(1, STEPS).mapToDouble(t -> temperatures.at(t, cold)).toArray())
        .containsExactly(reference.data(kind.key + "/temperatures"));
  }

  @ParameterizedTest
  @MethodSource("kindsAndTypes")
  void walksAsTheReference(Kind kind, DataType type) {
    TransitionOperator operator = operator(kind, type);
    double[] starts = reference.data(kind.key + "/s0");
    Walk walk = Walk.from(operator, temperatures, cold, starts, noise(kind, 0));
    double[] states = reference.data(kind.key + "/states");
    double[] last = Arrays.copyOfRange(states, STEPS * ROWS * DIMENSIONS, states.length);
    double tolerance = Close.tolerance(type);
    Close.check("s_K", walk.end(), last, tolerance);
    Close.check("log p", walk.logReverse(), sums(kind, "log_p"), tolerance);
    Close.check("log q", walk.logForward(), sums(kind, "log_q"), tolerance);
    double[] priors = operator.logPriors(walk.end());
    Close.check("log p*", priors, reference.data(kind.key + "/log_prior"), tolerance);
    double bound = Arrays.stream(walk.logWeights(priors)).average().orElseThrow();
    Close.check("bound", bound, reference.number(kind.key + "/bound"), tolerance);
  }

  @ParameterizedTest
  @MethodSource("kindsAndTypes")
  void learnsAsTheReference(Kind kind, DataType type) {
    TransitionOperator operator = operator(kind, type);
    INDArray before = operator.network().params().dup();
    Walk walk =
        new VariationalWalkback(
                operator, new VariationalWalkback.Options(temperatures, 0, /* online= */ false, 0))
            .walk(reference.data(kind.key + "/s0"), cold, noise(kind, 0));
    double tolerance = Close.tolerance(type);
    double loss = -Arrays.stream(walk.logReverse()).average().orElseThrow();
    Close.check("loss", loss, reference.number(kind.key + "/loss"), tolerance);
    // Plain descent at rate 1: the gradient is what the parameters lost.
    operator.network().setParams(before.sub(operator.network().params()));
    checkGradient(operator, kind, "0_W", "W1", tolerance);
    checkGradient(operator, kind, "0_b", "b1", tolerance);
    if (kind == Kind.BERNOULLI) {
      checkGradient(operator, kind, "1_W", "W_mu", tolerance);
      checkGradient(operator, kind, "1_b", "b_mu", tolerance);
    } else {
      checkGradient(operator, kind, "1_W", "W_mu", "W_sigma", tolerance);
      checkGradient(operator, kind, "1_b", "b_mu", "b_sigma", tolerance);
    }
    Close.check(
        "moments", operator.network().getParam("2_mean").dup().data().asDouble(), new double[4], 0);
  }

  private void checkGradient(
      TransitionOperator operator, Kind kind, String ours, String theirs, double tolerance) {
    Close.check(theirs, gradient(operator, ours), expected(kind, theirs), tolerance);
  }

  private void checkGradient(
      TransitionOperator operator,
      Kind kind,
      String ours,
      String first,
      String second,
      double tolerance) {
    double[] both =
        DoubleStream.concat(
                Arrays.stream(expected(kind, first)), Arrays.stream(expected(kind, second)))
            .toArray();
    Close.check(ours, gradient(operator, ours), both, tolerance);
  }

  /** Row by row as [out, in]. */
  private static double[] gradient(TransitionOperator operator, String parameter) {
    INDArray array = operator.network().getParam(parameter);
    return (array.rank() == 1 ? array : array.transpose()).dup('c').data().asDouble();
  }

  private double[] expected(Kind kind, String parameter) {
    return reference.data(kind.key + "/grad/" + parameter);
  }

  @ParameterizedTest
  @MethodSource("kindsAndTypes")
  void estimatesTheLikelihoodAsTheReference(Kind kind, DataType type) {
    PathLikelihood likelihood =
        PathLikelihood.of(
            operator(kind, type),
            temperatures,
            cold,
            reference.data(kind.key + "/s0"),
            PATHS,
            path -> noise(kind, path));
    Close.check(
        "log p",
        likelihood.estimates(),
        reference.data(kind.key + "/is_log_likelihood"),
        Close.tolerance(type));
  }
}
