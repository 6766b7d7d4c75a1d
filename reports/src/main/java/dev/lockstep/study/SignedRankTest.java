package dev.lockstep.study;

import java.util.Arrays;
import org.hipparchus.stat.ranking.NaNStrategy;
import org.hipparchus.stat.ranking.NaturalRanking;
import org.hipparchus.stat.ranking.TiesStrategy;

/**
 * Wilcoxon's signed-rank test of paired differences, two-sided: zeros are left out (Wilcoxon, 1945)
 * and equal sizes share their mean rank. The p-value is exact for the ranks that there are, ties
 * included, where Hipparchus's presumes ranks 1, 2, … without ties: all choices of signs are as
 * likely, so the sum's distribution is that of one rank after the other.
 *
 * @param plus sum of the ranks of positive differences
 * @param minus likewise of negative ones
 * @param used differences that are not zero
 * @param p of sums at least as uneven; 1 of no difference
 */
record SignedRankTest(double plus, double minus, int used, double p) {
  /** Tests differences; equal ones must be equal to the last bit, as whole numbers are. */
  static SignedRankTest of(double[] differences) {
    double[] used = Arrays.stream(differences).filter(d -> d != 0).toArray();
    if (used.length == 0) {
      return new SignedRankTest(0, 0, 0, 1);
    }
    double[] ranks =
        new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE)
            .rank(Arrays.stream(used).map(Math::abs).toArray());
    double plus = 0;
    double minus = 0;
    for (int i = 0; i < used.length; i++) {
      if (used[i] > 0) {
        plus += ranks[i];
      } else {
        minus += ranks[i];
      }
    }
    return new SignedRankTest(plus, minus, used.length, p(ranks, Math.max(plus, minus)));
  }

  /** Ranks are halves at the least, so sums are counted in halves. */
  private static double p(double[] ranks, double larger) {
    int total = (int) Arrays.stream(ranks).map(rank -> 2 * rank).sum();
    double[] probability = new double[total + 1];
    probability[0] = 1;
    int reached = 0;
    for (double rank : ranks) {
      int step = (int) (2 * rank);
      reached += step;
      for (int sum = reached; sum >= 0; sum--) {
        double before = sum >= step ? probability[sum - step] : 0;
        probability[sum] = (probability[sum] + before) / 2;
      }
    }
    double tail = Arrays.stream(probability, (int) (2 * larger), total + 1).sum();
    return Math.min(1, 2 * tail);
  }

  /**
   * The matched-pairs rank-biserial correlation (Kerby, 2014): the share of ranks for the first
   * less that for the second, −1 to 1; 0 of no difference.
   */
  double effect() {
    return used == 0 ? 0 : (plus - minus) / (plus + minus);
  }
}
