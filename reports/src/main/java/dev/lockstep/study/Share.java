package dev.lockstep.study;

import org.hipparchus.distribution.continuous.BetaDistribution;

/**
 * How many of some answers were of a kind.
 *
 * @param count of that kind
 * @param of all
 * @param share count / of
 * @param interval by Clopper and Pearson: exact, for answers that are independent
 */
public record Share(int count, int of, double share, Interval interval) {
  /** The share; null of none. */
  static Share of(int count, int of) {
    if (of == 0) {
      return null;
    }
    return new Share(count, of, count / (double) of, new Interval(low(count, of), high(count, of)));
  }

  // Quantiles of the beta distribution. Hipparchus's own interval has none at 0 and 1.

  private static double low(int count, int of) {
    double tail = (1 - Interval.LEVEL) / 2;
    return count == 0
        ? 0
        : new BetaDistribution(count, of - count + 1d).inverseCumulativeProbability(tail);
  }

  private static double high(int count, int of) {
    return 1 - low(of - count, of);
  }
}
