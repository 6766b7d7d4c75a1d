package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.testing.Close;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of next states against the equations, one number after another. */
final class TransitionTest {
  private static final int DIMENSIONS = 130;
  private static final double ALPHA = 0.4;
  private static final double LEAST = 0.2;
  private static final double STEP = 1e-6;

  private final double[] states = new Random(1).doubles(DIMENSIONS + 3, 0, 1).toArray();
  private final double[] target = new Random(2).doubles(DIMENSIONS + 3, 0, 1).toArray();
  private final double[] outputs = new Random(3).doubles(2 * DIMENSIONS + 5, -2, 2).toArray();

  static Stream<Transition> transitions() {
    return Stream.of(
        new GaussianTransition(ALPHA, Heat.VARIANCE, 0),
        new GaussianTransition(ALPHA, Heat.DEVIATION, 0.3),
        new GaussianTransition(ALPHA, Heat.VARIANCE, 0.3, 0.8),
        new BernoulliTransition(ALPHA));
  }

  private NextState next(Transition transition) {
    NextState next = transition.nextState(DIMENSIONS);
    next.from(states, 3, outputs, 5);
    return next;
  }

  @Test
  void softplusIsItsEquationWhateverTheSize() {
    double[] x = new Random(4).doubles(1000, -40, 40).toArray();
    double[] far = {0, -1e-17, 1e-17, 708, -708, 1e300, -1e300};
    System.arraycopy(far, 0, x, 1, far.length);
    double[] values = new double[x.length - 1];
    double[] slopes = new double[x.length - 1];
    Softplus.of(x, 1, values, slopes);
    for (int i = 0; i < values.length; i++) {
      double e = Math.exp(-Math.abs(x[i + 1]));
      Close.check("softplus", values[i], Math.max(x[i + 1], 0) + Math.log1p(e), 1e-15);
      Close.check("slope", slopes[i], 1 / (1 + Math.exp(-x[i + 1])), 1e-15);
    }
  }

