package dev.lockstep.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Draws of every distribution: that they are its own, and what sharpness does to them. */
class DrawTest {
  private static final int DRAWS = 200_000;
  // Some dozens of numbers are compared, each wrong by chance less than once in a million.
  private static final double STANDARD_ERRORS = 5;
  private static final double LARGEST_UNIFORM = Math.nextDown(1.0);

  // π̂, μ_x, μ_y, σ̂_x, σ̂_y, ρ̂, ê.
  private static final PenMixture PEN = new PenMixture(2);
  private static final double[] PEN_PARAMETERS = {
    0.4, -0.5, -1, 2, 0.5, -1.5, -0.3, 0.2, 0.4, -0.6, 1.2, -0.7, -0.8
  };

  // π̂, μ, σ̂.
  private static final GaussianMixture GAUSSIAN = new GaussianMixture(3, 2);
  private static final double[] GAUSSIAN_PARAMETERS = {
    -0.2, 0.7, -1, 0, 2, 1, 0.5, -1, -0.5, 0.3, 0.1, 0.4, -0.8, 0.2
  };

  @Test
  void aPensDrawsHaveTheMixturesMoments() {
    double[][] draws = draws(PEN, PEN_PARAMETERS, SamplingOptions.AS_LEARNED);
    double[] p = PEN_PARAMETERS;
    double first = 1 / (1 + Math.exp(p[1] - p[0]));
    double[][] means = {{p[2], p[4]}, {p[3], p[5]}};
    double[][][] covariances = new double[2][][];
    for (int m = 0; m < 2; m++) {
      double x = Math.exp(p[6 + m]);
      double y = Math.exp(p[8 + m]);
      double xy = Math.tanh(p[10 + m]) * x * y;
      covariances[m] = new double[][] {{x * x, xy}, {xy, y * y}};
    }
    checkMoments(draws, new double[] {first, 1 - first}, means, covariances);
    checkMean("pen", column(draws, 2), 1 / (1 + Math.exp(-p[12])));
  }

  @Test
  void aGaussianMixturesDrawsHaveItsMoments() {
    double[] p = GAUSSIAN_PARAMETERS;
    double first = 1 / (1 + Math.exp(p[1] - p[0]));
    double[][] means = {Arrays.copyOfRange(p, 2, 5), Arrays.copyOfRange(p, 5, 8)};
    double[][][] covariances = new double[2][3][3];
    for (int i = 0; i < 6; i++) {
      covariances[i / 3][i % 3][i % 3] = Math.exp(2 * p[8 + i]);
    }
    double[][] draws = draws(GAUSSIAN, p, SamplingOptions.AS_LEARNED);
    checkMoments(draws, new double[] {first, 1 - first}, means, covariances);
  }

  /** Of a mixture: E x = Σ π μ, cov = Σ π (Σ_m + μ μᵀ) − E x E xᵀ. */
  private static void checkMoments(
      double[][] draws, double[] weights, double[][] means, double[][][] covariances) {
    int width = means[0].length;
    double[] mean = new double[width];
    for (int d = 0; d < width; d++) {
      for (int m = 0; m < weights.length; m++) {
        mean[d] += weights[m] * means[m][d];
      }
      checkMean("mean " + d, column(draws, d), mean[d]);
    }
    for (int i = 0; i < width * width; i++) {
      int a = i / width;
      int b = i % width;
      double covariance = 0;
      for (int m = 0; m < weights.length; m++) {
        double product = (means[m][a] - mean[a]) * (means[m][b] - mean[b]);
        covariance += weights[m] * (covariances[m][a][b] + product);
      }
      double[] products =
          Arrays.stream(draws).mapToDouble(x -> (x[a] - mean[a]) * (x[b] - mean[b])).toArray();
      checkMean("covariance " + a + ", " + b, products, covariance);
    }
  }

