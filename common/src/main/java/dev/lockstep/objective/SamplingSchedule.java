package dev.lockstep.objective;

import dev.lockstep.config.ObjectiveSettings.Decay;

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
  /** ε at an update, counted from 0. */
  public double dataProbability(long update) {
    return Math.max(least, at((double) update));
  }

  private double at(double i) {
    return switch (decay) {
      // 1 − c·i, the paper's with k = 1; c is 1 / (2·halfAfter).
      case LINEAR -> 1 - i / (2 * halfAfter);
      // k^i; k is the halfAfter-th root of one half.
      case EXPONENTIAL -> Math.pow(2, -i / halfAfter);
      // k / (k + exp(i / k)); k·ln k is halfAfter.
      case INVERSE_SIGMOID -> {
        double k = speed(halfAfter);
        yield k / (k + Math.exp(i / k));
      }
    };
  }

  /** The k above 1 with k·ln k = h, by Newton's method: the function is convex. */
  private static double speed(double h) {
    double k = 1 + h;
    for (double step = k; Math.abs(step) > 1e-12 * k; k -= step) {
      step = (k * Math.log(k) - h) / (Math.log(k) + 1);
    }
    return k;
  }
}
