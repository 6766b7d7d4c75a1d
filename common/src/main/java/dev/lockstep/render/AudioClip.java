package dev.lockstep.render;

/**
 * Sound of one channel.
 *
 * @param samples [T] in [-1, 1]; others are clipped, NaN is silence
 * @param rate samples a second
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record AudioClip(double[] samples, int rate) {
  public AudioClip {
    if (samples.length == 0 || rate < 1) {
      throw new IllegalArgumentException(
          "%d samples at %d a second; allowed: at least one, at a rate of at least 1"
              .formatted(samples.length, rate));
    }
  }

  /** The length in seconds. */
  public double seconds() {
    return samples.length / (double) rate;
  }

  /** A sample as it sounds: inside [-1, 1] and never NaN. */
  double sample(int t) {
    double sample = samples[t];
    return Double.isNaN(sample) ? 0 : Math.min(Math.max(sample, -1), 1);
  }
}
