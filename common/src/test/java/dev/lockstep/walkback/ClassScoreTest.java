package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClassScoreTest {
  /** Every sample says nothing, or all say the same. */
  @Test
  void samplesThatDoNotDifferScoreOne() {
    assertThat(ClassScore.of(new double[][] {{0.25, 0.75}, {0.25, 0.75}}))
        .isCloseTo(1, within(1e-12));
    assertThat(ClassScore.of(new double[][] {{0, 1, 0}, {0, 1, 0}})).isCloseTo(1, within(1e-12));
  }

  /** Each sure of a class, all classes alike: as many as there are. */
  @Test
  void sureAndVariedSamplesScoreTheNumberOfClasses() {
    double[][] sure = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    assertThat(ClassScore.of(sure)).isCloseTo(3, within(1e-12));
  }

  /** exp of the mean of Σ p log(p / q), q = (0.6, 0.4). */
  @Test
  void theScoreIsItsEquation() {
    double[][] rows = {{0.9, 0.1}, {0.3, 0.7}};
    double divergence = 0;
    for (double[] row : rows) {
      divergence += (row[0] * Math.log(row[0] / 0.6) + row[1] * Math.log(row[1] / 0.4)) / 2;
    }
    assertThat(ClassScore.of(rows)).isCloseTo(Math.exp(divergence), within(1e-12));
  }
}
