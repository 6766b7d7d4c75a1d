package dev.lockstep.corpus.prepare;

import static dev.lockstep.corpus.TestCorpora.error;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class CorpusErrorsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  @TempDir Path folder;

  @Test
  void theInputMustBeNamed() {
    assertThat(prepareError("", ""))
        .isEqualTo("data.input is not set: it must name a text file or a directory of them");
  }

  @Test
  void theCorpusMustBeNamed() {
    assertThat(error(() -> Corpora.prepare(SPARK.session(), Settings.defaults())))
        .isEqualTo("data.corpus is not set: it must name the directory of the prepared corpus");
  }

  @Test
  void theInputMustBeThere() {
    assertThat(prepareError(folder.resolve("none").toString(), ""))
        .isEqualTo("data.input %s/none: no such file or directory", folder);
  }

  @Test
  void theInputMustBeAPathOrAUri() {
    assertThat(prepareError("a:b c", ""))
        .isEqualTo("data.input ./a:b c: no such file or directory");
    assertThat(prepareError("file://host/x", ""))
        .isEqualTo(
            "file://host/x: its file system does not allow such a name: give another: Wrong FS: file://host/x, expected: file:///");
    assertThat(prepareError("nosuch://host/x", ""))
        .isEqualTo("data.input nosuch://host/x: no file system for such a URI is known");
  }

  @Test
  void aDirectoryMustHoldOneFileForEachPart() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    String message =
        "data.input %s: must hold exactly one file each whose name contains train, valid and test; found %s";
    assertThat(prepareError(input.toString(), "")).isEqualTo(message, input, "no files");

    Files.createDirectory(input.resolve("test"));
    Files.writeString(input.resolve(".test.crc"), "a");
    Files.writeString(input.resolve("a.train.txt"), "a");
    Files.writeString(input.resolve("a.valid.txt"), "a");
    assertThat(prepareError(input.toString(), ""))
        .isEqualTo(message, input, "a.train.txt, a.valid.txt");

    Files.writeString(input.resolve("a.test.txt"), "a");
    Files.writeString(input.resolve("b.test.txt"), "a");
    assertThat(prepareError(input.toString(), ""))
        .isEqualTo(message, input, "a.test.txt, a.train.txt, a.valid.txt, b.test.txt");
  }

  @Test
  void oneFileCannotBeTwoParts() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("train-valid-test.txt"), "a");
    assertThat(prepareError(input.toString(), "")).endsWith("; found train-valid-test.txt");
  }

  @Test
  void anEmptyFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "");
    assertThat(prepareError(file.toString(), ""))
        .isEqualTo("%s: is empty: give a file with text", file);
  }

  @Test
  void textMustBeUtf8() throws IOException {
    Path file = Files.write(folder.resolve("text"), new byte[] {'a', '\n', 'b', (byte) 0xE4, 'c'});
    assertThat(prepareError(file.toString(), ""))
        .isEqualTo(
            "%s: the byte at offset 3, in line 2, is not UTF-8: convert the file to UTF-8", file);
  }

  @Test
  void noPartMayBeEmpty() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "0123456789");
    assertThat(prepareError(file.toString(), "data { sequence-length = 2, split.valid = 0.5 }"))
        .isEqualTo(
            "%s: data.split leaves none of its 10 characters for the test part: give more text or a larger data.split.test",
            file);
  }

  @Test
  void theTrainingPartMustFillASequence() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "0123456789".repeat(10));
    assertThat(prepareError(file.toString(), "data.sequence-length = 91"))
        .isEqualTo(
            "%s: the training part has 90 characters, fewer than data.sequence-length = 91: give more text or shorter sequences",
            file);
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    Path corpus = Files.createDirectory(folder.resolve("corpus"));
    Files.writeString(corpus.resolve("mine"), "a");
    String message =
        "data.corpus %s: is there already and not empty: remove it or name another directory";
    assertThat(prepareError("unread", "")).isEqualTo(message, corpus);
    assertThat(corpus.resolve("mine")).hasContent("a");

    Files.delete(corpus.resolve("mine"));
    Files.delete(corpus);
    Files.writeString(corpus, "a file");
    assertThat(prepareError("unread", "")).isEqualTo(message, corpus);
  }

  @Test
  void theCorpusCannotStandInAFile() throws IOException {
    Files.writeString(folder.resolve("file"), "a");
    Settings settings =
        Settings.parse(
            "data { kind = sawtooth, corpus = \"%s/file/corpus\" }".formatted(folder), "test");
    assertThat(error(() -> Corpora.prepare(SPARK.session(), settings)))
        .contains("cannot be made")
        .contains(folder + "/file");
  }

  @Test
  void aFailureLeavesNothing() throws IOException {
    Path corpus = folder.resolve("corpus");
    Corpus written = sawtooth(corpus);
    CorpusReader failing =
        new CorpusReader() {
          @Override
          public CorpusDescriptor descriptor() {
            return written.descriptor();
          }

          @Override
          public Dataset<Row> rows(Part part) {
            Dataset<Row> rows = written.part(part).rows();
            return part == Part.TEST ? rows.selectExpr("raise_error('trouble')") : rows;
          }
        };
    Location target = Corpus.location(SPARK.session(), folder.resolve("second").toString());
    assertThatThrownBy(() -> new CorpusWriter(target).write(failing))
        .hasStackTraceContaining("trouble");
    assertThat(names(folder)).containsExactly("corpus");
  }

  @Test
  void aMistakeInTheInputLeavesNothing() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "too short");
    prepareError(file.toString(), "");
    assertThat(names(folder)).containsExactly("text");
  }

  @Test
  void whatIsOpenedMustBeACorpus() throws IOException {
    assertThat(openError("")).startsWith("data.corpus is not set: it must name ");
    assertThat(openError(folder + "/none"))
        .isEqualTo("data.corpus %s/none: no such directory: prepare the corpus first", folder);
    Path file = Files.writeString(folder.resolve("file"), "a");
    assertThat(openError(file.toString()))
        .isEqualTo("data.corpus %s: no such directory: prepare the corpus first", file);
    assertThat(openError(folder.toString()))
        .isEqualTo(
            "data.corpus %s: is not a corpus, it has no corpus.json: name a prepared one", folder);
  }

  @Test
  void aCorpusMustBeWhole() throws IOException {
    Path corpus = folder.resolve("corpus");
    sawtooth(corpus);
    Path moved = Files.move(corpus.resolve("valid"), folder.resolve("valid"));
    String message = "%s/valid: has no Parquet files: prepare the corpus again";
    assertThat(openError(corpus.toString())).isEqualTo(message, corpus);
    Files.createDirectory(corpus.resolve("valid"));
    assertThat(openError(corpus.toString())).isEqualTo(message, corpus);
    Files.delete(corpus.resolve("valid"));
    Files.move(moved, corpus.resolve("valid"));
    assertThat(Corpus.open(SPARK.session(), corpus.toString()).part(Part.VALID).name())
        .isEqualTo("valid");
  }

  @Test
  void aBrokenDescriptionNamesTheFile() throws IOException {
    Path corpus = folder.resolve("corpus");
    sawtooth(corpus);
    Files.delete(corpus.resolve(".corpus.json.crc"));
    Files.writeString(corpus.resolve("corpus.json"), "{\n  \"format-version\": 99\n}\n");
    assertThat(openError(corpus.toString()))
        .isEqualTo(
            "%s/corpus.json: has format version 99, but this Lockstep reads 2: prepare the corpus again",
            corpus);
  }

  @Test
  void foreignColumnsAreRefused() {
    Path corpus = folder.resolve("corpus");
    Corpus opened = sawtooth(corpus);
    SPARK.session().range(64).write().mode("overwrite").parquet(corpus.resolve("test").toString());
    assertThat(error(() -> opened.part(Part.TEST)))
        .isEqualTo(
            "%s/test: has columns struct<id:bigint>, not struct<id:bigint,tokens:array<int>>: prepare the corpus again",
            corpus);
  }

  private Corpus sawtooth(Path corpus) {
    String hocon = "data { kind = sawtooth, sequence-length = 10, corpus = \"%s\" }";
    Corpora.prepare(SPARK.session(), Settings.parse(hocon.formatted(corpus), "test"));
    return Corpus.open(SPARK.session(), corpus.toString());
  }

  private String prepareError(String input, String hocon) {
    String places = "data { input = \"%s\", corpus = \"%s/corpus\" }%n".formatted(input, folder);
    Settings settings = Settings.parse(places + hocon, "test");
    return error(() -> Corpora.prepare(SPARK.session(), settings));
  }

  private static String openError(String uri) {
    return error(() -> Corpus.open(SPARK.session(), uri));
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }
}
