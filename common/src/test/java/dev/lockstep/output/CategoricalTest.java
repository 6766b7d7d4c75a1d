package dev.lockstep.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Truncated;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CategoricalTest {
  private static final int GRID = 4001;

  /** Of V symbols, some of them likely, most of them not. */
  private static double[] distribution(long seed, int vocabulary) {
    double[] weights =
        new SplittableRandom(seed).doubles(vocabulary).map(u -> Math.pow(u, 4)).toArray();
    double sum = DoubleStream.of(weights).sum();
    return DoubleStream.of(weights).map(w -> w / sum).toArray();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 0, 1",
    "1, 3, 1",
    "1, 1, 1",
    "1, 0, 0.9",
    "1, 0, 0.3",
    "1, 0, 1e-12",
    "1, 7, 0.8",
    "0.6, 0, 0.8",
    "0.6, 4, 1",
    "0.6, 5, 0.7",
    "2.5, 0, 0.95",
    "2.5, 6, 0.5",
    "2.5, 1000, 0.5"
  })
  void isTheInverseOfTheTruncatedDistributionFunction(double temperature, int topK, double topP) {
    SamplingOptions sampling = new SamplingOptions(temperature, 0, topK, topP);
    for (int vocabulary : new int[] {1, 2, 7, 40}) {
      Categorical symbols = new Categorical(vocabulary);
      for (long seed = 0; seed < 5; seed++) {
        double[] p = distribution(seed, vocabulary);
        double[] expected = Truncated.distribution(p, sampling);
        for (int i = 0; i < GRID; i++) {
          double uniform = (i + 0.5) / GRID;
          int drawn = symbols.draw(p, 0, uniform, sampling);
          double below = DoubleStream.of(expected).limit(drawn).sum();
          assertThat(expected[drawn]).as("of symbol " + drawn).isPositive();
          assertThat(uniform).isBetween(below - 1e-12, below + expected[drawn] + 1e-12);
        }
      }
    }
  }

  @Test
  void truncationIsSomethingAtAll() {
    double[] p = distribution(3, 40);
    double[] expected = Truncated.distribution(p, new SamplingOptions(0.6, 0, 5, 0.7));
    assertThat(DoubleStream.of(expected).filter(q -> q > 0).count()).isBetween(2L, 4L);
    assertThat(drawn(p, new SamplingOptions(0.6, 0, 5, 0.7)))
        .hasSizeLessThan(drawn(p, new SamplingOptions(0.6, 0, 5, 1)).length)
        .hasSizeLessThan(drawn(p, new SamplingOptions(0.6, 0, 0, 0.7)).length + 1);
  }

  /** The symbols that some uniform number falls to. */
  private static int[] drawn(double[] p, SamplingOptions sampling) {
    Categorical symbols = new Categorical(p.length);
    return IntStream.range(0, GRID)
        .map(i -> symbols.draw(p, 0, (double) i / GRID, sampling))
        .distinct()
        .sorted()
        .toArray();
  }

  @Test
  void ofEqualsTheFirstAreKept() {
    double[] even = {0.125, 0.25, 0.25, 0.125, 0.25};
    assertThat(drawn(even, new SamplingOptions(1, 0, 1, 1))).containsExactly(1);
    assertThat(drawn(even, new SamplingOptions(1, 0, 2, 1))).containsExactly(1, 2);
    assertThat(drawn(even, new SamplingOptions(1, 0, 4, 1))).containsExactly(0, 1, 2, 4);
    // Half is reached exactly; a little more needs one more.
    assertThat(drawn(even, new SamplingOptions(1, 0, 0, 0.5))).containsExactly(1, 2);
    assertThat(drawn(even, new SamplingOptions(1, 0, 0, 0.51))).containsExactly(1, 2, 4);
    assertThat(drawn(even, new SamplingOptions(1, 0, 0, 0.8))).containsExactly(0, 1, 2, 4);
  }

  @Test
  void theTemperatureComesFirstThenTopKThenTopP() {
    double[] p = {0.1, 0.4, 0.2, 0.3};
    // 0.4 of 1 is less than 0.55, 0.4 of the 0.7 of two symbols is not.
    assertThat(drawn(p, new SamplingOptions(1, 0, 0, 0.55))).containsExactly(1, 3);
    assertThat(drawn(p, new SamplingOptions(1, 0, 2, 0.55))).containsExactly(1);
    // Nor is 0.16 of the 0.3 that the squares sum to less than 0.52.
    assertThat(drawn(p, new SamplingOptions(1, 0, 0, 0.52))).containsExactly(1, 3);
    assertThat(drawn(p, new SamplingOptions(0.5, 0, 0, 0.52))).containsExactly(1);
  }

  @Test
  void cuttingNothingOffChangesNoDraw() {
    double[] p = distribution(11, 30);
    Categorical symbols = new Categorical(30);
    for (double temperature : new double[] {1, 0.7, 3}) {
      SplittableRandom random = new SplittableRandom(4);
      for (int i = 0; i < 2_000; i++) {
        double uniform = random.nextDouble();
        int whole = symbols.draw(p, 0, uniform, new SamplingOptions(temperature, 0));
        assertThat(symbols.draw(p, 0, uniform, new SamplingOptions(temperature, 0, 30, 1)))
            .isEqualTo(whole);
        // What was cut off before is back.
        symbols.draw(p, 0, uniform, new SamplingOptions(temperature, 0, 1, 0.5));
      }
    }
  }

  @Test
  void temperatureZeroLeavesOneWhateverElseIsAsked() {
    assertThat(drawn(new double[] {0.3, 0.4, 0.3}, new SamplingOptions(0, 0, 2, 0.9)))
        .containsExactly(1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.1, Double.NaN})
  void refusesANucleusThatIsNone(double topP) {
    assertThatThrownBy(() -> new SamplingOptions(1, 0, 0, topP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("top-p " + topP);
    assertThatThrownBy(() -> new SamplingOptions(1, 0, -1, 1)).hasMessageContaining("top-k -1");
  }
}
