package dev.lockstep.corpus.text;

import static dev.lockstep.corpus.Bytes.gzip;
import static dev.lockstep.corpus.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Text as tools hand it over: packed by gzip, with a byte order mark, beside other files. */
class PackedTextTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String SETTINGS =
      "data { kind = %s, sequence-length = 50, split { valid = 0.1, test = 0.1 } }";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  /** Longer than the distance of two marks. */
  private static byte[] text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < 150_000; i++) {
      text.append("für ").append(i * 7919 % 101).append(i % 9 == 0 ? "\n" : " ");
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private enum Unit {
    CHARACTERS,
    WORDS
  }

  @ParameterizedTest
  @EnumSource
  void aPackedTextIsTheText(Unit unit) throws IOException {
    String settings = SETTINGS.formatted(unit.name().toLowerCase(Locale.ROOT));
    byte[] text = text();
    byte[] beginning = Arrays.copyOf(text, 60_000);
    byte[] end = Arrays.copyOfRange(text, 60_000, text.length);
    // As `cat one.gz another.gz` gives, and with the mark that some editors begin a text with.
    byte[] packed =
        join(gzip("\uFEFF".getBytes(StandardCharsets.UTF_8)), gzip(beginning), gzip(end));
    Path file = Files.write(folder.resolve("text.txt"), text);
    Path gz = Files.write(folder.resolve("text.gz"), packed);
    Corpus expected = corpora.prepare("plain", file, settings);
    Corpus corpus = corpora.prepare("packed", gz, settings);
    for (Part part : Part.values()) {
      assertThat(TestCorpora.texts(corpus, part))
          .as(part.key())
          .isEqualTo(TestCorpora.texts(expected, part));
    }
    assertThat(corpus.descriptor().vocabulary()).isEqualTo(expected.descriptor().vocabulary());
    assertThat(corpus.descriptor().contents(Part.TRAIN).source().orElseThrow().sha256())
        .isEqualTo(Checksum.of(packed));
  }

  @Test
  void brokenPackingIsRefused() throws IOException {
    byte[] packed = gzip(text());
    byte[] otherSum = packed.clone();
    otherSum[packed.length - 6] ^= 1;
    byte[] other = gzip("another".getBytes(StandardCharsets.UTF_8));
    other[1] ^= 1;
    for (byte[] broken :
        new byte[][] {
          Arrays.copyOf(packed, 2),
          Arrays.copyOf(packed, packed.length / 2),
          Arrays.copyOf(packed, packed.length - 1),
          otherSum,
          join(packed, other),
        }) {
      Path file = Files.write(folder.resolve("text.gz"), broken);
      assertThat(corpora.error(file, SETTINGS.formatted("characters")))
          .isEqualTo(
              "%s: its compressed data are wrong or break off: repair, convert or remove it", file);
    }
  }

  @Test
  void whatIsBesideTheTextsIsCounted() throws IOException {
    Path input = corpora.trio("abcabc", "abc", "cba");
    Files.write(input.resolve("valid"), gzip("abc".getBytes(StandardCharsets.UTF_8)));
    Files.writeString(input.resolve("README"), "about it");
    Files.writeString(input.resolve(".DS_Store"), "");
    Files.createDirectory(input.resolve("old"));
    Corpus corpus =
        corpora.prepare("corpus", input, "data { kind = characters, sequence-length = 3 }");
    assertThat(TestCorpora.texts(corpus, Part.VALID)).containsExactly("abc");
    assertThat(corpus.descriptor().setAside())
        .isEqualTo(
            Map.of("files of other names", 1L, "hidden files and folders", 1L, "folders", 1L));
    Files.delete(input.resolve("train"));
    Files.createSymbolicLink(input.resolve("train"), folder.resolve("gone"));
    assertThat(corpora.error(input, "data { kind = characters, sequence-length = 3 }"))
        .isEqualTo(
            "%s/train: is a link to %s/gone, where nothing is: fetch that or remove the link",
            input, folder);
  }
}
