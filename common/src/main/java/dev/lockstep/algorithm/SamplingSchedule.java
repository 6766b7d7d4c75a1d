package dev.lockstep.algorithm;

/**
 * How often scheduled sampling lets the generator read the data: the probability ε of Bengio et al.
 * (2015, section 2.4), which falls from 1 as training goes on. All three decays are given by the
 * same number, the updates after which ε is one half.
 *
 * @param decay how it falls
 * @param halfAfter updates after which half of what is read is sampled, above 0
 * @param least what ε never falls below, from 0 to 1
 */
public record SamplingSchedule(Decay decay, double halfAfter, double least) {
  /** How the probability falls with the updates i. */
  public enum Decay {
    /** {@code 1 − c·i}, the paper's with k = 1; c is 1 / (2·halfAfter). */
    LINEAR {
      @Override
      double at(double i, double halfAfter) {
        return 1 - i / (2 * halfAfter);
      }
    },
    /** {@code k^i}; k is the halfAfter-th root of one half. */
    EXPONENTIAL {
      @Override
      double at(double i, double halfAfter) {
        return Math.pow(2, -i / halfAfter);
      }
    },
    /** {@code k / (k + exp(i / k))}; k·ln k is halfAfter. */
    INVERSE_SIGMOID {
      @Override
      double at(double i, double halfAfter) {
        double k = speed(halfAfter);
        return k / (k + Math.exp(i / k));
      }
    };

    abstract double at(double i, double halfAfter);

    /** The k above 1 with k·ln k = h, by Newton's method: the function is convex. */
    private static double speed(double h) {
      double k = 1 + h;
      for (double step = k; Math.abs(step) > 1e-12 * k; k -= step) {
        step = (k * Math.log(k) - h) / (Math.log(k) + 1);
      }
      return k;
    }
  }

  /** ε at an update, counted from 0. */
  public double dataProbability(long update) {
    return Math.max(least, decay.at((double) update, halfAfter));
  }
}
