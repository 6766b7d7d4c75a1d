package dev.lockstep.study;

import org.hipparchus.stat.interval.BinomialProportion;
import org.hipparchus.stat.interval.ConfidenceInterval;

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
    // It wants the share and cuts its product with the number down to a whole one, which for the
    // share itself may be one too few: 49 times 1/49 is below 1.
    double within = Math.min(1, (count + 0.5) / of);
    ConfidenceInterval exact =
        BinomialProportion.getClopperPearsonInterval(of, within, Interval.LEVEL);
    return new Share(
        count, of, count / (double) of, new Interval(exact.getLowerBound(), exact.getUpperBound()));
  }
}
