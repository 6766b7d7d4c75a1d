package dev.lockstep.corpus.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words that are none. */
class HostileWordsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String WORDS = "data { kind = words, sequence-length = 2 }\n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @ParameterizedTest
  @CsvSource({
    "FF, 0, 1",
    "610AC3, 2, 2", // cut
    "61200AC328, 3, 2", // no continuation
    "61C080, 1, 1", // NUL, too long
    "61 20 EDA080, 2, 1", // half of a surrogate pair
    "F4908080, 0, 1", // beyond Unicode
    "FFFE6100, 0, 1", // UTF-16
    "610A0A620AFE, 5, 4",
  })
  void wordsMustBeUtf8(String hex, int offset, int line) throws IOException {
    byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
    Path file = Files.write(folder.resolve("text"), bytes);
    assertThat(corpora.error(file, WORDS))
        .isEqualTo(
            "%s: the byte at offset %d, in line %d, is not UTF-8: convert the file to UTF-8",
            file, offset, line);
  }

  @ParameterizedTest
  @CsvSource({"4096, -1", "4097, 4101", "67108864, 4101"})
  void aWordThatNeverEndsIsNotReadToItsEnd(int length, int offset) throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "a\nb " + "w".repeat(length) + "\nc");
    if (offset < 0) {
      Corpus corpus =
          corpora.prepare("corpus", file, WORDS + "data.split { valid = 0.2, test = 0.2 }");
      assertThat(corpus.descriptor().vocabulary().known()).contains("w".repeat(length));
    } else {
      assertThat(corpora.error(file, WORDS))
          .isEqualTo(
              "%s: the byte at offset %d, in line 2, belongs to a word of more than 4096 characters: give text whose words are shorter",
              file, offset);
    }
  }

  @Test
  void whatIsOddButTextStaysAsItIsButForTheMarkAtItsBeginning() throws IOException {
    String text = "\uFEFFa \0 \u0001\u2028 a\u00adb \f \uFFFD \uDBFF\uDFFF".repeat(20);
    Path file = Files.writeString(folder.resolve("text"), text);
    Corpus corpus = corpora.prepare("corpus", file, WORDS);
    assertThat(corpus.descriptor().vocabulary().known())
        .containsExactlyInAnyOrder(
            "\n", "a", "\0", "\u0001\u2028", "a\u00adb", "\f", "\uFFFD", "\uDBFF\uDFFF\uFEFFa");
  }
}
