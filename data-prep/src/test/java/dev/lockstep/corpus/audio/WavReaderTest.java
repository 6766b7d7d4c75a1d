package dev.lockstep.corpus.audio;

import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;
import static dev.lockstep.corpus.audio.WavFiles.FLOAT;
import static dev.lockstep.corpus.audio.WavFiles.PCM;
import static dev.lockstep.corpus.audio.WavFiles.chunk;
import static dev.lockstep.corpus.audio.WavFiles.claiming;
import static dev.lockstep.corpus.audio.WavFiles.data;
import static dev.lockstep.corpus.audio.WavFiles.extensible;
import static dev.lockstep.corpus.audio.WavFiles.fmt;
import static dev.lockstep.corpus.audio.WavFiles.int32;
import static dev.lockstep.corpus.audio.WavFiles.riff;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.corpus.input.Damage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WavReaderTest {
  /** More than one block of the reader. */
  private static final int FRAMES = 70_000;

  @ParameterizedTest
  @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64"})
  void everyFormatGivesTheSameSamples(int code, int bits) throws IOException, Damage {
    double[] wave = wave();
    double step = code == PCM ? Math.scalb(1.0, -bits) : 0;
    Recording plain = read(riff(fmt(code, 1, 11_025, bits), data(code, bits, wave)));
    assertThat(plain.rate()).isEqualTo(11_025);
    assertThat(plain.samples()).hasSize(FRAMES);
    for (int t = 0; t < FRAMES; t++) {
      assertThat((double) plain.samples()[t]).isCloseTo(wave[t], within(step + 1e-7));
    }
    Recording extensible = read(riff(extensible(code, 1, 11_025, bits), data(code, bits, wave)));
    assertThat(extensible.samples()).isEqualTo(plain.samples());
  }

  private static double[] wave() {
    double[] wave = new Random(1).doubles(FRAMES, -1, 0.99).toArray();
    wave[0] = 0;
    wave[1] = -1;
    return wave;
  }

  @ParameterizedTest
  @CsvSource({"1, 8", "1, 16", "1, 24", "1, 32", "3, 32", "3, 64"})
  void channelsAreMixedToTheirMean(int code, int bits) throws IOException, Damage {
    double[] frames = {0.5, -0.25, 0.5, 0.25, 0, 0.5, -1, -1, -1};
    Recording three = read(riff(fmt(code, 3, 8000, bits), data(code, bits, frames)));
    assertThat(three.samples()).containsExactly(0.25f, 0.25f, -1);
  }

  @Test
  void otherChunksArePassedOver() throws IOException, Damage {
    byte[] odd = chunk("LIST", (byte) 'd', (byte) 'a', (byte) 't');
    byte[] format = fmt(PCM, 1, 8000, 8);
    byte[] samples = chunk("data", (byte) 128, (byte) 192, (byte) 0);
    Recording recording = read(riff(odd, format, odd, chunk("fact"), samples, odd));
    assertThat(recording.samples()).containsExactly(0, 0.5f, -1);
  }

  @Test
  void aLastOddChunkNeedsNoPadding() throws IOException, Damage {
    byte[] unpadded = claiming("data", 3, (byte) 128, (byte) 192, (byte) 0);
    assertThat(read(riff(fmt(PCM, 1, 8000, 8), unpadded)).samples()).hasSize(3);
  }

  @Test
  void floatsMayOvershoot() throws IOException, Damage {
    Recording recording = read(riff(fmt(FLOAT, 1, 8000, 32), data(FLOAT, 32, 1.5, -2, 16)));
    assertThat(recording.samples()).containsExactly(1.5f, -2, 16);
  }

  @Test
  void aRecordingHasALongestLength() {
    // As long as WAVE allows, from a stream that never ends.
    byte[] header =
        join(
            latin1("RIFF"),
            int32(-1),
            latin1("WAVE"),
            fmt(PCM, 1, 8000, 8),
            claiming("data", 0xFFFF_FFFFL));
    InputStream endless =
        new SequenceInputStream(
            new ByteArrayInputStream(header),
            new InputStream() {
              @Override
              public int read() {
                return 128;
              }
            });
    assertThatThrownBy(() -> WavReader.read(endless))
        .isInstanceOf(Damage.class)
        .hasMessage("has more than 67108864 samples");
  }

  private static Recording read(byte[] file) throws IOException, Damage {
    return WavReader.read(new ByteArrayInputStream(file));
  }
}
