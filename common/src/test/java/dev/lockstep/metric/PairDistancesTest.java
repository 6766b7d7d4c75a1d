package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PairDistancesTest {
  /** Around the rows of a tile, and none of them. */
  @ParameterizedTest
  @CsvSource({"2, 1", "3, 7", "255, 3", "256, 2", "257, 5", "600, 3"})
  void agreesWithTwoLoops(int n, int width) {
    SplittableRandom random = new SplittableRandom(n);
    double[] a = random.doubles((long) n * width, -1, 1).toArray();
    double[] b = random.doubles((long) n * width, 0, 3).toArray();
    PairDistances pairs = new PairDistances(n, width, 2);
    pairs.read(a, b);
    assertThat(pairs.between(Math::sqrt))
        .isCloseTo(distances(a, b, width, true).average().orElseThrow(), within(1e-9));
    assertThat(pairs.withinFirst(Math::sqrt))
        .isCloseTo(distances(a, a, width, false).average().orElseThrow(), within(1e-9));
    assertThat(pairs.withinSecond(square -> 1 / (1 + square)))
        .isCloseTo(
            distances(b, b, width, false).map(d -> 1 / (1 + d * d)).average().orElseThrow(),
            within(1e-9));
    double[] sorted = distances(a, a, width, false).sorted().toArray();
    // Each pair is there twice.
    double median = (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    assertThat(pairs.medianWithinFirst()).isCloseTo(median, within(1e-9));
  }

  @ParameterizedTest
  @CsvSource({"18, 1", "255, 3", "513, 32"})
  void theNumberOfThreadsChangesNothing(int n, int width) {
    SplittableRandom random = new SplittableRandom(n);
    double[] a = random.doubles((long) n * width, -1, 1).toArray();
    double[] b = random.doubles((long) n * width, 0, 3).toArray();
    double[] one = all(new PairDistances(n, width, 1), a, b);
    for (int threads : new int[] {2, 3, 5}) {
      assertThat(all(new PairDistances(n, width, threads), a, b)).containsExactly(one);
    }
  }

  private static double[] all(PairDistances pairs, double[] a, double[] b) {
    pairs.read(a, b);
    return new double[] {
      pairs.between(Math::sqrt), pairs.withinFirst(Math::sqrt), pairs.medianWithinFirst()
    };
  }

  private static DoubleStream distances(double[] a, double[] b, int width, boolean itself) {
    DoubleStream.Builder all = DoubleStream.builder();
    for (int i = 0; i < a.length; i += width) {
      for (int j = 0; j < b.length; j += width) {
        if (itself || i != j) {
          double[] x = Arrays.copyOfRange(a, i, i + width);
          double squares = 0;
          for (int k = 0; k < width; k++) {
            squares += Math.pow(x[k] - b[j + k], 2);
          }
          all.add(Math.sqrt(squares));
        }
      }
    }
    return all.build();
  }
}
