package dev.lockstep.walkback;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * How likely points are under an operator, by many walks away from each: the mean of the walks'
 * log-weights is a lower bound on log p(s_0); the logarithm of the mean of the weights, the
 * importance-sampled estimate (equation 3.10 of the thesis), is one as well on average, tighter the
 * more paths there are.
 *
 * @param bounds mean log-weight of each point, nats
 * @param estimates log of the mean weight of each point, nats
 * @param effectivePaths (Σ w)² / Σ w² of each point, from 1 to the number of paths: where it is
 *     near 1, one path makes the whole estimate, which is then too low
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record PathLikelihood(double[] bounds, double[] estimates, double[] effectivePaths) {
  /**
   * Walks from each point.
   *
   * @param cold n, steps before a walk heats up
   * @param starts N·D
   * @param paths walks from each point
   * @param noise of each path
   */
  public static PathLikelihood of(
      TransitionOperator operator,
      Temperatures temperatures,
      int cold,
      double[] starts,
      int paths,
      IntFunction<WalkNoise> noise) {
    int rows = starts.length / operator.dimensions();
    LogSum weights = new LogSum(rows);
    LogSum squares = new LogSum(rows);
    double[] bounds = new double[rows];
    for (int path = 0; path < paths; path++) {
      Walk walk = Walk.from(operator, temperatures, cold, starts, noise.apply(path));
      double[] logs = walk.logWeights(operator.logPriors(walk.end()));
      for (int n = 0; n < rows; n++) {
        bounds[n] += logs[n] / paths;
        weights.add(n, logs[n]);
        squares.add(n, 2 * logs[n]);
      }
    }
    double[] estimates = new double[rows];
    double[] effective = new double[rows];
    Arrays.setAll(estimates, n -> weights.log(n) - Math.log(paths));
    Arrays.setAll(effective, n -> Math.exp(2 * weights.log(n) - squares.log(n)));
    return new PathLikelihood(bounds, estimates, effective);
  }

  /** Logarithms of sums of exponentials, one for each row, without overflow. */
  private static final class LogSum {
    private final double[] largest;
    private final double[] sums;

    LogSum(int rows) {
      largest = new double[rows];
      Arrays.fill(largest, Double.NEGATIVE_INFINITY);
      sums = new double[rows];
    }

    void add(int row, double log) {
      if (log > largest[row]) {
        sums[row] = sums[row] * Math.exp(largest[row] - log) + 1;
        largest[row] = log;
      } else {
        sums[row] += Math.exp(log - largest[row]);
      }
    }

    double log(int row) {
      return largest[row] + Math.log(sums[row]);
    }
  }
}
