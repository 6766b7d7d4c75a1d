package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TsneMapTest {
  private static final int N = 60;

  /** 2N points of five dimensions in a cube, the second half shifted. */
  private static double[][] states(double shift) {
    SplittableRandom random = new SplittableRandom(3);
    double[][] states = new double[2 * N][];
    Arrays.setAll(states, i -> random.doubles(5).map(x -> i < N ? x : x + shift).toArray());
    return states;
  }

  @Test
  void isAFunctionOfItsArguments() {
    double[][] once = TsneMap.of(states(0), 10, 1).points();
    assertThat(once).hasDimensions(2 * N, 2).isDeepEqualTo(TsneMap.of(states(0), 10, 1).points());
    assertThat(once[0]).isNotEqualTo(TsneMap.of(states(0), 10, 2).points()[0]);
  }

  @Test
  void putsModesApartThatAreApart() {
    TsneMap alike = TsneMap.of(states(0), 10, 1);
    TsneMap apart = TsneMap.of(states(3), 10, 1);
    assertThat(apart.centroidDistance()).isGreaterThan(4 * alike.centroidDistance());
    // Every point is nearer to its own kind than to the other.
    double[][] points = apart.points();
    for (int i = 0; i < 2 * N; i++) {
      double[] distances = new double[2];
      for (int j = 0; j < 2 * N; j++) {
        distances[j / N] +=
            Math.hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]) / N;
      }
      assertThat(distances[i / N]).isLessThan(distances[1 - i / N]);
    }
  }

  @Test
  void distancesAreThoseOfThePoints() {
    TsneMap map = new TsneMap(new double[][] {{0, 0}, {2, 0}, {1, 3}, {1, 5}});
    assertThat(map.centroidDistance()).isEqualTo(4);
    assertThat(map.pairDistance())
        .isCloseTo((2 * Math.hypot(1, 3) + 2 * Math.hypot(1, 5)) / 4, within(1e-12));
  }

  @Test
  void aMapNeedsPoints() {
    double[][] few = Arrays.copyOf(states(0), 99);
    assertThatThrownBy(() -> TsneMap.of(few, 10, 1)).hasMessageContaining("99 states");
    assertThatThrownBy(() -> TsneMap.of(states(0), 40, 1)).hasMessageContaining("perplexity 40");
  }
}
