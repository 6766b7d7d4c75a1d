package dev.lockstep.corpus.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResamplerTest {
  private static final double SECONDS = 0.6;

  /** Seconds at each end where the filter sees beyond it, which is no sine. */
  private static final double ENDS = 0.15;

  @ParameterizedTest
  @CsvSource({
    "44100, 8000, 50",
    "44100, 8000, 1000",
    "44100, 8000, 3590",
    "8000, 1000, 111",
    "8000, 1000, 449",
    "48000, 44100, 19000",
    "8000, 11025, 3000",
    "1000, 8000, 449",
    "22255, 8000, 3000",
  })
  void aToneInThePassBandKeepsAmplitudeAndPhase(int from, int to, double frequency) {
    float[] y = new Resampler(from, to).resample(tone(frequency, from));
    float[] expected = tone(frequency, to);
    assertThat(y).hasSameSizeAs(expected);
    double worst = 0;
    for (int k = (int) (ENDS * to); k < y.length - ENDS * to; k++) {
      worst = Math.max(worst, Math.abs(y[k] - expected[k]));
    }
    assertThat(worst).isLessThan(5e-5);
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 8000, 4000",
    "44100, 8000, 4100",
    "44100, 8000, 7950",
    "44100, 8000, 21000",
    "8000, 1000, 501",
    "8000, 1000, 3900",
    "48000, 44100, 22500",
  })
  void aToneAboveTheNewNyquistFrequencyIsGone(int from, int to, double frequency) {
    float[] y = new Resampler(from, to).resample(tone(frequency, from));
    double peak = 0;
    for (int k = (int) (ENDS * to); k < y.length - ENDS * to; k++) {
      peak = Math.max(peak, Math.abs(y[k]));
    }
    assertThat(20 * Math.log10(peak)).isLessThan(-90);
  }

  @Test
  void theImagesOfAToneAreGone() {
    // Tones of 3,000 Hz leave nothing at 8,000 − 3,000: correlate with that.
    float[] y = new Resampler(8000, 44_100).resample(tone(3000, 8000));
    double cosine = 0;
    double sine = 0;
    int first = (int) (ENDS * 44_100);
    int count = 44_100 / 10;
    for (int k = first; k < first + count; k++) {
      cosine += y[k] * Math.cos(2 * Math.PI * 5000 * k / 44_100) * 2 / count;
      sine += y[k] * Math.sin(2 * Math.PI * 5000 * k / 44_100) * 2 / count;
    }
    assertThat(20 * Math.log10(Math.hypot(cosine, sine))).isLessThan(-90);
  }

  private static float[] tone(double frequency, int rate) {
    float[] samples = new float[(int) Math.round(SECONDS * rate)];
    for (int n = 0; n < samples.length; n++) {
      samples[n] = (float) Math.sin(2 * Math.PI * frequency * n / rate + 0.3);
    }
    return samples;
  }

  @ParameterizedTest
  @CsvSource({"44100, 8000", "8000, 1000", "8000, 11025"})
  void aConstantStaysToTheLastBitAndToTheEnds(int from, int to) {
    float[] x = new float[1001];
    Arrays.fill(x, 0.7f);
    float[] y = new Resampler(from, to).resample(x);
    assertThat(y).containsOnly(0.7f);
  }

  @ParameterizedTest
  @CsvSource({
    "44100, 8000, 1, 1",
    "44100, 8000, 441, 80",
    "44100, 8000, 442, 81",
    "8000, 1000, 8, 1",
    "8000, 1000, 9, 2",
    "8000, 1000, 0, 0",
    "1000, 8000, 3, 24",
    "1, 8000, 60000000, 480000000000",
  })
  void anOutputStandsBeforeTheEndOfTheInput(int from, int to, int samples, long length) {
    assertThat(new Resampler(from, to).length(samples)).isEqualTo(length);
  }

  @Test
  void theSameRateChangesNothing() {
    float[] x = {0.1f, -2, 0.3f};
    assertThat(new Resampler(8000, 8000).resample(x)).isSameAs(x);
  }

  @Test
  void ratesWithoutACommonDivisorAreRefused() {
    assertThat(Resampler.taps(44_100, 8000)).isLessThan(Resampler.MOST_TAPS);
    assertThat(Resampler.taps(44_101, 8000)).isGreaterThan(Resampler.MOST_TAPS);
    assertThatThrownBy(() -> new Resampler(44_101, 8000))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
