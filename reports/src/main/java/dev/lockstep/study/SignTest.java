package dev.lockstep.study;

import org.hipparchus.distribution.discrete.BinomialDistribution;

/** The sign test: exact, two-sided, ties left out by the caller (Dixon and Mood, 1946). */
final class SignTest {
  private SignTest() {}

  /**
   * The probability of a split at least as uneven, were either outcome as likely; 1 of none.
   *
   * <p>Twice one tail: at one half the distribution is symmetric, and Hipparchus's two-sided test
   * compares probabilities of both tails that differ by rounding.
   */
  static double p(int wins, int losses) {
    int n = wins + losses;
    if (n == 0) {
      return 1;
    }
    double tail = new BinomialDistribution(n, 0.5).cumulativeProbability(Math.min(wins, losses));
    return Math.min(1, 2 * tail);
  }
}
