package dev.lockstep.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.output.SamplingOptions;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AncestralSamplerTest {
  private static final double[] P = {0.05, 0.4, 0, 0.25, 0.1, 0.2};
  private static final double ALMOST_ONE = Math.nextDown(1.0);

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.5, 0.2, 2})
  void frequenciesFollowTheProbabilitiesToTheInverseTemperature(double temperature) {
    int draws = 60_000;
    int[] counts = counts(P, temperature, draws);
    double[] expected = sharpened(P, temperature);
    double chiSquare = 0;
    for (int v = 0; v < P.length; v++) {
      if (P[v] == 0) {
        assertThat(counts[v]).as("draws of an impossible symbol").isZero();
      } else {
        double mean = draws * expected[v];
        chiSquare += (counts[v] - mean) * (counts[v] - mean) / mean;
      }
    }
    // Of five possible symbols: the 0.999 quantile at four degrees of freedom.
    assertThat(chiSquare).isLessThan(18.47);
  }

  private static int[] counts(double[] p, double temperature, int draws) {
    AncestralSampler sampler =
        AncestralSampler.of(
            new SplittableRandom(3), draws / 10, 10, 1, new SamplingOptions(temperature, 0));
    int[] counts = new int[p.length];
    for (int i = 0; i < draws; i++) {
      counts[sampler.draw(i / 10, i % 10, p, 0, p.length)]++;
    }
    return counts;
  }

  private static double[] sharpened(double[] p, double temperature) {
    double[] q = Arrays.stream(p).map(x -> Math.pow(x, 1 / temperature)).toArray();
    double sum = DoubleStream.of(q).sum();
    return Arrays.stream(q).map(x -> x / sum).toArray();
  }

  @Test
  void temperatureZeroTakesTheLikeliestAndTheFirstOfEquals() {
    AncestralSampler sampler =
        AncestralSampler.of(new SplittableRandom(1), 100, 1, 1, new SamplingOptions(0, 0));
    for (int t = 0; t < 100; t++) {
      assertThat(sampler.draw(t, 0, P, 0, P.length)).isEqualTo(1);
      assertThat(sampler.draw(t, 0, new double[] {0.2, 0.4, 0.4}, 0, 3)).isEqualTo(1);
    }
  }

  /** p to the power of 1/T is below the smallest double for every symbol. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-2, 1e-3, 1e-6, 1e-300, Double.MIN_VALUE})
  void veryLowTemperatureTakesTheLikeliest(double temperature) {
    int vocabulary = 200;
    double[] p = new double[vocabulary];
    Arrays.fill(p, 0.9 / (vocabulary - 1));
    p[137] = 0.1;
    AncestralSampler sampler =
        AncestralSampler.of(new SplittableRandom(1), 50, 1, 1, new SamplingOptions(temperature, 0));
    for (int t = 0; t < 50; t++) {
      assertThat(sampler.draw(t, 0, p, 0, vocabulary)).isEqualTo(137);
    }
  }

  @Test
  void readsOnlyItsOwnPartOfTheArray() {
    double[] two = {0, 0, 1, 0, 1, 0};
    AncestralSampler sampler =
        AncestralSampler.of(new SplittableRandom(1), 1, 2, 1, new SamplingOptions(1, 0));
    assertThat(sampler.draw(0, 0, two, 0, 3)).isEqualTo(2);
    assertThat(sampler.draw(0, 1, two, 3, 3)).isEqualTo(1);
  }

  @Test
  void theLargestUniformNumberStaysOnAPossibleSymbol() {
    // Whatever rounding the sum and the subtractions leave, the last symbol is impossible.
    Random random = new Random(5);
    AncestralSampler sampler =
        new AncestralSampler(new double[] {ALMOST_ONE}, 1, 1, new SamplingOptions(1, 0));
    AncestralSampler warm =
        new AncestralSampler(new double[] {ALMOST_ONE}, 1, 1, new SamplingOptions(0.7, 0));
    for (int trial = 0; trial < 2_000; trial++) {
      double[] p = random.doubles(40).toArray();
      double sum = DoubleStream.of(p).sum();
      for (int v = 0; v < p.length; v++) {
        p[v] = v >= 37 ? 0 : p[v] / sum;
      }
      assertThat(sampler.draw(0, 0, p, 0, p.length)).isEqualTo(36);
      assertThat(warm.draw(0, 0, p, 0, p.length)).isEqualTo(36);
    }
  }

  @Test
  void zeroTakesTheFirstPossibleSymbol() {
    AncestralSampler sampler =
        new AncestralSampler(new double[] {0}, 1, 1, new SamplingOptions(1, 0));
    assertThat(sampler.draw(0, 0, new double[] {0, 0, 0.5, 0.5}, 0, 4)).isEqualTo(2);
  }

  @Test
  void drawsDoNotDependOnTheOrderOfAsking() {
    AncestralSampler forward =
        AncestralSampler.of(new SplittableRandom(9), 30, 4, 1, new SamplingOptions(1, 0));
    AncestralSampler backward =
        AncestralSampler.of(new SplittableRandom(9), 30, 4, 1, new SamplingOptions(1, 0));
    int[] drawn = new int[120];
    for (int i = 0; i < 120; i++) {
      drawn[i] = forward.draw(i / 4, i % 4, P, 0, P.length);
    }
    for (int i = 119; i >= 0; i--) {
      assertThat(backward.draw(i / 4, i % 4, P, 0, P.length)).isEqualTo(drawn[i]);
    }
    assertThat(drawn).contains(0, 1, 3, 4, 5);
  }

  @Test
  void rowsWithStreamsOfTheirOwnDrawAsIfAlone() {
    SplittableRandom[] streams = {new SplittableRandom(1), new SplittableRandom(2)};
    AncestralSampler both = AncestralSampler.perRow(streams, 40, 1, new SamplingOptions(1, 0));
    for (int row = 0; row < 2; row++) {
      AncestralSampler alone =
          AncestralSampler.of(new SplittableRandom(row + 1), 40, 1, 1, new SamplingOptions(1, 0));
      for (int t = 0; t < 40; t++) {
        assertThat(both.draw(t, row, P, 0, P.length)).isEqualTo(alone.draw(t, 0, P, 0, P.length));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesATemperatureThatIsNone(double temperature) {
    assertThatThrownBy(
            () ->
                AncestralSampler.of(
                    new SplittableRandom(1), 1, 1, 1, new SamplingOptions(temperature, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature " + temperature);
  }
}