  /** The mean gradient of the nll over a distribution's own draws is 0 at every parameter. */
  @ParameterizedTest
  @MethodSource("distributions")
  void drawsFollowTheDensity(OutputDistribution distribution, double[] parameters) {
    double[][] draws = draws(distribution, parameters, SamplingOptions.AS_LEARNED);
    double[][] gradients = new double[DRAWS][parameters.length];
    for (int i = 0; i < DRAWS; i++) {
      distribution.gradients(parameters, 0, draws[i], 0, 1, gradients[i], 0);
    }
    for (int i = 0; i < parameters.length; i++) {
      checkMean(distribution + " gradient " + i, column(gradients, i), 0);
    }
  }

  static Stream<Arguments> distributions() {
    return Stream.of(
        Arguments.of(PEN, PEN_PARAMETERS), Arguments.of(GAUSSIAN, GAUSSIAN_PARAMETERS));
  }

  @Test
  void aSharpPenDrawsFromTheMixtureWithSharperColumns() {
    double temperature = 0.6;
    double bias = 0.8;
    double[] sharp = PEN_PARAMETERS.clone();
    for (int m = 0; m < 2; m++) {
      sharp[m] *= (1 + bias) / temperature;
      sharp[6 + m] += Math.log(temperature) / 2 - bias;
      sharp[8 + m] += Math.log(temperature) / 2 - bias;
    }
    sharp[12] /= temperature;
    checkSame(PEN, PEN_PARAMETERS, new SamplingOptions(temperature, bias), sharp);
  }

  @Test
  void aSharpGaussianMixtureDrawsFromTheMixtureWithSharperColumns() {
    double temperature = 1.7;
    double bias = 0.3;
    double[] sharp = GAUSSIAN_PARAMETERS.clone();
    for (int i = 0; i < 2; i++) {
      sharp[i] *= (1 + bias) / temperature;
    }
    for (int i = 8; i < 14; i++) {
      sharp[i] += Math.log(temperature) / 2 - bias;
    }
    checkSame(GAUSSIAN, GAUSSIAN_PARAMETERS, new SamplingOptions(temperature, bias), sharp);
  }

  private static void checkSame(
      OutputDistribution distribution, double[] learned, SamplingOptions sampling, double[] sharp) {
    double[][] expected = draws(distribution, sharp, SamplingOptions.AS_LEARNED);
    double[][] actual = draws(distribution, learned, sampling);
    for (int d = 0; d < distribution.width(); d++) {
      Close.check("column " + d, column(actual, d), column(expected, d), 1e-12);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-320})
  void noTemperatureGivesTheMeanOfTheLikeliestComponent(double temperature) {
    SamplingOptions coldest = new SamplingOptions(temperature, 0.5);
    Random random = new Random(3);
    double[] inside = random.doubles(6).toArray();
    double[] least = new double[6];
    double[] most = new double[6];
    Arrays.fill(most, LARGEST_UNIFORM);
    for (double[] uniforms : new double[][] {inside, least, most}) {
      double[] pen = drawn(PEN, PEN_PARAMETERS, uniforms, coldest);
      Close.check("pen", pen, new double[] {-1, 0.5, 0}, 1e-150);
      double[] gaussian = drawn(GAUSSIAN, GAUSSIAN_PARAMETERS, uniforms, coldest);
      Close.check("gaussian", gaussian, new double[] {1, 0.5, -1}, 1e-150);
    }
    double[] lifted = PEN_PARAMETERS.clone();
    lifted[12] = 0.01;
    assertThat(drawn(PEN, lifted, most, coldest)[2]).isEqualTo(1);
  }