  @Test
  void logsOfProductsNeitherOverflowNorUnderflow() {
    double[] factors = new double[900];
    Arrays.setAll(factors, i -> Math.scalb(1 + i / 900.0, i % 3 == 0 ? -300 : 290));
    factors[7] = 1e-308;
    factors[8] = Double.MIN_VALUE;
    factors[9] = 1e308;
    double sum = Arrays.stream(factors).map(Math::log).sum();
    Close.check("log", LogProduct.of(factors), sum, 1e-13);
    factors[700] = 0;
    assertThat(LogProduct.of(factors)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void gaussianDensitiesAreTheirEquations() {
    for (Heat heat : Heat.values()) {
      double temperature = 3;
      double factor = heat == Heat.VARIANCE ? Math.sqrt(temperature) : temperature;
      double log = 0;
      for (int d = 0; d < DIMENSIONS; d++) {
        double mean = (1 - ALPHA) * states[3 + d] + ALPHA * outputs[5 + d];
        double softplus = Math.log1p(Math.exp(outputs[5 + DIMENSIONS + d]));
        double sigma = factor * (LEAST + softplus);
        double error = (target[3 + d] - mean) / sigma;
        log -= 0.5 * error * error + Math.log(sigma) + 0.5 * Math.log(2 * Math.PI);
      }
      NextState next = next(new GaussianTransition(ALPHA, heat, LEAST));
      Close.check("log p", next.logDensity(temperature, target, 3), log, 1e-12);
    }
  }

  /** From the least to the most, and exactly half-way at half of what is between them. */
  @Test
  void aBoundedDeviationIsBetweenItsBounds() {
    double least = 0.3;
    double most = 0.8;
    NextState next = new GaussianTransition(ALPHA, Heat.VARIANCE, least, most).nextState(1);
    double before = least;
    for (double output : new double[] {-40, -3, -1, 0.25, 1, 3, 40}) {
      double[] drawn = new double[1];
      double[] mean = new double[1];
      next.from(new double[] {0.5}, 0, new double[] {0.1, output}, 0);
      next.draw(1, new double[] {1}, drawn, 0);
      next.mean(1, mean, 0);
      double deviation = drawn[0] - mean[0];
      double softplus = Math.log1p(Math.exp(output)) - Math.log1p(Math.exp(output - 0.5));
      Close.check("σ", deviation, least + softplus, 1e-12);
      assertThat(deviation)
          .isGreaterThanOrEqualTo(before - 1e-12)
          .isLessThanOrEqualTo(most + 1e-12);
      if (output == 0.25) {
        assertThat(deviation).isCloseTo(0.55, within(1e-12));
      }
      before = deviation;
    }
  }

  @Test
  void bernoulliDensitiesAreTheirEquations() {
    double[] bits = Arrays.stream(target).map(Math::rint).toArray();
    double log = 0;
    double[] means = new double[DIMENSIONS + 1];
    double temperature = 2;
    NextState next = next(new BernoulliTransition(ALPHA));
    next.mean(temperature, means, 1);
    for (int d = 0; d < DIMENSIONS; d++) {
      double logit = ((1 - ALPHA) * states[3 + d] + ALPHA * outputs[5 + d]) / temperature;
      double one = 1 / (1 + Math.exp(-logit));
      log += Math.log(bits[3 + d] == 1 ? one : 1 - one);
      Close.check("ρ", means[1 + d], one, 1e-14);
    }
    Close.check("log p", next.logDensity(temperature, bits, 3), log, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("transitions")
  void aDrawHasTheDensityThatItIsToldToHave(Transition transition) {
    SplittableRandom random = new SplittableRandom(5);
    double[] noise = new double[DIMENSIONS];
    Arrays.setAll(noise, d -> transition.noise(random));
    double[] drawn = new double[DIMENSIONS + 2];
    NextState next = next(transition);
    double log = next.draw(2, noise, drawn, 2);
    Close.check("log q", log, next.logDensity(2, drawn, 2), 1e-12);
  }

  @ParameterizedTest
  @MethodSource("transitions")
  void slopesAreThoseOfTheDensity(Transition transition) {
    int width = transition.outputs(DIMENSIONS);
    double[] slopes = new double[width + 1];
    double log = next(transition).slopes(2, target, 3, -0.25, slopes, 1);
    Close.check("log p", log, next(transition).logDensity(2, target, 3), 1e-12);
    for (int i = 0; i < width; i++) {
      double value = outputs[5 + i];
      outputs[5 + i] = value + STEP;
      double right = next(transition).logDensity(2, target, 3);
      outputs[5 + i] = value - STEP;
      double left = next(transition).logDensity(2, target, 3);
      outputs[5 + i] = value;
      double difference = -0.25 * (right - left) / (2 * STEP);
      assertThat(Math.abs(slopes[1 + i] - difference))
          .as("output %d: %s, not %s", i, slopes[1 + i], difference)
          .isLessThan(1e-5 * Math.max(Math.abs(difference), 1));
    }
  }

  @Test
  void priorsAreTheirEquations() {
    PriorMoments prior = new PriorMoments(new double[] {0.2, 0.7}, new double[] {0.5, 3});
    double[] some = {0, 1, 1, 1};
    double[] gaussian = new GaussianTransition(ALPHA, Heat.VARIANCE, 0).logPriors(prior, some);
    double[] bernoulli = new BernoulliTransition(ALPHA).logPriors(prior, some);
    for (int row = 0; row < 2; row++) {
      double normal = 0;
      double bits = 0;
      for (int d = 0; d < 2; d++) {
        double value = some[2 * row + d];
        double error = value - prior.mean()[d];
        double variance = prior.variance()[d];
        normal -= 0.5 * (error * error / variance + Math.log(2 * Math.PI * variance));
        bits += Math.log(value == 1 ? prior.mean()[d] : 1 - prior.mean()[d]);
      }
      Close.check("normal", gaussian[row], normal, 1e-14);
      Close.check("bits", bernoulli[row], bits, 1e-14);
    }
  }

  /** As the border of a picture has. */
  @Test
  void aBitThatWasAlwaysTheSameHasALikelihood() {
    PriorMoments prior = new PriorMoments(new double[] {0, 1}, new double[2]);
    double[] logs = new BernoulliTransition(ALPHA).logPriors(prior, new double[] {0, 1, 1, 1});
    assertThat(logs[0]).isBetween(-1e-5, 0.0);
    assertThat(logs[1]).isBetween(-20.0, -10.0);
  }
}
