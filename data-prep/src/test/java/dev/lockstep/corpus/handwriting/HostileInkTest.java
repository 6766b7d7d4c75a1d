package dev.lockstep.corpus.handwriting;

import static dev.lockstep.corpus.Bytes.gzip;
import static dev.lockstep.corpus.Bytes.join;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.reader.CorpusReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Input that somebody else made, by mistake or on purpose. */
class HostileInkTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  @TempDir Path folder;

  static Stream<String> everyLine() {
    return HostileInk.lines().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("everyLine")
  void aLineThatIsNoneIsToldInOneLine(String line) {
    TreeFile file = new TreeFile("h-01.xml", "the place", HostileInk.bytes(line));
    assertThat(error(() -> StrokeReader.steps(file)))
        .startsWith("the place")
        .contains(HostileInk.lines().get(line))
        .endsWith("or set data.damaged = skip");
  }

  @Test
  void skippingNamesEveryOneAndKeepsTheRest() {
    Map<String, byte[]> strokes = new LinkedHashMap<>();
    Map<String, byte[]> texts = new LinkedHashMap<>(HostileInk.INK.texts);
    Map<String, String> expected = new TreeMap<>();
    HostileInk.lines()
        .forEach(
            (line, what) -> {
              String name = "lineStrokes/h/h%03d-01.xml".formatted(strokes.size());
              strokes.put(name, HostileInk.bytes(line));
              expected.put(name, what);
            });
    HostileInk.texts()
        .forEach(
            (what, text) -> {
              String name = "ascii/h%d.txt".formatted(texts.size());
              texts.put(name, text);
              expected.put(name, what);
            });
    strokes.putAll(HostileInk.INK.strokes);
    byte[] entries = join(HostileInk.entries().values().toArray(byte[][]::new));
    write(HostileInk.ARCHIVE, gzip(join(entries, Ink.tar(strokes))));
    write("ascii-all.tar.gz", gzip(Ink.tar(texts)));
    try (CorpusReader corpus = corpus("data.damaged = skip")) {
      List<String> skipped = corpus.skipped();
      expected.forEach(
          (name, what) ->
              assertThat(skipped)
                  .as(name)
                  .anyMatch(line -> line.contains("!" + name) && line.contains(what)));
      HostileInk.entries()
          .keySet()
          .forEach(
              what -> {
                String line = HostileInk.told(what);
                assertThat(skipped).as(line).anyMatch(told -> told.contains(line));
              });
      assertThat(skipped).hasSize(expected.size() + HostileInk.entries().size());
      assertThat(skipped).allMatch(line -> line.lines().count() == 1 && line.length() < 1000);
      assertThat(sequences(corpus)).isEqualTo(HostileInk.LINES);
    }
  }

  static Stream<Arguments> everyEntry() {
    Stream<Arguments> lines =
        HostileInk.lines().entrySet().stream()
            .map(
                line -> {
                  byte[] bytes = HostileInk.bytes(line.getKey());
                  String name = "lineStrokes/h/h-01.xml";
                  return Arguments.of(
                      name, Ink.entry(name, '0', bytes.length, bytes), line.getValue());
                });
    Stream<Arguments> entries =
        HostileInk.entries().entrySet().stream()
            .map(entry -> Arguments.of("", entry.getValue(), HostileInk.told(entry.getKey())));
    return Stream.concat(lines, entries);
  }

  @ParameterizedTest(name = "{index} {2}")
  @MethodSource("everyEntry")
  void refusingEndsWithTheFirst(String name, byte[] entry, String what) {
    write(HostileInk.ARCHIVE, gzip(join(entry, Ink.tar(HostileInk.INK.strokes))));
    assertThat(error(() -> corpus("data.handwriting.lines = segments")))
        .startsWith(folder + "/" + HostileInk.ARCHIVE + "!" + name)
        .contains(what);
  }

  @Test
  void aDamagedTranscriptionIsRefusedOrItsLinesAreSetAside() {
    HostileInk.texts()
        .forEach(
            (what, text) -> {
              Ink ink = Ink.ofForms(8);
              ink.texts.put("ascii/a00/a00-000/a00-000z.txt", text);
              ink.archives(folder);
              assertThat(error(() -> corpus("")))
                  .startsWith(folder + "/ascii-all.tar.gz!ascii/a00/a00-000/a00-000z.txt: ")
                  .contains(what);
              try (CorpusReader corpus = corpus("data.damaged = skip")) {
                assertThat(corpus.skipped()).hasSize(1);
                assertThat(corpus.descriptor().setAside())
                    .isEqualTo(Map.of("damaged", 1L, InkReader.NO_TEXT, 4L));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.corpus.handwriting.HostileInk#archives")
  void aBrokenArchiveIsNamedAndWhatStandsBeforeTheBreakIsRead(HostileInk.Broken broken) {
    write(HostileInk.ARCHIVE, broken.archive());
    String segments = "data.handwriting.lines = segments";
    String said = error(() -> corpus(segments));
    assertThat(said).startsWith(folder + "/").contains(broken.what());
    String skip = segments + "\ndata.damaged = skip";
    if (broken.left() == 0) {
      assertThat(error(() -> corpus(skip))).isEqualTo(said);
    } else {
      try (CorpusReader corpus = corpus(skip)) {
        assertThat(corpus.skipped()).containsExactly(said);
        assertThat(sequences(corpus)).isEqualTo(broken.left());
      }
    }
  }

  @Test
  void aTruncatedArchiveGivesTheFilesBeforeTheCut() {
    byte[] packed = gzip(Ink.tar(HostileInk.INK.strokes));
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 30; i++) {
      int cut = random.nextInt(packed.length);
      TarTree tree = tree(Arrays.copyOf(packed, cut));
      assertThat(tree.leftOut()).as("cut at %d", cut).hasSize(1);
      assertThat(HostileInk.INK.strokes).as("cut at %d", cut).containsAllEntriesOf(contents(tree));
    }
  }

  @Test
  void aFlippedByteIsNoticedOrChangesNothing() {
    byte[] packed = gzip(Ink.tar(HostileInk.INK.strokes));
    SplittableRandom random = new SplittableRandom(11);
    int noticed = 0;
    for (int i = 0; i < 60; i++) {
      int at = i < 10 ? i : random.nextInt(packed.length);
      byte[] flipped = packed.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      TarTree tree = tree(flipped);
      Map<String, byte[]> contents = contents(tree);
      if (tree.leftOut().isEmpty()) {
        assertThat(contents)
            .as("flipped at %d", at)
            .containsExactlyInAnyOrderEntriesOf(HostileInk.INK.strokes);
      }
      noticed += tree.leftOut().isEmpty() ? 0 : 1;
    }
    assertThat(noticed).isGreaterThan(45);
  }

  /** Its files below the folder, by the names that the archive has for them. */
  private static Map<String, byte[]> contents(TarTree tree) {
    Map<String, byte[]> contents = new TreeMap<>();
    for (TreeFile file : tree.files(context()).collect()) {
      contents.put("lineStrokes/" + file.name(), file.bytes());
    }
    assertThat(contents).hasSameSizeAs(tree.names());
    return contents;
  }

  private TarTree tree(byte[] archive) {
    write(HostileInk.ARCHIVE, archive);
    return new TarTree(
        InputFiles.input(SPARK.session(), folder.resolve(HostileInk.ARCHIVE).toString(), "ink"),
        "lineStrokes",
        ".xml",
        HandwritingCorpus.MAX_BYTES);
  }

  @Test
  void theInputMustBeThere() {
    String neither = "data.input %s: must hold %s-all.tar.gz or that unpacked as the folder %s;";
    assertThat(error(() -> corpus("")))
        .startsWith(neither.formatted(folder, "lineStrokes", "lineStrokes"));
    write(HostileInk.ARCHIVE, gzip(Ink.tar(HostileInk.INK.strokes)));
    assertThat(error(() -> corpus(""))).startsWith(neither.formatted(folder, "ascii", "ascii"));
    assertThat(error(() -> corpus(folder.resolve(HostileInk.ARCHIVE), "")))
        .startsWith(
            neither.formatted(folder.resolve(HostileInk.ARCHIVE), "lineStrokes", "lineStrokes"));
    assertThat(error(() -> corpus(Path.of(""), ""))).startsWith("data.input is not set");
  }

  @Test
  void aFolderIsReadSoDeepAndFilesSoLarge() throws IOException {
    Path strokes = HostileInk.INK.folders(folder).resolve("lineStrokes");
    Files.createSymbolicLink(strokes.resolve("again"), strokes);
    Files.write(strokes.resolve("a00/large-01.xml"), new byte[(8 << 20) + 1]);
    assertThat(error(() -> corpus("")))
        .isEqualTo(
            "%s/a00/large-01.xml: has 8388609 bytes, more than 8388608: take it away, or set data.damaged = skip",
            strokes);
    try (CorpusReader corpus = corpus("data.damaged = skip")) {
      assertThat(corpus.skipped())
          .anyMatch(line -> line.contains("again: is a link to a folder that it is in: "));
    }
  }

  private void write(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CorpusReader corpus(String hocon) {
    return corpus(folder, hocon);
  }

  private CorpusReader corpus(Path input, String hocon) {
    TestCorpora corpora = new TestCorpora(SPARK.session(), folder);
    return HandwritingCorpus.read(
        SPARK.session(), corpora.settings("unused", input, HandwritingCorpusTest.INK_DATA + hocon));
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(SPARK.session().sparkContext());
  }

  private static long sequences(CorpusReader corpus) {
    return corpus.descriptor().parts().values().stream().mapToLong(part -> part.sequences()).sum();
  }

  private static String error(ThrowingCallable action) {
    String error = TestCorpora.error(action);
    assertThat(error).hasSizeLessThan(1000);
    return error;
  }
}
