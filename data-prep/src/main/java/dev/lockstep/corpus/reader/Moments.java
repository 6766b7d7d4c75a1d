package dev.lockstep.corpus.reader;

import java.io.Serializable;

/**
 * Mean and spread of numbers that are met in parts, by Chan, Golub and LeVeque's update, which does
 * not lose a small spread about a large mean. The last bits depend on the order of the parts.
 *
 * @param count n
 * @param mean of the n numbers
 * @param squares sum of the squares of their distances from the mean
 */
public record Moments(long count, double mean, double squares) implements Serializable {
  public static final Moments NONE = new Moments(0, 0, 0);

  /** Of one channel of vectors: every {@code channels}-th number from {@code first} on. */
  public static Moments of(float[] values, int first, int channels) {
    Moments moments = NONE;
    for (int i = first; i < values.length; i += channels) {
      moments = moments.plus(new Moments(1, values[i], 0));
    }
    return moments;
  }

  /** Of these numbers and those. */
  public Moments plus(Moments that) {
    if (count + that.count == 0) {
      return NONE;
    }
    double share = (double) that.count / (count + that.count);
    double distance = that.mean - mean;
    return new Moments(
        count + that.count,
        mean + distance * share,
        squares + that.squares + distance * distance * count * share);
  }

  /** Standard deviation of just these numbers: over n, not n − 1. */
  public double std() {
    return Math.sqrt(squares / count);
  }
}
