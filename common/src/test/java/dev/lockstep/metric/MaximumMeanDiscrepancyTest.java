package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MaximumMeanDiscrepancyTest {
  /**
   * Two numbers of each set: 0 and 2, and 1 and 5. With σ = 1 the kernel of a distance d is exp(−d²
   * / 2): within the first exp(−2), within the second exp(−8), between them twice exp(−1/2) and
   * exp(−25/2) and exp(−9/2).
   */
  @Test
  void isWhatAHandComputes() {
    PairDistances pairs = new PairDistances(2, 1, 1);
    pairs.read(new double[] {0, 2}, new double[] {1, 5});
    double between = (2 * Math.exp(-0.5) + Math.exp(-12.5) + Math.exp(-4.5)) / 4;
    assertThat(new MaximumMeanDiscrepancy(1).squared(pairs))
        .isCloseTo(Math.exp(-2) + Math.exp(-8) - 2 * between, within(1e-12));
  }

  /** Two sets of logistic numbers around 0, of the same scale or not. */
  @Test
  void isZeroOnAverageWhereNothingDiffersAndOnlyThere() {
    double same = 0;
    double wider = 0;
    boolean below = false;
    for (int seed = 0; seed < 40; seed++) {
      double one = logistic(seed, 1);
      same += one / 40;
      below |= one < 0;
      wider += logistic(seed, 3) / 40;
    }
    assertThat(same).isCloseTo(0, within(0.005));
    assertThat(below).isTrue();
    // Same mean, so a distance of means would be none.
    assertThat(wider).isGreaterThan(0.05);
  }

  private static double logistic(int seed, double scale) {
    int n = 50;
    SplittableRandom random = new SplittableRandom(seed);
    double[] a = random.doubles(2L * n).map(u -> StrictMath.log(u / (1 - u))).toArray();
    double[] b = random.doubles(2L * n).map(u -> scale * StrictMath.log(u / (1 - u))).toArray();
    PairDistances pairs = new PairDistances(n, 2, 2);
    pairs.read(a, b);
    return new MaximumMeanDiscrepancy(pairs.medianWithinFirst()).squared(pairs);
  }

  /** The same by all pairs, those of a vector with itself among them; σ is 2, their distance. */
  @Test
  void betweenSamplesIsWhatAHandComputes() {
    double both = (2 + 2 * kernel(2)) / 4 + (2 + 2 * kernel(4)) / 4;
    double between = (2 * kernel(1) + kernel(5) + kernel(3)) / 4;
    assertThat(MaximumMeanDiscrepancy.between(new double[] {0, 2}, new double[] {1, 5}, 1, 1))
        .isCloseTo(Math.sqrt(both - 2 * between), within(1e-12));
  }

  private static double kernel(double distance) {
    return Math.exp(-distance * distance / 8);
  }

  /** Two samples of N normal numbers: about the root of 2 (1 − E k) / N, where E k is near 0.6. */
  @Test
  void samplesOfOneDistributionAreApartByTheirSize() {
    SplittableRandom random = new SplittableRandom(4);
    double sum = 0;
    for (int i = 0; i < 40; i++) {
      double[] a = random.doubles(400).map(u -> random.nextGaussian()).toArray();
      double[] b = random.doubles(400).map(u -> random.nextGaussian()).toArray();
      sum += MaximumMeanDiscrepancy.between(a, b, 2, 2) / 40;
    }
    assertThat(sum).isBetween(0.05, 0.08);
  }

  @Test
  void whatIsAllInOnePlaceHasNoBandwidthAndNoDiscrepancy() {
    PairDistances pairs = new PairDistances(3, 1, 1);
    pairs.read(new double[] {7, 7, 7}, new double[] {7, 7, 7});
    assertThat(pairs.medianWithinFirst()).isZero();
    assertThat(new MaximumMeanDiscrepancy(0).squared(pairs)).isCloseTo(0, within(1e-12));
  }
}
