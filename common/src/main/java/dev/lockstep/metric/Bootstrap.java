package dev.lockstep.metric;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * 95 % intervals by the percentile bootstrap (Efron 1979; Davison & Hinkley 1997, section 5.3):
 * units that do not depend on each other are drawn anew with replacement, as many as there are, and
 * the statistic's 2.5th and 97.5th percentile over such resamples are the interval's ends.
 */
public final class Bootstrap {
  /** So that both percentiles are resamples: the 50th of them and the 1950th. */
  private static final int RESAMPLES = 1999;

  private static final int TAIL = 50;

  private Bootstrap() {}

  /**
   * An interval.
   *
   * @param low its lower end
   * @param high its upper end
   */
  public record Interval(double low, double high) implements Serializable {
    /** That of a statistic that rises with this one, which the percentile method carries over. */
    public Interval map(DoubleUnaryOperator rising) {
      return new Interval(rising.applyAsDouble(low), rising.applyAsDouble(high));
    }

    /** Both ends. */
    public List<Double> ends() {
      return List.of(low, high);
    }
  }

  /**
   * The interval of a ratio of two sums over units, {@code Σ numerator / Σ denominator}.
   *
   * @param numerators of each unit, at least one
   * @param denominators as many, above 0
   */
  public static Interval ofRatio(
      double[] numerators, double[] denominators, SplittableRandom random) {
    double[] ratios = new double[RESAMPLES];
    for (int r = 0; r < RESAMPLES; r++) {
      double numerator = 0;
      double denominator = 0;
      for (int i = 0; i < numerators.length; i++) {
        int unit = random.nextInt(numerators.length);
        numerator += numerators[unit];
        denominator += denominators[unit];
      }
      ratios[r] = numerator / denominator;
    }
    Arrays.sort(ratios);
    return new Interval(ratios[TAIL - 1], ratios[RESAMPLES - TAIL]);
  }

  /** The interval of a mean over units. */
  public static Interval ofMean(double[] values, SplittableRandom random) {
    double[] ones = new double[values.length];
    Arrays.fill(ones, 1);
    return ofRatio(values, ones, random);
  }
}
