package dev.lockstep.corpus.audio;

/**
 * Brings sound from one rate to another, L/M times as high (in lowest terms), by a polyphase
 * low-pass of linear phase whose delay is compensated: output k stands at k·M/L of the input.
 *
 * <pre>
 *   y[k] = Σ_n x[n] h(k·M/L − n),   h(t) = c sinc(c t) w(t)
 * </pre>
 *
 * w is Kaiser's window. With the lower of the two rates R, the pass band reaches to 0.9·R/2 (flat
 * to 0.001 %); from R/2 on the filter is down by 100 dB. Each phase's taps are scaled to the sum 1,
 * so a constant stays what it is; beyond its ends a recording goes on as its first and last sample.
 * (Oppenheim and Schafer, Discrete-Time Signal Processing, sections 4.6 and 7.5.)
 */
final class Resampler {
  /** End of the pass band, as a fraction of half the lower rate; the stop band begins at 1. */
  static final double PASS_BAND = 0.9;

  /** Of the stop band, dB. */
  static final double ATTENUATION = 100;

  /** Most taps of all phases together, 32 MB; rates with hardly a common divisor have more. */
  static final int MOST_TAPS = 1 << 22;

  private final int up;
  private final int down;

  /** Input samples that an output depends on, to each side. */
  private final int half;

  /** [L][2·half]: row p is for outputs that stand p/L after an input sample. */
  private final double[][] phases;

  /**
   * @throws IllegalArgumentException if {@link #taps} of these rates are more than {@link
   *     #MOST_TAPS}
   */
  Resampler(int from, int to) {
    if (taps(from, to) > MOST_TAPS) {
      throw new IllegalArgumentException("too many taps from " + from + " Hz to " + to);
    }
    int divisor = divisor(from, to);
    this.up = to / divisor;
    this.down = from / divisor;
    this.half = half(from, to);
    this.phases = new double[up][];
    double cut = scale(from, to) * (1 + PASS_BAND) / 2;
    for (int p = 0; p < up; p++) {
      phases[p] = phase((double) p / up, cut);
    }
  }

  /** Taps of the filter's phases together. */
  static long taps(int from, int to) {
    return 2L * half(from, to) * (to / divisor(from, to));
  }

  /** Half the lower rate as a fraction of half the input's. */
  private static double scale(int from, int to) {
    return Math.min(1, (double) to / from);
  }

  /** Half of what Kaiser's formula gives for a transition from the pass band's end to 1. */
  private static int half(int from, int to) {
    double transition = Math.PI * (1 - PASS_BAND) * scale(from, to);
    return (int) Math.ceil((ATTENUATION - 7.95) / (2 * 2.285 * transition));
  }

  private static int divisor(int a, int b) {
    return b == 0 ? a : divisor(b, a % b);
  }

  private double[] phase(double after, double cut) {
    double beta = 0.1102 * (ATTENUATION - 8.7);
    double[] taps = new double[2 * half];
    double sum = 0;
    for (int j = 0; j < taps.length; j++) {
      double t = after + half - 1 - j;
      double window = bessel(beta * Math.sqrt(Math.max(0, 1 - t * t / ((double) half * half))));
      taps[j] = window * (t == 0 ? cut : Math.sin(Math.PI * cut * t) / (Math.PI * t));
      sum += taps[j];
    }
    for (int j = 0; j < taps.length; j++) {
      taps[j] /= sum;
    }
    return taps;
  }

  /** The modified Bessel function of the first kind, order 0: its power series. */
  private static double bessel(double x) {
    double sum = 1;
    double term = 1;
    for (int k = 1; term > 1e-17 * sum; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }

  /** Samples that so many become: those that stand before the end. */
  long length(int samples) {
    return ((long) samples * up + down - 1) / down;
  }

  /** The sound at the other rate; the same array if the rates are one. */
  float[] resample(float[] x) {
    if (up == down) {
      return x;
    }
    float[] y = new float[Math.toIntExact(length(x.length))];
    for (int k = 0; k < y.length; k++) {
      long at = (long) k * down;
      y[k] = (float) filter(x, (int) (at / up) - half + 1, phases[(int) (at % up)]);
    }
    return y;
  }

  private static double filter(float[] x, int first, double[] taps) {
    boolean inside = first >= 0 && first + taps.length <= x.length;
    return inside ? inner(x, first, taps) : outer(x, first, taps);
  }

  /** Four sums, because one would wait for itself: an addition takes four cycles. */
  private static double inner(float[] x, int first, double[] taps) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int j = 0;
    for (; j + 3 < taps.length; j += 4) {
      a += taps[j] * x[first + j];
      b += taps[j + 1] * x[first + j + 1];
      c += taps[j + 2] * x[first + j + 2];
      d += taps[j + 3] * x[first + j + 3];
    }
    for (; j < taps.length; j++) {
      a += taps[j] * x[first + j];
    }
    return a + b + (c + d);
  }

  private static double outer(float[] x, int first, double[] taps) {
    double sum = 0;
    for (int j = 0; j < taps.length; j++) {
      sum += taps[j] * x[Math.max(0, Math.min(x.length - 1, first + j))];
    }
    return sum;
  }
}
