package dev.lockstep.render;

import org.hipparchus.complex.Complex;
import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * Levels of a clip's frequencies over time.
 *
 * @param levels [frames][bands] in dB of a sine of amplitude 1. Frame k is around the middle of the
 *     k-th of equal parts of the clip; band b around the middle of the b-th of equal parts of 0 to
 *     half the rate
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Spectrogram(double[][] levels) {
  /** The level of silence. */
  static final double FLOOR = -200;

  private static final double WINDOW_SECONDS = 0.032;

  /**
   * With windows of about 32 ms that overlap by half or more, in at least {@code frames} frames.
   */
  static Spectrogram of(AudioClip clip, int frames) {
    int length = clip.samples().length;
    int window = Math.max(16, Integer.highestOneBit((int) (clip.rate() * WINDOW_SECONDS)));
    double[] hann = hann(window);
    double[][] levels = new double[Math.max(frames, length / (window / 2))][];
    for (int k = 0; k < levels.length; k++) {
      int centre = (int) ((k + 0.5) * length / levels.length);
      levels[k] = levels(clip, centre - window / 2, hann);
    }
    return new Spectrogram(levels);
  }

  /**
   * One frame. The transform is twice as long as its window, which is filled up with zeros: its odd
   * frequencies are then the middles of window/2 equal bands.
   */
  private static double[] levels(AudioClip clip, int start, double[] hann) {
    int window = hann.length;
    double[] padded = new double[2 * window];
    for (int i = 0; i < window; i++) {
      int t = start + i;
      padded[i] = t < 0 || t >= clip.samples().length ? 0 : hann[i] * clip.sample(t);
    }
    Complex[] spectrum =
        new FastFourierTransformer(DftNormalization.STANDARD)
            .transform(padded, TransformType.FORWARD);
    double[] levels = new double[window / 2];
    for (int band = 0; band < levels.length; band++) {
      // A sine of amplitude 1 shows half of the window's sum, and that is window / 2.
      double amplitude = spectrum[2 * band + 1].norm() / (window / 4d);
      levels[band] = Math.max(20 * Math.log10(amplitude), FLOOR);
    }
    return levels;
  }

  private static double[] hann(int length) {
    double[] hann = new double[length];
    for (int i = 0; i < length; i++) {
      hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / length);
    }
    return hann;
  }
}