  @Test
  void atNoTemperatureAnEvenMixtureGivesItsFirstComponentAndNoBit() {
    double[] even = PEN_PARAMETERS.clone();
    even[1] = even[0];
    even[12] = 0;
    double[] most = new double[PEN.uniforms()];
    Arrays.fill(most, LARGEST_UNIFORM);
    for (double[] uniforms : new double[][] {new double[PEN.uniforms()], most}) {
      assertThat(drawn(PEN, even, uniforms, new SamplingOptions(0, 0))).containsExactly(-1, 0.5, 0);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-3, 1, 30})
  void isFiniteAtTheEndsOfTheUniformNumbers(double temperature) {
    double[] ends = {0, Double.MIN_VALUE, 0.5, LARGEST_UNIFORM};
    double[] uniforms = new double[4];
    double[] far = {900, -900, -1, 2, 0.5, -1.5, -900, 900, 900, -900, 900, -900, 900};
    for (int i = 0; i < 256; i++) {
      for (int k = 0; k < 4; k++) {
        uniforms[k] = ends[(i >> (2 * k)) & 3];
      }
      for (double[] parameters : new double[][] {PEN_PARAMETERS, far}) {
        double[] emission = drawn(PEN, parameters, uniforms, new SamplingOptions(temperature, 0));
        assertThat(Arrays.stream(emission).allMatch(Double::isFinite))
            .as("%s of %s", Arrays.toString(emission), Arrays.toString(uniforms))
            .isTrue();
      }
    }
  }

  /** Whatever lies around the step's own numbers. */
  @Test
  void readsAndWritesOnlyItsOwn() {
    Random random = new Random(4);
    double[] uniforms = random.doubles(6).toArray();
    double[] own =
        drawn(PEN, PEN_PARAMETERS, Arrays.copyOfRange(uniforms, 1, 5), SamplingOptions.AS_LEARNED);
    double[] padded = new double[PEN_PARAMETERS.length + 3];
    Arrays.fill(padded, Double.NaN);
    System.arraycopy(PEN_PARAMETERS, 0, padded, 2, PEN_PARAMETERS.length);
    double[] emission = {7, 0, 0, 0, 7};
    PEN.draw(padded, 2, uniforms, 1, SamplingOptions.AS_LEARNED, emission, 1);
    assertThat(emission).containsExactly(7, own[0], own[1], own[2], 7);
  }

  @Test
  void aComponentThatHasNoWeightIsNeverDrawn() {
    double[] parameters = {-1 / 0.0, 0, -1 / 0.0, -100, 1, 100, 0, 0, 0};
    for (double uniform : new double[] {0, LARGEST_UNIFORM}) {
      double[] uniforms = {uniform, 0, 0};
      double[] emission =
          drawn(new GaussianMixture(1, 3), parameters, uniforms, SamplingOptions.AS_LEARNED);
      assertThat(emission).containsExactly(1);
    }
  }

  @Test
  void sharpnessIsFiniteAndNotNegative() {
    assertThatThrownBy(() -> new SamplingOptions(-0.1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("temperature -0.1 is not a finite number of at least 0");
    assertThatThrownBy(() -> new SamplingOptions(1, Double.NaN))
        .hasMessage("bias NaN is not a finite number of at least 0");
  }

  private static double[][] draws(
      OutputDistribution distribution, double[] parameters, SamplingOptions sampling) {
    SplittableRandom random = new SplittableRandom(9);
    double[][] draws = new double[DRAWS][];
    for (int i = 0; i < DRAWS; i++) {
      double[] uniforms = random.doubles(distribution.uniforms()).toArray();
      draws[i] = drawn(distribution, parameters, uniforms, sampling);
    }
    return draws;
  }

  private static double[] drawn(
      OutputDistribution distribution,
      double[] parameters,
      double[] uniforms,
      SamplingOptions sampling) {
    double[] emission = new double[distribution.width()];
    distribution.draw(parameters, 0, uniforms, 0, sampling, emission, 0);
    return emission;
  }

  private static double[] column(double[][] rows, int column) {
    return Arrays.stream(rows).mapToDouble(row -> row[column]).toArray();
  }

  private static void checkMean(String what, double[] values, double expected) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).sum() / DRAWS;
    double bound = STANDARD_ERRORS * Math.sqrt(variance / DRAWS);
    // A NaN must fail, so the comparison is not turned round.
    if (!(Math.abs(mean - expected) <= bound)) {
      throw new AssertionError(
          what + " is " + mean + ", expected " + expected + " within " + bound);
    }
  }
}
