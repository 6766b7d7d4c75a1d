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
final class MaximumMeanDiscrepancy {
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
}
