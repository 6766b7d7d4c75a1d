package dev.lockstep.corpus.audio;

import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.corpus.input.Damage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Recordings that went through a pipe, or whose writer was stopped before it filled the sizes in.
 */
class UnfilledSizesTest {
  private static final byte[] SAMPLES = {0, 64, 0, -64, 0, 32};

  @ParameterizedTest
  @CsvSource({
    "0, 0", // never filled in
    "36, 0", // of a header alone, as before the first sample
    "4294967295, 4294967295", // FFmpeg
    "0, 4294967295",
    "42, 4294967295", // the file's own size filled in
    "2147479588, 2147479552", // SoX
    "2147483684, 2147483648", // arecord
  })
  void samplesGoOnToTheEnd(long file, long data) throws IOException, Damage {
    assertThat(read(file, data, SAMPLES)).containsExactly(0.5f, -0.5f, 0.25f);
    assertThat(read(file, data, join(SAMPLES, new byte[] {1})))
        .as("half a frame")
        .containsExactly(0.5f, -0.5f, 0.25f);
    assertThatThrownBy(() -> read(file, data, new byte[] {1}))
        .isInstanceOf(Damage.class)
        .hasMessage("ends before its first sample");
  }

  @Test
  void aSizeThatWasFilledInIsBelieved() {
    assertThatThrownBy(() -> read(42, 0, SAMPLES)).hasMessageContaining("claims 0 bytes, not one");
    assertThatThrownBy(() -> read(42, 8, SAMPLES)).hasMessageContaining("inside the chunk 'data'");
    assertThatThrownBy(() -> read(0, 8, SAMPLES)).hasMessageContaining("inside the chunk 'data'");
  }

  private static float[] read(long file, long data, byte[] samples) throws IOException, Damage {
    byte[] wave =
        join(
            latin1("RIFF"),
            WavFiles.int32(file),
            latin1("WAVE"),
            WavFiles.fmt(WavFiles.PCM, 1, 8000, 16),
            WavFiles.claiming("data", data, samples));
    return WavReader.read(new ByteArrayInputStream(wave)).samples();
  }
}
