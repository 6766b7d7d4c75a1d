package dev.lockstep.metric;

import dev.lockstep.algorithm.JensenShannonLosses;
import dev.lockstep.metric.Bootstrap.Interval;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * How well scores tell the modes apart.
 *
 * @param sequences N, of either mode
 * @param accuracy share of the 2N sequences on the right side of score 0; a score of just 0 is on
 *     neither, and one that is NaN makes the share none
 * @param interval of the accuracy, by the bootstrap over the 2N sequences
 * @param auc the area under the receiver operating characteristic: the probability that a
 *     teacher-forced sequence scores higher than a free-running one, equal scores counting half
 */
public record Separation(int sequences, double accuracy, Interval interval, double auc)
    implements Serializable {

  /**
   * How far scores separate the modes.
   *
   * @param scores [2N], teacher-forced ones first, at least one of each
   */
  public static Separation of(double[] scores, SplittableRandom random) {
    int n = scores.length / 2;
    double[] right = new double[2 * n];
    Arrays.setAll(right, i -> (i < n ? scores[i] > 0 : scores[i] < 0) ? 1 : 0);
    double[] freeRunning = Arrays.copyOfRange(scores, n, 2 * n);
    double wins = 0;
    for (int i = 0; i < n; i++) {
      for (double other : freeRunning) {
        wins += scores[i] > other ? 1 : scores[i] == other ? 0.5 : 0;
      }
    }
    return new Separation(
        n,
        new JensenShannonLosses(scores).accuracy(),
        Bootstrap.ofMean(right, random),
        wins / n / n);
  }
}
