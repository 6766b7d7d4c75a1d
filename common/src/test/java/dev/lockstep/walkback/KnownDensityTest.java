package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.KernelProvider;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * An operator that has learned a Gaussian whose density is known: on average over the data no model
 * is likelier than the data's own distribution, the bound is below the estimate, and that rises
 * with the number of paths.
 */
class KnownDensityTest {
  private static final double[] MEAN = {1, -2};
  private static final double[] DEVIATION = {1.5, 0.5};
  private static final int BATCH = 64;
  private static final int UPDATES = 400;
  private static final int POINTS = 400;
  private static final Temperatures TEMPERATURES = new Temperatures(16);
  private static final int COLD = 2;

  private static TransitionOperator trained(long seed, int updates) {
    Transition transition = new GaussianTransition(0.5, Heat.VARIANCE, 0);
    OperatorShape shape =
        new OperatorShape(2, transition.outputs(2), 16, 1, Activation.TANH, /* normalised= */ 0);
    MultiLayerNetwork network =
        new MultiLayerNetwork(shape.dense(DataType.FLOAT, new Adam(0.01), seed));
    network.init();
    TransitionOperator operator =
        new TransitionOperator(
            network, transition, KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 1));
    VariationalWalkback objective =
        new VariationalWalkback(
            operator, new VariationalWalkback.Options(TEMPERATURES, COLD, /* online= */ true, 5));
    SplittableRandom random = new SplittableRandom(seed);
    for (int update = 0; update < updates; update++) {
      objective.step(batch(random), update, random);
    }
    return operator;
  }

  private static SequenceBatch batch(SplittableRandom random) {
    double[] points = points(BATCH, random);
    return SequenceBatch.of(
        IntStream.range(0, BATCH)
            .mapToObj(n -> Sequence.ofVectors(2, (float) points[2 * n], (float) points[2 * n + 1]))
            .toList());
  }

  private static double[] points(int count, SplittableRandom random) {
    double[] points = new double[2 * count];
    Arrays.setAll(points, i -> MEAN[i % 2] + DEVIATION[i % 2] * random.nextGaussian());
    return points;
  }

  private static double logDensity(double[] points, int n) {
    double log = 0;
    for (int d = 0; d < 2; d++) {
      double error = (points[2 * n + d] - MEAN[d]) / DEVIATION[d];
      log -= 0.5 * error * error + Math.log(DEVIATION[d] * Math.sqrt(2 * Math.PI));
    }
    return log;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void boundIsBelowTheEstimateAndThatBelowTheTruth(long seed) {
    TransitionOperator operator = trained(seed, UPDATES);
    SplittableRandom random = new SplittableRandom(100 + seed);
    double[] points = points(POINTS, random);
    PathLikelihood few = likelihood(operator, points, 5, seed);
    PathLikelihood many = likelihood(operator, points, 50, seed);
    Mean toTruth = Mean.of(n -> logDensity(points, n) - many.estimates()[n]);
    assertThat(toTruth.value).as("truth − estimate").isGreaterThan(-2 * toTruth.error);
    PathLikelihood before = likelihood(trained(seed, 1), points, 50, seed);
    Mean untrained = Mean.of(n -> logDensity(points, n) - before.estimates()[n]);
    assertThat(toTruth.value).as("truth − estimate").isLessThan(untrained.value / 2);
    Mean toMany = Mean.of(n -> many.estimates()[n] - few.estimates()[n]);
    assertThat(toMany.value).as("50 paths − 5 paths").isGreaterThan(0);
    Mean toFew = Mean.of(n -> few.estimates()[n] - few.bounds()[n]);
    assertThat(toFew.value).as("5 paths − bound").isGreaterThan(2 * toFew.error);
    Mean boundToTruth = Mean.of(n -> logDensity(points, n) - many.bounds()[n]);
    assertThat(boundToTruth.value).as("truth − bound").isGreaterThan(-2 * boundToTruth.error);
    assertThat(Arrays.stream(many.effectivePaths()))
        .allMatch(paths -> paths > 0.999 && paths < 50.001);
  }

  private static PathLikelihood likelihood(
      TransitionOperator operator, double[] points, int paths, long seed) {
    SplittableRandom random = new SplittableRandom(1000 + seed);
    return PathLikelihood.of(
        operator, TEMPERATURES, COLD, points, paths, path -> operator.noise(random));
  }

  /** A mean over the points, and its standard error. */
  private record Mean(double value, double error) {
    static Mean of(IntToDoubleFunction ofPoint) {
      double[] values = IntStream.range(0, POINTS).mapToDouble(ofPoint).toArray();
      double mean = Arrays.stream(values).average().orElseThrow();
      double variance =
          Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / (POINTS - 1);
      return new Mean(mean, Math.sqrt(variance / POINTS));
    }
  }
}
