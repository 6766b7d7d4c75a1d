package dev.lockstep.corpus.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8ReaderTest {
  @Test
  void charactersOfEveryLengthAreReadAcrossTheBuffersEnds() throws IOException {
    for (int shift = 0; shift < 4; shift++) {
      String text = "x".repeat(shift) + "aß€🎵\n".repeat(30_000);
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      assertThat(read(new ByteArrayInputStream(bytes))).isEqualTo(text);
    }
  }

  @Test
  void aStreamMayGiveOneByteAtATime() throws IOException {
    byte[] bytes = "aß€🎵\n\uFEFF\0".getBytes(StandardCharsets.UTF_8);
    InputStream slow =
        new ByteArrayInputStream(bytes) {
          @Override
          public synchronized int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(1, length));
          }
        };
    assertThat(read(slow)).isEqualTo("aß€🎵\n\uFEFF\0");
  }

  @Test
  void aByteOrderMarkIsNoCharacterOfItsFileButStaysInTheMiddle() throws IOException {
    byte[] bytes = "\uFEFFaß\uFEFFb".getBytes(StandardCharsets.UTF_8);
    assertThat(read(new ByteArrayInputStream(bytes))).isEqualTo("aß\uFEFFb");
    Utf8Reader middle = new Utf8Reader(new ByteArrayInputStream(bytes, 6, 4), "f", 6);
    assertThat(middle.read()).isEqualTo('\uFEFF');
    assertThat(middle.offset()).isEqualTo(9);
    assertThat(read(new ByteArrayInputStream(bytes, 0, 3))).isEmpty();
  }

  @Test
  void theOffsetIsThatOfTheNextCharacter() throws IOException {
    Utf8Reader reader = reader("aß€🎵".getBytes(StandardCharsets.UTF_8));
    assertThat(
            IntStream.range(0, 5)
                .mapToLong(
                    i -> {
                      long offset = reader.offset();
                      readOne(reader);
                      return offset;
                    }))
        .containsExactly(0L, 1L, 3L, 6L, 10L);
  }

  /** Bytes in hexadecimal; all of RFC 3629's ways to be wrong. */
  @ParameterizedTest
  @CsvSource({
    "80, 0, 1", // continuation without a beginning
    "610A62FF, 3, 2", // never a byte of UTF-8
    "61C3, 1, 1", // cut after one of two
    "61F09F8E, 1, 1", // cut after three of four
    "61C32861, 1, 1", // no continuation
    "C080, 0, 1", // NUL, too long
    "E08080, 0, 1", // too long
    "EDA080, 0, 1", // half of a pair
    "F4908080, 0, 1", // beyond Unicode
  })
  void badBytesAreToldWithTheirPlace(String hex, int offset, int line) {
    assertThatThrownBy(() -> read(new ByteArrayInputStream(HexFormat.of().parseHex(hex))))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "f: the byte at offset %d, in line %d, is not UTF-8: convert the file to UTF-8",
            offset, line);
  }

  @Test
  void aBadByteFarIntoAFileIsToldWithItsPlace() {
    byte[] bytes = "ß\n".repeat(100_000).getBytes(StandardCharsets.UTF_8);
    bytes[270_001] = 'x';
    assertThatThrownBy(() -> read(new ByteArrayInputStream(bytes)))
        .hasMessageStartingWith("f: the byte at offset 270000, in line 90001, is not UTF-8");
  }

  private static Utf8Reader reader(byte[] bytes) {
    return new Utf8Reader(new ByteArrayInputStream(bytes), "f");
  }

  private static String read(InputStream in) throws IOException {
    StringBuilder text = new StringBuilder();
    try (Utf8Reader reader = new Utf8Reader(in, "f")) {
      for (int c = reader.read(); c >= 0; c = reader.read()) {
        text.appendCodePoint(c);
      }
    }
    return text.toString();
  }

  private static int readOne(Utf8Reader reader) {
    try {
      return reader.read();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
