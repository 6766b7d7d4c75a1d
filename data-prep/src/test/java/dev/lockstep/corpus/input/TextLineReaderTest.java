package dev.lockstep.corpus.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.lockstep.config.UserError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextLineReaderTest {
  @Test
  void linesOfAllLengthsComeBack() throws IOException {
    Random random = new Random(3);
    List<String> lines = new ArrayList<>(List.of("", "ß", "", "x".repeat(TextLineReader.LONGEST)));
    // About the buffer's border.
    for (int i = 0; i < 40; i++) {
      lines.add("y".repeat(65_536 - 20 + i));
      lines.add("🎵".repeat(random.nextInt(20_000)));
    }
    String text = String.join("\n", lines);
    assertThat(read(text)).isEqualTo(lines);
    assertThat(read(text + "\n")).isEqualTo(lines);
    assertThat(read("")).isEmpty();
    assertThat(read("\n")).containsExactly("");
  }

  @Test
  void offsetsAndNumbersAreThoseOfTheFile() throws IOException {
    TextLineReader reader = reader("aß\n\n€".getBytes(StandardCharsets.UTF_8), 100, 7);
    List<Long> places = new ArrayList<>();
    while (reader.next()) {
      places.addAll(List.of(reader.number(), reader.offset()));
    }
    assertThat(places).containsExactly(7L, 104L, 8L, 105L, 9L, 108L);
    assertThat(reader.next()).isFalse();
  }

  @Test
  void aByteOrderMarkCountsOnlyInTheMiddle() throws IOException {
    assertThat(read("\uFEFFa\n\uFEFFb")).containsExactly("a", "\uFEFFb");
    assertThat(read("\uFEFF")).containsExactly("");
  }

  @Test
  void aLineThatCannotBeReadDoesNotHideTheNext() throws IOException {
    byte[] bytes =
        ("a\nb\u00ff\n" + "c".repeat(TextLineReader.LONGEST + 1) + "\nd")
            .getBytes(StandardCharsets.ISO_8859_1);
    TextLineReader reader = reader(bytes, 0, 1);
    reader.next();
    reader.next();
    assertThatThrownBy(reader::text)
        .isInstanceOf(UserError.class)
        .hasMessage("f: line 2 is not UTF-8 at its byte 2: convert the file to UTF-8");
    reader.next();
    assertThatThrownBy(reader::text)
        .hasMessage("f: line 3 is longer than 1048576 bytes: give a file of shorter lines");
    reader.next();
    assertThat(reader.text()).isEqualTo("d");
  }

  @Test
  void aLineOfAGigabyteTakesNoMemory() throws IOException {
    long gigabyte = 1L << 30;
    InputStream endless =
        new InputStream() {
          private long left = gigabyte;

          @Override
          public int read() {
            return left-- > 0 ? 'x' : -1;
          }

          @Override
          public int read(byte[] into, int offset, int length) {
            int count = (int) Math.min(length, left);
            Arrays.fill(into, offset, offset + count, (byte) 'x');
            left -= count;
            return count == 0 ? -1 : count;
          }
        };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    TextLineReader reader = new TextLineReader(endless, "f");
    assertThat(reader.next()).isTrue();
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(8L << 20);
    assertThat(reader.offset()).isEqualTo(gigabyte);
  }

  private static List<String> read(String text) throws IOException {
    TextLineReader reader = reader(text.getBytes(StandardCharsets.UTF_8), 0, 1);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      lines.add(reader.text());
    }
    return lines;
  }

  private static TextLineReader reader(byte[] bytes, long offset, long number) {
    return new TextLineReader(new ByteArrayInputStream(bytes), "f", offset, number);
  }
}
