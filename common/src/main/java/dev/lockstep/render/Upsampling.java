package dev.lockstep.render;

/**
 * A sound at a multiple of its rate: samples that are there stay, those between are interpolated by
 * a sinc under a Hann window, which adds nothing above the old Nyquist frequency but the window's
 * roll-off.
 */
final class Upsampling {
  /** Samples that count on either side. */
  private static final int REACH = 16;

  private Upsampling() {}

  /**
   * Upsamples a clip; what is before and after it is silence.
   *
   * @param factor new samples for each; 1 leaves the clip as it is
   */
  static AudioClip of(AudioClip clip, int factor) {
    if (factor == 1) {
      return clip;
    }
    int length = clip.samples().length;
    double[] samples = new double[Math.multiplyExact(length, factor)];
    for (int phase = 0; phase < factor; phase++) {
      double[] weights = weights(phase / (double) factor);
      for (int t = 0; t < length; t++) {
        samples[t * factor + phase] = between(clip, t, weights);
      }
    }
    return new AudioClip(samples, clip.rate() * factor);
  }

  /** The weights of the samples from t − REACH + 1 to t + REACH, for the time t + offset. */
  private static double[] weights(double offset) {
    double[] weights = new double[2 * REACH];
    for (int i = 0; i < weights.length; i++) {
      double x = Math.PI * (offset - (i - REACH + 1));
      double sinc = x == 0 ? 1 : Math.sin(x) / x;
      double hann = (1 + Math.cos(x / REACH)) / 2;
      weights[i] = sinc * hann;
    }
    return weights;
  }

  private static double between(AudioClip clip, int t, double[] weights) {
    int first = t - REACH + 1;
    double sum = 0;
    for (int s = Math.max(first, 0); s <= Math.min(t + REACH, clip.samples().length - 1); s++) {
      sum += weights[s - first] * clip.sample(s);
    }
    return sum;
  }
}
