package dev.lockstep.corpus.pairs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Pairs that are none. Bytes are written as ISO-8859-1, so that any can be. */
class HostilePairsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String PAIRS =
      "data { kind = pairs, sequence-length = 50, split { valid = 0.3, test = 0.3 } }\n";
  private static final String SKIP = "data.damaged = skip\n";
  private static final int HUGE = 64 << 20;

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  /** Lines that are no pairs, and what is said of them after their number. */
  static Map<String, String> badLines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("{", "is not JSON at its character 2: Unexpected end-of-input");
    lines.put("{\"x\": \"a\", \"y\"", "is not JSON at its character 15");
    lines.put("{\"x\": \"a\", \"y\": \"b", "is not JSON at its character 19");
    lines.put("{\"x\": \"a\", \"y\": \"b\"", "is not JSON at its character 20");
    lines.put(
        "{\"x\": \"a\", \"y\": \"b\",}", "is not JSON at its character 22: Unexpected character");
    lines.put("{x: \"a\", \"y\": \"b\"}", "is not JSON at its character 3: Unexpected character");
    lines.put("{'x': \"a\", \"y\": \"b\"}", "is not JSON at its character 3: Unexpected character");
    lines.put("{\"x\": \"a\\q\", \"y\": \"b\"}", "is not JSON at its character ");
    lines.put("{\"x\": \"a\\u12\", \"y\": \"b\"}", "is not JSON at its character ");
    lines.put("{\"x\": \"a\tb\", \"y\": \"b\"}", "is not JSON at its character ");
    lines.put("{\"x\": \"a\0\", \"y\": \"b\"}", "is not JSON at its character ");
    lines.put("\0{\"x\": \"a\", \"y\": \"b\"}", "is not JSON at its character 2");
    lines.put("{\"x\": \"a\", \"y\": \"b\"} {}", "goes on after its JSON object");
    lines.put("{\"x\": \"a\", \"y\": \"b\"} x", "is not JSON at its character ");
    lines.put("[\"a\", \"b\"]", "is not a JSON object");
    lines.put("\"a\"", "is not a JSON object");
    lines.put("null", "is not a JSON object");
    lines.put("x\ty", "is not JSON at its character ");
    lines.put("{}", "has no \"x\"");
    lines.put("{\"y\": \"b\"}", "has no \"x\"");
    lines.put("{\"x\": \"a\", \"Y\": \"b\"}", "has no \"y\"");
    lines.put("{\"x\": 1, \"y\": \"b\"}", "has no string for \"x\"");
    lines.put("{\"x\": \"a\", \"y\": null}", "has no string for \"y\"");
    lines.put("{\"x\": \"a\", \"y\": [\"b\"]}", "has no string for \"y\"");
    lines.put("{\"x\": {\"x\": \"a\"}, \"y\": \"b\"}", "has no string for \"x\"");
    lines.put("{\"x\": \"\", \"y\": \"b\"}", "has an empty \"x\"");
    lines.put("{\"x\": \"a\", \"y\": \"b\\nc\"}", "has a line's end, the end symbol, in \"y\"");
    lines.put(
        "{\"x\": \"a\", \"x\": \"c\", \"y\": \"b\"}",
        "is not JSON at its character 15: Duplicate field 'x'");
    lines.put(
        "{\"x\": \"a\", \"y\": \"b\", \"k\\n\": 1, \"k\\n\": 2}", "is not JSON at its character ");
    lines.put("{\"x\": \"\\ud83c\", \"y\": \"b\"}", "has half of a surrogate pair in \"x\"");
    lines.put("{\"x\": \"a\", \"y\": \"\\udfb5\\ud83c\"}", "has half of a surrogate pair in \"y\"");
    lines.put("{\"x\": \"a\u00ff\", \"y\": \"b\"}", "is not UTF-8 at its byte 9");
    lines.put("{\"x\": \"\u00ed\u00a0\u0080\", \"y\": \"b\"}", "is not UTF-8 at its byte 8");
    lines.put("{\"x\": \"a\", \"y\": \"b\u00c3", "is not UTF-8 at its byte 19");
    lines.put("\u00ff\u00fe{\0\"\0x\0\"\0", "is not UTF-8 at its byte 1");
    lines.put("\u00ef\u00bb\u00bf{\"x\": \"a\", \"y\": \"b\"}", "is not JSON at its character ");
    lines.put("{\"z\": " + "[".repeat(200_000), "is not JSON: Depth");
    lines.put("{\"z\":".repeat(150_000), "is not JSON: Depth");
    lines.put("{\"k\": \"" + "v".repeat(1 << 20) + "\"}", "is longer than 1048576 bytes");
    return lines;
  }

  static List<Map.Entry<String, String>> badLineEntries() {
    return List.copyOf(badLines().entrySet());
  }

  @ParameterizedTest
  @MethodSource("badLineEntries")
  void aLineThatIsNoPairIsRefused(Map.Entry<String, String> bad) throws IOException {
    Path file = write("pairs", good(0) + "\n" + bad.getKey() + "\n" + good(1));
    String error = corpora.error(file, PAIRS);
    assertThat(error).startsWith("%s: line 2 %s".formatted(file, bad.getValue()));
    assertThat(error).hasSizeLessThan(400 + file.toString().length());
  }

  @Test
  void linesThatAreNoPairsAreSkippedAndNamed() throws IOException {
    StringBuilder text = new StringBuilder();
    List<String> said = new ArrayList<>();
    Path file = folder.resolve("pairs");
    int line = 0;
    for (Map.Entry<String, String> bad : badLines().entrySet()) {
      text.append(good(line++)).append('\n').append(bad.getKey()).append('\n');
      said.add("%s: line %d %s".formatted(file, ++line, bad.getValue()));
    }
    write("pairs", text.toString());
    List<String> skipped = corpora.skipped("corpus", file, PAIRS + SKIP);
    assertThat(skipped).hasSameSizeAs(said);
    for (int i = 0; i < said.size(); i++) {
      assertThat(skipped.get(i)).startsWith(said.get(i)).doesNotContainPattern("\\p{Cntrl}");
    }
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    assertThat(corpus.descriptor().setAside())
        .containsOnly(Map.entry("damaged", (long) said.size()));
    List<String> kept = new ArrayList<>();
    for (Part part : Part.values()) {
      kept.addAll(TestCorpora.texts(corpus, part));
    }
    assertThat(kept)
        .containsExactlyInAnyOrderElementsOf(
            IntStream.range(0, said.size()).mapToObj(i -> "y" + 2 * i + "\n").toList());
  }

  @Test
  void aHugeLineIsNamedAndPassedOver() throws IOException {
    Path file = folder.resolve("pairs");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(good(i)).append('\n');
    }
    Files.writeString(file, text + "{\"x\": \"" + "h".repeat(HUGE) + "\"}\n" + text);
    assertThat(corpora.skipped("corpus", file, PAIRS + SKIP))
        .containsExactly(
            "%s: line 41 is longer than 1048576 bytes: give a file of shorter lines"
                .formatted(file));
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    assertThat(corpus.part(Part.TRAIN).sequences() + corpus.part(Part.VALID).sequences())
        .isEqualTo(80 - corpus.part(Part.TEST).sequences());
  }

  @Test
  void aFileThatIsNoTextDoesNotFloodTheUser() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append(good(i)).append('\n');
    }
    Path file = write("pairs", text + "\u00ff\n".repeat(1000));
    List<String> skipped = corpora.skipped("corpus", file, PAIRS + SKIP);
    assertThat(skipped).hasSize(PairSummary.NAMED + 1);
    assertThat(skipped.get(PairSummary.NAMED)).contains("900 more damaged lines");
  }

  @ParameterizedTest
  @CsvSource({"''", "' '", "'\n\n \r\n'"})
  void aFileWithoutPairsIsRefused(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("pairs"), text);
    assertThat(corpora.error(file, PAIRS + SKIP)).contains(file.toString());
  }

  private static String good(int number) {
    return "{\"x\": \"x\", \"y\": \"y%d\"}".formatted(number);
  }

  private Path write(String name, String bytes) throws IOException {
    return Files.writeString(folder.resolve(name), bytes, StandardCharsets.ISO_8859_1);
  }
}
