package dev.lockstep.spark;

import dev.lockstep.metric.Bootstrap;
import dev.lockstep.metric.Bootstrap.Interval;
import dev.lockstep.metric.StreamLikelihood.Sum;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The nll of a part, unit by unit: of what may be taken as independent, which is a block of a
 * stream, or a whole sequence.
 *
 * @param unitSteps steps of each unit
 * @param unitNats nll of each unit
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Likelihood(double[] unitSteps, double[] unitNats) {
  /** Sums as two arrays, which are cheap to move. */
  static double[][] split(List<Sum> sums) {
    return new double[][] {
      sums.stream().mapToDouble(Sum::symbols).toArray(),
      sums.stream().mapToDouble(Sum::nats).toArray()
    };
  }

  /** Of all that was {@link #split}. */
  static Likelihood joining(List<double[][]> sums) {
    return new Likelihood(
        sums.stream().flatMapToDouble(s -> Arrays.stream(s[0])).toArray(),
        sums.stream().flatMapToDouble(s -> Arrays.stream(s[1])).toArray());
  }

  /** Steps that were scored. */
  public long steps() {
    return (long) Arrays.stream(unitSteps).sum();
  }

  /** Mean over the steps, nats. */
  public double nll() {
    return Arrays.stream(unitNats).sum() / steps();
  }

  /** Of {@link #nll}. */
  Interval interval(SplittableRandom random) {
    return Bootstrap.ofRatio(unitNats, unitSteps, random);
  }

  /** Mean over the units, nats. */
  double perUnit() {
    return Arrays.stream(unitNats).average().orElseThrow();
  }

  /** Of {@link #perUnit}. */
  Interval intervalPerUnit(SplittableRandom random) {
    return Bootstrap.ofMean(unitNats, random);
  }
}
