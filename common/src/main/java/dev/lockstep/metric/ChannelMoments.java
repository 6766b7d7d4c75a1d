package dev.lockstep.metric;

import dev.lockstep.model.Sequence;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Moments of one channel over all steps of some sequences of vectors. A sum of floats of the same
 * value is exact in double, so a channel that never changes has a standard deviation of exactly 0.
 */
final class ChannelMoments {
  private ChannelMoments() {}

  static double mean(List<Sequence> sequences, int channel) {
    return mean(steps(sequences, channel, 0, 0));
  }

  /** The standard deviation over all steps. */
  static double std(List<Sequence> sequences, int channel) {
    double[] all = steps(sequences, channel, 0, 0);
    return Math.sqrt(covariance(all, all));
  }

  /**
   * Correlation between a step and the next of its sequence, over all such pairs; NaN if there are
   * none or either never changes.
   */
  static double autocorrelation(List<Sequence> sequences, int channel) {
    double[] earlier = steps(sequences, channel, 0, 1);
    double[] later = steps(sequences, channel, 1, 0);
    return covariance(earlier, later)
        / Math.sqrt(covariance(earlier, earlier) * covariance(later, later));
  }

  /** A channel's numbers, so many of each sequence left out at its start and its end. */
  private static double[] steps(List<Sequence> sequences, int channel, int start, int end) {
    return sequences.stream()
        .flatMapToDouble(
            s ->
                IntStream.range(start, s.length() - end)
                    .mapToDouble(t -> s.values()[t * s.channels() + channel]))
        .toArray();
  }

  private static double covariance(double[] a, double[] b) {
    double meanA = mean(a);
    double meanB = mean(b);
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - meanA) * (b[i] - meanB);
    }
    return sum / a.length;
  }

  private static double mean(double[] values) {
    return DoubleStream.of(values).average().orElse(Double.NaN);
  }
}
