package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.config.UserError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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

  private static final String ARCHIVE = "lineStrokes-all.tar.gz";
  private static final String POINTS = "<Stroke><Point x='1' y='2'/><Point x='2' y='2'/></Stroke>";
  private static final Ink INK = Ink.ofForms(8);
  private static final int LINES = 32;

  @TempDir Path folder;

  /** Lines' files and what is said of each. */
  static Map<String, String> lines() {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("", "line 1: is not XML");
    lines.put("ink", "line 1: is not XML");
    lines.put("<a>", "is not XML");
    lines.put("<a>" + POINTS + "</b>", "is not XML");
    lines.put("<a>" + POINTS + "</a><a/>", "is not XML");
    lines.put("<a>\n<Stroke>\n<Point x='1' y='2'></Stroke>\n</a>", "line 3: is not XML");
    lines.put("<a>" + POINTS + "\0</a>", "is not XML");
    lines.put("<a>" + POINTS + "&lt</a>", "is not XML");
    lines.put("<a b='1' b='2'>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='9.9'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='none'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='UTF-16'?><a>" + POINTS + "</a>", "is not XML");
    lines.put("<?xml version='1.0' encoding='UTF-8'?><a>\u00e9" + POINTS + "</a>", "is not XML");
    lines.put("<a/>", "has no points");
    lines.put("<a><Stroke/></a>", "has no points");
    lines.put("<a><Point x='1' y='2'/></a>", "line 1: has a Point outside of a Stroke");
    lines.put("<a>" + POINTS + "\n<Point x='1' y='2'/></a>", "line 2: has a Point outside");
    lines.put("<a>\n<Stroke>\n<Point y='2'/></Stroke></a>", "line 3: has a Point without x");
    lines.put("<Stroke><Point x='1' Y='2'/></Stroke>", "line 1: has a Point without y");
    for (String number :
        List.of(
            "",
            " ",
            "one",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e7",
            "1e999",
            "1,5",
            "0x1p3",
            "1f",
            "1 2",
            "--1",
            ".",
            "1".repeat(33),
            "\u0661",
            "1000001",
            "&#10;1")) {
      String point = "<Stroke><Point x='1' y='2'/>\n<Point x='%s' y='2'/></Stroke>";
      lines.put(point.formatted(number), "line 2: has x=");
    }
    lines.put("<!DOCTYPE a><a>" + POINTS + "</a>", "has a DOCTYPE");
    lines.put("<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a>" + POINTS + "</a>", "DOCTYPE");
    lines.put(
        "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><a>&e;" + POINTS + "</a>",
        "has a DOCTYPE");
    lines.put(laughs(), "has a DOCTYPE");
    lines.put("<a>&e;" + POINTS + "</a>", "line 1: ");
    lines.put("<a b='&e;'>" + POINTS + "</a>", "line 1: ");
    lines.put("<a>".repeat(17) + POINTS + "</a>".repeat(17), "more than 16 deep");
    lines.put("<a>".repeat(1_000_000), "more than 16 deep");
    lines.put("<" + "a".repeat(1_000_000) + "/>", "");
    lines.put("<a " + attributes(20_000) + ">" + POINTS + "</a>", "is not XML");
    lines.put(
        "<Stroke>" + "<Point x='1' y='2'/>".repeat(StrokeReader.MAX_POINTS + 1) + "</Stroke>",
        "has more than 100000 points");
    return lines;
  }

  private static String laughs() {
    StringBuilder entities = new StringBuilder("<!ENTITY e0 'ha'>");
    for (int i = 1; i < 20; i++) {
      entities.append("<!ENTITY e%d '%s'>".formatted(i, ("&e" + (i - 1) + ";").repeat(10)));
    }
    return "<!DOCTYPE a [%s]><a>&e19;%s</a>".formatted(entities, POINTS);
  }

  private static String attributes(int count) {
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < count; i++) {
      attributes.append(" a%d='1'".formatted(i));
    }
    return attributes.toString();
  }

  /** Latin-1, so that what claims to be UTF-8 is not. */
  private static byte[] bytes(String line) {
    return line.chars().anyMatch(c -> c > 0xFF)
        ? line.getBytes(StandardCharsets.UTF_8)
        : line.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Transcriptions. */
  static Map<String, byte[]> texts() {
    Map<String, byte[]> texts = new LinkedHashMap<>();
    texts.put("is not UTF-8", new byte[] {'C', 'S', 'R', ':', '\n', (byte) 0xE9, '\n'});
    texts.put("has no line CSR:", "OCR:\n\ntext\n".getBytes(StandardCharsets.UTF_8));
    texts.put("line CSR:", new byte[0]);
    texts.put("bytes, more than 65536", new byte[(1 << 16) + 1]);
    return texts;
  }

  /** Entries of the archive of lines, which lines stand after. */
  static Map<String, byte[]> entries() {
    byte[] line = bytes(POINTS);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    for (String name :
        List.of(
            "../x-01.xml",
            "lineStrokes/../../x-01.xml",
            "/etc/x-01.xml",
            "a\\b-01.xml",
            "a\nb-01.xml",
            "a\u007Fb-01.xml",
            "lineStrokes/..")) {
      entries.put(name + ": has an unsafe name", Ink.entry(name, '0', line.length, line));
    }
    String name = "lineStrokes/h/h-%c.xml";
    for (char type : "123467S".toCharArray()) {
      entries.put(
          name.formatted(type) + ": is a link or a device",
          Ink.entry(name.formatted(type), type, 0));
    }
    entries.put("lineStrokes/h.xml: is not named", Ink.entry("lineStrokes/h.xml", '0', 1, line[0]));
    entries.put("h/h-1.xml: is not named", Ink.entry("lineStrokes/h/h-1.xml", '0', 1, line[0]));
    entries.put(
        "lineStrokes/h/large-01.xml: has 8388609 bytes, more than 8388608",
        Ink.entry("lineStrokes/h/large-01.xml", '0', (8 << 20) + 1, new byte[(8 << 20) + 1]));
    entries.put("a00/a00-000/a00-000z-04.xml: is there twice", twice());
    entries.put(
        "!%s...: has an unsafe name".formatted("a".repeat(255)),
        longName("a".repeat(300) + "-01.xml"));
    return entries;
  }

  /** In one line. */
  private static String told(String what) {
    return what.replaceAll("[\n\u007F]", " ");
  }

  private static byte[] twice() {
    String name = "a00/a00-000/a00-000z-04.xml";
    byte[] line = INK.strokes.get("lineStrokes/" + name);
    return Ink.entry(name, '0', line.length, line);
  }

  /** What says, in a tar, that the next entry has this name. */
  private static byte[] longName(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    byte[] line = bytes(POINTS);
    return Ink.join(
        Ink.entry("././@LongLink", 'L', bytes.length, bytes),
        Ink.entry("short", '0', line.length, line));
  }

  static Stream<String> everyLine() {
    return lines().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("everyLine")
  void aLineThatIsNoneIsToldInOneLine(String line) {
    TreeFile file = new TreeFile("h-01.xml", "the place", bytes(line));
    assertThat(error(() -> StrokeReader.steps(file)))
        .startsWith("the place")
        .contains(lines().get(line))
        .endsWith("or set data.damaged = skip");
  }

  @Test
  void skippingNamesEveryOneAndKeepsTheRest() {
    Map<String, byte[]> strokes = new LinkedHashMap<>();
    Map<String, byte[]> texts = new LinkedHashMap<>(INK.texts);
    Map<String, String> expected = new TreeMap<>();
    lines()
        .forEach(
            (line, what) -> {
              String name = "lineStrokes/h/h%03d-01.xml".formatted(strokes.size());
              strokes.put(name, bytes(line));
              expected.put(name, what);
            });
    texts()
        .forEach(
            (what, text) -> {
              String name = "ascii/h%d.txt".formatted(texts.size());
              texts.put(name, text);
              expected.put(name, what);
            });
    strokes.putAll(INK.strokes);
    byte[] entries = Ink.join(entries().values().toArray(byte[][]::new));
    write(ARCHIVE, Ink.gzip(Ink.join(entries, Ink.tar(strokes))));
    write("ascii-all.tar.gz", Ink.gzip(Ink.tar(texts)));
    try (HandwritingCorpus corpus = corpus("data.damaged = skip")) {
      List<String> skipped = corpus.skipped();
      expected.forEach(
          (name, what) ->
              assertThat(skipped)
                  .as(name)
                  .anyMatch(line -> line.contains("!" + name) && line.contains(what)));
      entries()
          .keySet()
          .forEach(
              what -> {
                String line = told(what);
                assertThat(skipped).as(line).anyMatch(told -> told.contains(line));
              });
      assertThat(skipped).hasSize(expected.size() + entries().size());
      assertThat(skipped).allMatch(line -> line.lines().count() == 1 && line.length() < 1000);
      assertThat(sequences(corpus)).isEqualTo(LINES);
    }
  }

  static Stream<Arguments> everyEntry() {
    Stream<Arguments> lines =
        lines().entrySet().stream()
            .map(
                line -> {
                  byte[] bytes = bytes(line.getKey());
                  String name = "lineStrokes/h/h-01.xml";
                  return Arguments.of(
                      name, Ink.entry(name, '0', bytes.length, bytes), line.getValue());
                });
    Stream<Arguments> entries =
        entries().entrySet().stream()
            .map(entry -> Arguments.of("", entry.getValue(), told(entry.getKey())));
    return Stream.concat(lines, entries);
  }

  @ParameterizedTest(name = "{index} {2}")
  @MethodSource("everyEntry")
  void refusingEndsWithTheFirst(String name, byte[] entry, String what) {
    write(ARCHIVE, Ink.gzip(Ink.join(entry, Ink.tar(INK.strokes))));
    assertThat(error(() -> corpus("data.handwriting.lines = segments")))
        .startsWith(folder + "/" + ARCHIVE + "!" + name)
        .contains(what);
  }

  @Test
  void aDamagedTranscriptionIsRefusedOrItsLinesAreSetAside() {
    texts()
        .forEach(
            (what, text) -> {
              Ink ink = Ink.ofForms(8);
              ink.texts.put("ascii/a00/a00-000/a00-000z.txt", text);
              ink.archives(folder);
              assertThat(error(() -> corpus("")))
                  .startsWith(folder + "/ascii-all.tar.gz!ascii/a00/a00-000/a00-000z.txt: ")
                  .contains(what);
              try (HandwritingCorpus corpus = corpus("data.damaged = skip")) {
                assertThat(corpus.skipped()).hasSize(1);
                assertThat(corpus.descriptor().setAside())
                    .isEqualTo(Map.of("damaged", 1L, LineReader.NO_TEXT, 4L));
              }
            });
  }

  /**
   * An archive that is broken.
   *
   * @param left lines that stand before the break
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  private record Broken(String what, byte[] archive, int left) {
    @Override
    public String toString() {
      return what + ", " + left;
    }
  }

  static Stream<Broken> archives() {
    byte[] tar = Ink.tar(INK.strokes);
    byte[] lines = Arrays.copyOf(tar, tar.length - 1024);
    byte[] packed = Ink.gzip(tar);
    byte[] wrong = packed.clone();
    wrong[packed.length - 6] ^= 1;
    byte[] header = Ink.entry("lineStrokes/a.xml", '0', 0);
    header[3] ^= 1;
    String end = ARCHIVE + ": cannot be read to its end: ";
    return Stream.of(
        new Broken(end, new byte[0], 0),
        new Broken(end + "Not in GZIP format after 0 entries", bytes(POINTS), 0),
        new Broken(end + "Not in GZIP format after 0 entries", tar, 0),
        new Broken(": holds no file *.xml", Ink.gzip(bytes(POINTS)), 0),
        new Broken(end, Ink.gzip(bytes(POINTS.repeat(100))), 0),
        new Broken(": holds no file *.xml", Ink.gzip(new byte[0]), 0),
        new Broken(": holds no file *.xml", Ink.gzip(new byte[1 << 20]), 0),
        new Broken(": holds no file *.xml", Ink.gzip(Ink.tar(INK.texts)), 0),
        new Broken(end, Arrays.copyOf(packed, packed.length - 1), LINES),
        new Broken(end + "Corrupt GZIP trailer after 32 entries", wrong, LINES),
        new Broken(
            end + "an entry's header does not have its checksum after 32",
            Ink.gzip(Ink.join(lines, header, tar)),
            LINES),
        new Broken(
            end + "Truncated TAR archive after 32",
            Ink.gzip(Ink.join(lines, Ink.entry("x.xml", '0', 1L << 32))),
            LINES),
        new Broken(
            end + "an entry's header is longer than 1048576 bytes after 32",
            Ink.gzip(Ink.join(lines, Ink.entry("x", 'L', 8 << 20, new byte[8 << 20]))),
            LINES),
        new Broken(end + "unpacks to more than 100 times its size", longStroke(lines), LINES),
        new Broken(
            end + "unpacks to more than 100 times its size",
            Ink.gzip(Ink.join(tar, new byte[100 << 20])),
            LINES));
  }

  /** The last line has a stroke of ten million points. */
  private static byte[] longStroke(byte[] lines) {
    byte[] points = "<Point x='1' y='2'/>".repeat(1000).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(lines);
      out.write(Ink.entry("x-01.xml", '0', 10_000L * points.length));
      for (int i = 0; i < 10_000; i++) {
        out.write(points);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  @ParameterizedTest
  @MethodSource("archives")
  void aBrokenArchiveIsNamedAndWhatStandsBeforeTheBreakIsRead(Broken broken) {
    write(ARCHIVE, broken.archive());
    String segments = "data.handwriting.lines = segments";
    String said = error(() -> corpus(segments));
    assertThat(said).startsWith(folder + "/").contains(broken.what());
    String skip = segments + "\ndata.damaged = skip";
    if (broken.left() == 0) {
      assertThat(error(() -> corpus(skip))).isEqualTo(said);
    } else {
      try (HandwritingCorpus corpus = corpus(skip)) {
        assertThat(corpus.skipped()).containsExactly(said);
        assertThat(sequences(corpus)).isEqualTo(broken.left());
      }
    }
  }

  @Test
  void aTruncatedArchiveGivesTheFilesBeforeTheCut() {
    byte[] packed = Ink.gzip(Ink.tar(INK.strokes));
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 30; i++) {
      int cut = random.nextInt(packed.length);
      TarTree tree = tree(Arrays.copyOf(packed, cut));
      assertThat(tree.damaged()).as("cut at %d", cut).hasSize(1);
      assertThat(INK.strokes).as("cut at %d", cut).containsAllEntriesOf(contents(tree));
    }
  }

  @Test
  void aFlippedByteIsNoticedOrChangesNothing() {
    byte[] packed = Ink.gzip(Ink.tar(INK.strokes));
    SplittableRandom random = new SplittableRandom(11);
    int noticed = 0;
    for (int i = 0; i < 60; i++) {
      int at = i < 10 ? i : random.nextInt(packed.length);
      byte[] flipped = packed.clone();
      flipped[at] ^= (byte) (1 << random.nextInt(8));
      TarTree tree = tree(flipped);
      Map<String, byte[]> contents = contents(tree);
      if (tree.damaged().isEmpty()) {
        assertThat(contents)
            .as("flipped at %d", at)
            .containsExactlyInAnyOrderEntriesOf(INK.strokes);
      }
      noticed += tree.damaged().isEmpty() ? 0 : 1;
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
    write(ARCHIVE, archive);
    return new TarTree(
        Corpus.location(SPARK.session(), folder.resolve(ARCHIVE).toString()),
        "lineStrokes",
        ".xml",
        HandwritingCorpus.MAX_BYTES);
  }

  @Test
  void theInputMustBeThere() {
    String neither = "data.input %s: must hold %s-all.tar.gz or that unpacked as the folder %s;";
    assertThat(error(() -> corpus("")))
        .startsWith(neither.formatted(folder, "lineStrokes", "lineStrokes"));
    write(ARCHIVE, Ink.gzip(Ink.tar(INK.strokes)));
    assertThat(error(() -> corpus(""))).startsWith(neither.formatted(folder, "ascii", "ascii"));
    assertThat(error(() -> corpus(folder.resolve(ARCHIVE), "")))
        .startsWith(neither.formatted(folder.resolve(ARCHIVE), "lineStrokes", "lineStrokes"));
    assertThat(error(() -> corpus(Path.of(""), ""))).startsWith("data.input is not set");
  }

  @Test
  void aFolderIsReadSoDeepAndFilesSoLarge() throws IOException {
    Path strokes = INK.folders(folder).resolve("lineStrokes");
    Files.createSymbolicLink(strokes.resolve("again"), strokes);
    Files.write(strokes.resolve("a00/large-01.xml"), new byte[(8 << 20) + 1]);
    assertThat(error(() -> corpus("")))
        .isEqualTo(
            "%s/a00/large-01.xml: has 8388609 bytes, more than 8388608: take it away, or set data.damaged = skip",
            strokes);
    try (HandwritingCorpus corpus = corpus("data.damaged = skip")) {
      assertThat(corpus.skipped()).anyMatch(line -> line.contains("again: is a folder 5 deep: "));
    }
  }

  private void write(String name, byte[] bytes) {
    try {
      Files.write(folder.resolve(name), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HandwritingCorpus corpus(String hocon) {
    return corpus(folder, hocon);
  }

  private static HandwritingCorpus corpus(Path input, String hocon) {
    return new HandwritingCorpus(
        SPARK.session(), HandwritingCorpusTest.settings(Path.of("unused"), input, hocon));
  }

  private static JavaSparkContext context() {
    return JavaSparkContext.fromSparkContext(SPARK.session().sparkContext());
  }

  private static long sequences(HandwritingCorpus corpus) {
    return corpus.descriptor().parts().values().stream().mapToLong(part -> part.sequences()).sum();
  }

  private static String error(ThrowingCallable action) {
    UserError error = catchThrowableOfType(UserError.class, action);
    assertThat(error).as("an error").isNotNull();
    assertThat(error.getMessage().lines()).hasSize(1);
    assertThat(error.getMessage()).hasSizeLessThan(1000);
    return error.getMessage();
  }
}
