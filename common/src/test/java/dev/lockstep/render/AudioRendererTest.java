package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.stream.IntStream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Element;

class AudioRendererTest {
  @Test
  void wavHoldsTheSamples() throws Exception {
    double[] samples = {0, 1, -1, 0.3, -0.70001, 1.5, -2, 1e-5, Double.NaN, 1 / 0d};
    double[] heard = {0, 1, -1, 0.3, -0.70001, 1, -1, 1e-5, 0, 1};
    byte[] file = AudioRenderer.wav(new AudioClip(samples, 22_050));
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file))) {
      AudioFormat format = sound.getFormat();
      assertThat(format.getSampleRate()).isEqualTo(22_050);
      assertThat(format.getChannels()).isEqualTo(1);
      assertThat(format.getSampleSizeInBits()).isEqualTo(16);
      assertThat(sound.getFrameLength()).isEqualTo(samples.length);
      ByteBuffer pcm = ByteBuffer.wrap(sound.readAllBytes()).order(ByteOrder.LITTLE_ENDIAN);
      for (double sample : heard) {
        assertThat(pcm.getShort() / 32768d).isCloseTo(sample, within(1 / 32768d));
      }
      assertThat(pcm.hasRemaining()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"1000, 8000", "3000, 9000", "7999, 15998", "8000, 8000", "1, 8000"})
  void wavHasARateThatBrowsersPlay(int rate, int written) throws Exception {
    byte[] file = AudioRenderer.wav(sine(rate, rate / 5d, 0.5, 40));
    try (AudioInputStream sound = AudioSystem.getAudioInputStream(new ByteArrayInputStream(file))) {
      assertThat(sound.getFormat().getSampleRate()).isEqualTo(written);
      assertThat(sound.getFrameLength()).isEqualTo(40L * written / rate);
    }
  }

  @Test
  void upsamplingKeepsTheSamplesAndDrawsTheSineBetweenThem() {
    AudioClip clip = sine(1000, 330, 0.5, 200);
    AudioClip finer = Upsampling.of(clip, 8);
    AudioClip truth = sine(8000, 330, 0.5, 1600);
    for (int t = 0; t < 200; t++) {
      assertThat(finer.samples()[8 * t]).isCloseTo(clip.samples()[t], within(1e-12));
    }
    // The window's reach from either end, where silence begins.
    for (int t = 8 * 16; t < 1600 - 8 * 16; t++) {
      assertThat(finer.samples()[t]).isCloseTo(truth.samples()[t], within(2e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({"8000, 450", "8000, 3000", "16000, 5000", "44100, 100"})
  void theBrightestBandIsThatOfTheSine(int rate, double frequency) {
    AudioClip clip = sine(rate, frequency, 0.5, rate / 2);
    double[][] levels = Spectrogram.of(clip, 100).levels();
    assertThat(levels).hasDimensions(100, levels[0].length);
    double[] middle = levels[50];
    int brightest =
        IntStream.range(0, middle.length)
            .reduce((a, b) -> middle[a] >= middle[b] ? a : b)
            .orElseThrow();
    double band = rate / 2d / middle.length;
    assertThat(frequency).isBetween(brightest * band, (brightest + 1) * band);
    // Half of full scale, less at most what a Hann window loses half a band from its middle.
    assertThat(middle[brightest])
        .isBetween(20 * Math.log10(0.5) - 1.43, 20 * Math.log10(0.5) + 0.1);
  }

  @Test
  void framesFollowTheClip() {
    double[] samples = new double[8000];
    samples[2000] = 1;
    double[][] levels = Spectrogram.of(new AudioClip(samples, 8000), 400).levels();
    int loudest =
        IntStream.range(0, levels.length)
            .reduce((a, b) -> levels[a][7] >= levels[b][7] ? a : b)
            .orElseThrow();
    assertThat(loudest).isBetween(99, 100);
  }

  @Test
  void aPictureHasTheSineAtItsFrequencyAndTheWaveAtItsAmplitude() throws Exception {
    Picture picture = AudioRenderer.picture(sine(8000, 1000, 0.5, 32_000));
    BufferedImage png = Read.png(picture.png());
    assertThat(png.getWidth()).isEqualTo(2 * picture.width());
    // 720 wide from 70; the wave is 110 high from 20, the spectrum 240 from 148. Between grid
    // lines.
    int x = 2 * (70 + 320);
    int spectrum = 2 * 148;
    int at1000 = spectrum + 2 * 180;
    assertThat(darkest(png, x, spectrum + 4, spectrum + 476)).isBetween(at1000 - 8, at1000 + 8);
    assertThat(Read.inked(png, x, spectrum + 4, x + 1, spectrum + 240)).isZero();
    // ±0.5 fills the middle half of the wave's plot.
    assertThat(Read.inked(png, x - 20, 40 + 58, x + 20, 40 + 162)).isEqualTo(40 * 104);
    assertThat(Read.inked(png, x - 20, 40 + 4, x + 20, 40 + 52)).isZero();
  }

  @Test
  void axesHaveUnits() throws Exception {
    Element svg = Read.svg(AudioRenderer.picture(sine(8000, 1000, 0.5, 8000)).svg());
    assertThat(Read.elements(svg, "text"))
        .extracting(Element::getTextContent)
        .contains("time (s)", "frequency (Hz)", "amplitude", "dB", "4000", "0.5");
  }

  @Test
  void silenceAndWhatIsNoNumberAreDrawn() throws Exception {
    BufferedImage png =
        Read.png(AudioRenderer.picture(new AudioClip(new double[] {Double.NaN, 0, 0}, 10)).png());
    // A line in the middle of the wave, and nothing in the spectrum.
    assertThat(Read.inked(png, 2 * 70 + 4, 2 * 148 + 4, 2 * 790 - 4, 2 * 388 - 4)).isZero();
    assertThat(darkest(png, 2 * (70 + 360), 40 + 4, 40 + 216)).isBetween(148, 152);
  }

  @Test
  void aClipHasSamplesAndARate() {
    assertThatThrownBy(() -> new AudioClip(new double[0], 8000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("0 samples at 8000 a second; allowed: at least one, at a rate of at least 1");
    assertThatThrownBy(() -> new AudioClip(new double[1], 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static AudioClip sine(int rate, double frequency, double amplitude, int length) {
    double[] samples = new double[length];
    for (int t = 0; t < length; t++) {
      samples[t] = amplitude * Math.sin(2 * Math.PI * frequency * t / rate);
    }
    return new AudioClip(samples, rate);
  }

  /** The row of the darkest pixel of a column. */
  private static int darkest(BufferedImage image, int x, int top, int bottom) {
    return IntStream.range(top, bottom)
        .reduce((a, b) -> light(image, x, a) <= light(image, x, b) ? a : b)
        .orElseThrow();
  }

  private static int light(BufferedImage image, int x, int y) {
    int rgb = image.getRGB(x, y);
    return (rgb >> 16 & 0xFF) + (rgb >> 8 & 0xFF) + (rgb & 0xFF);
  }
}
