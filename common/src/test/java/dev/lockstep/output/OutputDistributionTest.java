package dev.lockstep.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nlls and gradients of every distribution, where it is ordinary and where it is not. */
class OutputDistributionTest {
  static Stream<OutputDistribution> distributions() {
    return Stream.of(
        new PenMixture(1),
        new PenMixture(4),
        new GaussianMixture(1, 1),
        new GaussianMixture(3, 2),
        new GaussianMixture(2, 5));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void gradientsAreThoseOfTheNll(OutputDistribution distribution) {
    Random random = new Random(5);
    for (int trial = 0; trial < 300; trial++) {
      // From flat to sharp: σ from e^-6 to e^6, 1 − ρ² down to 1e-7.
      double scale = trial % 3 == 0 ? 0.5 : trial % 3 == 1 ? 2 : 6;
      double[] parameters = parameters(distribution, random, scale);
      checkGradients(distribution, parameters, drawn(distribution, parameters, random), trial);
    }
  }

  /** Surrounded by numbers that are no business of the step. */
  private static void checkGradients(
      OutputDistribution distribution, double[] parameters, double[] emission, int trial) {
    int offset = 3;
    int at = 2;
    double[] padded = new double[offset + parameters.length + 1];
    System.arraycopy(parameters, 0, padded, offset, parameters.length);
    double[] emitted = new double[at + emission.length + 1];
    System.arraycopy(emission, 0, emitted, at, emission.length);
    double[] gradients = new double[parameters.length + 2];
    gradients[0] = 77;
    gradients[parameters.length + 1] = 77;
    distribution.gradients(padded, offset, emitted, at, 0.7, gradients, 1);

    for (int i = 0; i < parameters.length; i++) {
      double difference = 0.7 * gradient(distribution, padded, offset + i, offset, emitted, at);
      double error = Math.abs(gradients[1 + i] - difference);
      if (!(error <= 1e-5 * Math.abs(difference) + 1e-6)) {
        throw new AssertionError(
            "%s, trial %d: at parameter %d the gradient is %s, the central difference %s, of %s at %s"
                .formatted(
                    distribution,
                    trial,
                    i,
                    gradients[1 + i],
                    difference,
                    Arrays.toString(parameters),
                    Arrays.toString(emission)));
      }
    }
    assertThat(gradients[0]).isEqualTo(77);
    assertThat(gradients[parameters.length + 1]).isEqualTo(77);
  }

  /**
   * The central difference of fourth order, whose step is so small beside the sharpest component
   * that the nll changes by little.
   */
  private static double gradient(
      OutputDistribution distribution, double[] p, int i, int offset, double[] e, int at) {
    double here = p[i];
    double[] shifted = p.clone();
    double step = 1e-4 * sharpest(distribution, p, offset, i - offset);
    double[] values = new double[4];
    double[] positions = new double[4];
    for (int k = 0; k < 4; k++) {
      shifted[i] = here + new double[] {-2, -1, 1, 2}[k] * step;
      positions[k] = shifted[i];
      values[k] = distribution.nll(shifted, offset, e, at);
    }
    double near = (values[2] - values[1]) / (positions[2] - positions[1]);
    double far = (values[3] - values[0]) / (positions[3] - positions[0]);
    return (4 * near - far) / 3;
  }

  /** The scale on which the nll changes with a column: 1, or a mean's least standard deviation. */
  private static double sharpest(OutputDistribution distribution, double[] p, int offset, int i) {
    if (distribution instanceof PenMixture pen) {
      int components = pen.components();
      boolean mean = i >= components && i < 3 * components;
      int m = i % components;
      double sigma = Math.exp(p[offset + (i / components + 2) % 6 * components + m]);
      return mean ? sigma / Math.cosh(p[offset + 5 * components + m]) : 1;
    }
    GaussianMixture gaussian = (GaussianMixture) distribution;
    int means = gaussian.channels() * gaussian.components();
    boolean mean = i >= gaussian.components() && i < gaussian.components() + means;
    return mean ? Math.exp(p[offset + i + means]) : 1;
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void aMaskedStepHasNoGradientsWhateverItHolds(OutputDistribution distribution) {
    double[] gradients = new double[distribution.parameters()];
    Arrays.fill(gradients, 5);
    double[] padding = new double[distribution.width()];
    Arrays.fill(padding, Double.NaN);
    distribution.gradients(new double[gradients.length], 0, padding, 0, 0, gradients, 0);
    assertThat(gradients).containsOnly(0);
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void isFiniteHoweverFarItsColumnsRun(OutputDistribution distribution) {
    Random random = new Random(6);
    double[] extremes = {-1e300, -750, -40, 0, 40, 750, 1e300};
    for (int trial = 0; trial < 300; trial++) {
      double[] parameters = parameters(distribution, random, 1);
      for (int i = 0; i < parameters.length; i++) {
        if (!isMean(distribution, i) && random.nextBoolean()) {
          parameters[i] = extremes[random.nextInt(extremes.length)];
        }
      }
      checkFinite(distribution, parameters, drawn(distribution, parameters, random));
      double[] emission = random.doubles(distribution.width(), -30, 30).toArray();
      checkFinite(distribution, parameters, emission);
    }
  }

  @Test
  void deviationsAndCorrelationsMayRunToInfinity() {
    for (double infinite : new double[] {-1 / 0.0, 1 / 0.0}) {
      double[] pen = {0, 0, 0, infinite, infinite, infinite, 0};
      checkFinite(new PenMixture(1), pen, new double[] {0.5, 0.5, 0});
      checkFinite(new PenMixture(1), pen, new double[] {0, 0, 1});
      double[] gaussian = {0, 0.5, infinite};
      checkFinite(new GaussianMixture(1, 1), gaussian, new double[] {0.5});
      checkFinite(new GaussianMixture(1, 1), gaussian, new double[] {3});
    }
  }

  private static void checkFinite(
      OutputDistribution distribution, double[] parameters, double[] emission) {
    double nll = distribution.nll(parameters, 0, emission, 0);
    double[] gradients = new double[parameters.length];
    distribution.gradients(parameters, 0, emission, 0, 1, gradients, 0);
    assertThat(Double.isFinite(nll) && Arrays.stream(gradients).allMatch(Double::isFinite))
        .as(
            "%s: nll %s, gradients %s of %s at %s",
            distribution,
            nll,
            Arrays.toString(gradients),
            Arrays.toString(parameters),
            Arrays.toString(emission))
        .isTrue();
  }

  /** A channel that never changes would otherwise be worth any number of nats. */
  @Test
  void aConstantChannelIsWorthABoundedNumberOfNats() {
    OutputDistribution distribution = new GaussianMixture(1, 1);
    double[] emission = {0.5};
    double floor = distribution.nll(new double[] {0, 0.5, -10}, 0, emission, 0);
    Close.check("at the floor", floor, Math.log(2 * Math.PI) / 2 - 10, 1e-12);
    assertThat(distribution.nll(new double[] {0, 0.5, -90}, 0, emission, 0)).isEqualTo(floor);
    assertThat(gradients(distribution, new double[] {0, 0.5, -10}, emission)[2]).isEqualTo(1);
    assertThat(gradients(distribution, new double[] {0, 0.5, -10.1}, emission)[2]).isZero();
    assertThat(gradients(distribution, new double[] {0, 0.5, 20.1}, emission)[2]).isZero();
  }

  @Test
  void aStraightStrokeIsWorthABoundedNumberOfNats() {
    OutputDistribution distribution = new PenMixture(1);
    double[] diagonal = {0.5, 0.5, 0};
    double[] bound = {0, 0, 0, 0, 0, 10, 0};
    double[] beyond = {0, 0, 0, 0, 0, 60, 0};
    assertThat(distribution.nll(beyond, 0, diagonal, 0))
        .isEqualTo(distribution.nll(bound, 0, diagonal, 0));
    Close.check("a nat for each", gradients(distribution, bound, diagonal)[5], -1, 1e-6);
    assertThat(gradients(distribution, beyond, diagonal)[5]).isZero();
  }

  /** The densities as Bishop (1994) and Graves (2013) print them, where that is harmless. */
  @Test
  void gaussianMixtureIsTheFormula() {
    GaussianMixture distribution = new GaussianMixture(2, 3);
    Random random = new Random(7);
    double[] p = parameters(distribution, random, 1);
    double[] e = {0.3, -0.8};
    double prior = Math.exp(p[0]) + Math.exp(p[1]) + Math.exp(p[2]);
    double density = 0;
    for (int m = 0; m < 3; m++) {
      double product = Math.exp(p[m]) / prior;
      for (int d = 0; d < 2; d++) {
        double sigma = Math.exp(p[9 + 2 * m + d]);
        double z = (e[d] - p[3 + 2 * m + d]) / sigma;
        product *= Math.exp(-z * z / 2) / (sigma * Math.sqrt(2 * Math.PI));
      }
      density += product;
    }
    Close.check("nll", distribution.nll(p, 0, e, 0), -Math.log(density), 1e-12);
  }

  @Test
  void withoutCorrelationAPenIsAGaussianMixtureAndABit() {
    int components = 3;
    double[] pen = parameters(new PenMixture(components), new Random(8), 1);
    double[] gaussian = new double[5 * components];
    for (int m = 0; m < components; m++) {
      pen[5 * components + m] = 0;
      gaussian[m] = pen[m];
      for (int d = 0; d < 2; d++) {
        gaussian[components + 2 * m + d] = pen[(1 + d) * components + m];
        gaussian[3 * components + 2 * m + d] = pen[(3 + d) * components + m];
      }
    }
    double[] emission = {0.4, -1.1, 1};
    double bit = Math.log1p(Math.exp(-pen[6 * components]));
    Close.check(
        "nll",
        new PenMixture(components).nll(pen, 0, emission, 0),
        new GaussianMixture(2, components).nll(gaussian, 0, emission, 0) + bit,
        1e-12);
  }

  @Test
  void sizesAreAtLeastOne() {
    assertThatThrownBy(() -> new PenMixture(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("components 0 is not at least 1");
    assertThatThrownBy(() -> new GaussianMixture(0, 2)).hasMessage("channels 0 is not at least 1");
    assertThatThrownBy(() -> new GaussianMixture(2, -1))
        .hasMessage("components -1 is not at least 1");
  }

  private static double[] gradients(
      OutputDistribution distribution, double[] parameters, double[] emission) {
    double[] gradients = new double[parameters.length];
    distribution.gradients(parameters, 0, emission, 0, 1, gradients, 0);
    return gradients;
  }

  /** Means of about 1, all other columns between −scale and scale; ρ̂ reaches to 9. */
  private static double[] parameters(OutputDistribution distribution, Random random, double scale) {
    double[] parameters = new double[distribution.parameters()];
    for (int i = 0; i < parameters.length; i++) {
      double reach =
          isMean(distribution, i) ? 1 : isCorrelation(distribution, i) ? 1.5 * scale : scale;
      parameters[i] = random.nextDouble(-reach, reach);
    }
    return parameters;
  }

  private static boolean isMean(OutputDistribution distribution, int i) {
    int components =
        distribution instanceof PenMixture pen
            ? pen.components()
            : ((GaussianMixture) distribution).components();
    int means =
        distribution instanceof PenMixture ? 2 * components : distribution.width() * components;
    return i >= components && i < components + means;
  }

  private static boolean isCorrelation(OutputDistribution distribution, int i) {
    return distribution instanceof PenMixture pen
        && i / pen.components() == 5
        && i < 6 * pen.components();
  }

  private static double[] drawn(
      OutputDistribution distribution, double[] parameters, Random random) {
    double[] emission = new double[distribution.width()];
    double[] uniforms = random.doubles(distribution.uniforms()).toArray();
    distribution.draw(parameters, 0, uniforms, 0, SamplingOptions.AS_LEARNED, emission, 0);
    return emission;
  }
}
