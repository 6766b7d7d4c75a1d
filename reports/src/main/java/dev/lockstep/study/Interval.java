package dev.lockstep.study;

import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.StatUtils;

/** A 95 % confidence interval. */
public record Interval(double low, double high) {
  static final double LEVEL = 0.95;

  /**
   * Of the mean of values that are drawn independently from about a normal distribution (Student's
   * t); null for fewer than two.
   */
  static Interval ofMean(double[] values) {
    int n = values.length;
    if (n < 2) {
      return null;
    }
    double quantile = new TDistribution(n - 1).inverseCumulativeProbability((1 + LEVEL) / 2);
    double half = quantile * Math.sqrt(StatUtils.variance(values) / n);
    double mean = StatUtils.mean(values);
    return new Interval(mean - half, mean + half);
  }
}
