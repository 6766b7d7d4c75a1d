package dev.lockstep.metric;

import dev.lockstep.model.Sequence;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import org.hipparchus.complex.Complex;
import org.hipparchus.transform.DftNormalization;
import org.hipparchus.transform.FastFourierTransformer;
import org.hipparchus.transform.TransformType;

/**
 * Log-spectral distance between two sets of sequences of amplitudes: the power of each frequency,
 * its mean over Hann windows that overlap by half (Welch 1967) as a level in dB, and the root mean
 * square of the levels' differences over the frequencies. The mean is over the power and not over
 * its logarithm, which a single silent window would make what it likes.
 */
final class PowerSpectrum {
  private static final int WINDOW = 256;

  /** The level of silence, dB. */
  private static final double FLOOR = -200;

  private final IntToDoubleFunction decode;
  private final double[] hann;
  private final double[] power;
  private long windows;

  private PowerSpectrum(IntToDoubleFunction decode, int window) {
    this.decode = decode;
    this.hann = new double[window];
    this.power = new double[window / 2 + 1];
    for (int i = 0; i < window; i++) {
      hann[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * i / window);
    }
  }

  /**
   * The distance in dB, over windows of 256 steps, or of as many as fit into every sequence.
   *
   * @param decode a symbol's amplitude
   */
  static double distance(IntToDoubleFunction decode, List<Sequence> a, List<Sequence> b) {
    int window = Math.min(window(a), window(b));
    double[] levelsA = levels(decode, window, a);
    double[] levelsB = levels(decode, window, b);
    double squares = 0;
    for (int k = 0; k < levelsA.length; k++) {
      squares += (levelsA[k] - levelsB[k]) * (levelsA[k] - levelsB[k]);
    }
    return Math.sqrt(squares / levelsA.length);
  }

  private static int window(List<Sequence> sequences) {
    int shortest = sequences.stream().mapToInt(Sequence::length).min().orElseThrow();
    return Math.min(WINDOW, Integer.highestOneBit(shortest));
  }

  private static double[] levels(IntToDoubleFunction decode, int window, List<Sequence> sequences) {
    PowerSpectrum spectrum = new PowerSpectrum(decode, window);
    for (Sequence sequence : sequences) {
      for (int at = 0; at + window <= sequence.length(); at += Math.max(1, window / 2)) {
        spectrum.add(sequence.symbols(), at);
      }
    }
    return spectrum.levels();
  }

  private void add(int[] symbols, int at) {
    double[] windowed = new double[hann.length];
    for (int i = 0; i < windowed.length; i++) {
      windowed[i] = hann[i] * decode.applyAsDouble(symbols[at + i]);
    }
    Complex[] spectrum =
        new FastFourierTransformer(DftNormalization.STANDARD)
            .transform(windowed, TransformType.FORWARD);
    for (int k = 0; k < power.length; k++) {
      // A sine of amplitude 1 shows half of the window's sum, and that is window / 2.
      double amplitude = spectrum[k].norm() / (hann.length / 4d);
      power[k] += amplitude * amplitude;
    }
    windows++;
  }

  private double[] levels() {
    double[] levels = new double[power.length];
    for (int k = 0; k < levels.length; k++) {
      levels[k] = Math.max(10 * Math.log10(power[k] / windows), FLOOR);
    }
    return levels;
  }
}
