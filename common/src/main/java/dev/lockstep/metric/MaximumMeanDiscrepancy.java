package dev.lockstep.metric;

import java.util.function.DoubleUnaryOperator;

/**
 * The squared maximum mean discrepancy of two sets of N vectors (Gretton, Borgwardt, Rasch,
 * Schölkopf, Smola 2012, equation 3): how far apart their means are after a map into a space in
 * which a mean tells the whole distribution. The unbiased estimate
 *
 * <pre>
 *   MMD² = mean_{i≠j} k(a_i, a_j) + mean_{i≠j} k(b_i, b_j) − 2 mean_{i,j} k(a_i, b_j)
 * </pre>
 *
 * is 0 on average where nothing differs, and then as often a little below 0 as above. The kernel is
 * k(a, b) = exp(−|a − b|² / 2σ²).
 */
public final class MaximumMeanDiscrepancy {
  private final DoubleUnaryOperator kernel;

  /**
   * With a kernel.
   *
   * @param bandwidth σ; 0 is taken as 1
   */
  MaximumMeanDiscrepancy(double bandwidth) {
    double scale = bandwidth > 0 ? -0.5 / (bandwidth * bandwidth) : -0.5;
    this.kernel = square -> Math.exp(scale * square);
  }

  /** MMD²; not a number if N is 1. */
  double squared(PairDistances pairs) {
    return pairs.withinFirst(kernel) + pairs.withinSecond(kernel) - 2 * pairs.between(kernel);
  }

  /**
   * MMD of two samples, the root of the biased estimate (Gretton et al., equation 5), which is
   * above 0 also where nothing differs: there it says how far samples of that size are apart. σ is
   * the median distance within the first.
   *
   * @param first N·W numbers
   * @param second N·W
   * @param width W
   * @param threads that compute, at least 1
   */
  public static double between(double[] first, double[] second, int width, int threads) {
    int n = first.length / width;
    PairDistances pairs = new PairDistances(n, width, threads);
    pairs.read(first, second);
    DoubleUnaryOperator kernel = new MaximumMeanDiscrepancy(pairs.medianWithinFirst()).kernel;
    // The pairs of a vector with itself, whose kernel is 1, count as well.
    double others = (n - 1.0) / n;
    double within = pairs.withinFirst(kernel) + pairs.withinSecond(kernel);
    return Math.sqrt(Math.max(0, others * within + 2.0 / n - 2 * pairs.between(kernel)));
  }
}
