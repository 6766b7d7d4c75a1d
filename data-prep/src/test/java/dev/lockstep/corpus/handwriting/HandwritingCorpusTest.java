package dev.lockstep.corpus.handwriting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.model.Sequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class HandwritingCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  /** What all tests have in common. */
  static final String INK_DATA =
      "data { kind = handwriting, split { valid = 0.25, test = 0.25 } }\n";

  /** What most tests look at, and what it was prepared from. */
  private static final Ink INK = Ink.ofForms(12);

  private static Corpus corpus;

  @TempDir Path folder;

  private final Ink ink = Ink.ofForms(12);

  @BeforeAll
  static void prepareInk(@TempDir Path shared) {
    corpus = prepare(shared, "corpus", INK.archives(shared.resolve("in")), "");
  }

  @Test
  void aLineIsOffsetsAndLiftsWithoutItsFirstPoint() {
    int[][][] strokes = {{{10, 20}}, {{13, 19}, {13, 25}}, {}, {{-7, 26}, {-6, 26}}};
    assertThat(steps(Ink.xml(strokes))).containsExactly(3, -1, 0, 0, 6, 1, -20, 1, 0, 1, 0, 1);
    assertThat(steps(Ink.xml(new int[][] {{1, 1}}))).isEmpty();
    assertThat(steps("<Stroke><Point x='1' y='1'/><Point y='-2.5' x='1.25e1'/></Stroke>"))
        .containsExactly(11.5f, -3.5f, 1);
  }

  private static float[] steps(String xml) {
    return StrokeReader.steps(new TreeFile("x", "x", xml.getBytes(StandardCharsets.UTF_8)));
  }

  private static Channels channels(Corpus corpus) {
    return ((PenStrokes) corpus.descriptor().steps()).channels();
  }

  @Test
  void trainingOffsetsHaveMeanZeroAndDeviationOneAndPensStayAsTheyAre() {
    Channels channels = channels(corpus);
    assertThat(channels.list())
        .extracting(Channels.Channel::name)
        .containsExactly("dx", "dy", "pen");
    for (int channel = 0; channel < 2; channel++) {
      double[] values = channel(corpus, Part.TRAIN, channel);
      double mean = Arrays.stream(values).average().orElseThrow();
      double square = Arrays.stream(values).map(v -> v * v).average().orElseThrow();
      assertThat(mean).isCloseTo(0, within(1e-6));
      assertThat(square).isCloseTo(1, within(1e-6));
    }
    double[] pens = channel(corpus, Part.TRAIN, 2);
    assertThat(Arrays.stream(pens).distinct().sorted().toArray()).containsExactly(0, 1);
    // Other parts are measured with the same rule.
    assertThat(channel(corpus, Part.TEST, 0)).isNotEmpty();
    assertThat(Arrays.stream(channel(corpus, Part.TEST, 0)).average().orElseThrow())
        .isNotCloseTo(0, within(1e-6));
  }

  @Test
  void everyLineComesBackWithItsTextAndItsFormInOnePart() {
    Channels channels = channels(corpus);
    Vocabulary vocabulary = corpus.descriptor().condition().orElseThrow();
    List<String> forms = new ArrayList<>();
    int lines = 0;
    for (Part part : Part.values()) {
      List<String> ofPart = new ArrayList<>();
      for (Sequence sequence : TestCorpora.sequences(corpus, part)) {
        String text = vocabulary.decode(sequence.condition());
        String name = name(text);
        ofPart.add(name.substring(0, name.length() - 3));
        float[] own =
            steps(
                new String(
                    ink.strokes.get("lineStrokes/" + name + ".xml"), StandardCharsets.UTF_8));
        double[] restored = channels.restore(sequence.values());
        assertThat(restored).hasSize(own.length);
        for (int i = 0; i < own.length; i++) {
          assertThat(restored[i]).isCloseTo(own[i], within(1e-4));
        }
        lines++;
      }
      assertThat(ofPart).as("by name").isSorted();
      ofPart.stream().distinct().forEach(forms::add);
    }
    assertThat(lines).isEqualTo(48);
    assertThat(forms).doesNotHaveDuplicates().hasSize(12);
  }

  /** {@code line 2 of a01/x/y} is about {@code a01/x/y-02}. */
  private static String name(String text) {
    String form = text.substring(10, text.lastIndexOf(' '));
    return "%s-%02d".formatted(form, Integer.parseInt(text.substring(5, 6)));
  }

  @Test
  void whatCannotBeUsedIsSetAsideByItsReason() {
    ink.strokes.put(
        "lineStrokes/a00/b/b-01.xml", Ink.xml(jump(5000)).getBytes(StandardCharsets.UTF_8));
    ink.text("a00/b/b", List.of("jump"));
    ink.form("a00/c/c", 2, new SplittableRandom(1));
    ink.texts.remove("ascii/a00/c/c.txt");
    ink.form("a00/d/d", 3, new SplittableRandom(2));
    ink.text("a00/d/d", List.of("one", "two"));
    ink.stroke("a00/e/e-01", Ink.xml(Ink.scribble(102, new SplittableRandom(3))));
    ink.stroke("a00/e/e-02", Ink.xml(Ink.scribble(101, new SplittableRandom(3))));
    ink.stroke("a00/e/e-03", Ink.xml(Ink.scribble(2, new SplittableRandom(3))));
    ink.stroke("a00/e/e-05", Ink.xml(Ink.scribble(3, new SplittableRandom(3))));
    ink.text("a00/e/e", List.of("long", "just right", "short", "lost", "smallest"));
    ink.stroke("a00/f/f-00", Ink.xml(Ink.scribble(9, new SplittableRandom(3))));
    ink.text("a00/f/f", List.of());
    Corpus prepared = prepare(ink.archives(folder.resolve("in")), "data.handwriting.jump = 10");
    assertThat(prepared.descriptor().setAside())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                HandwritingCorpus.JUMP, 1L,
                InkReader.NO_TEXT, 2L,
                InkReader.OTHER_TEXT, 4L,
                InkReader.LONG, 1L,
                InkReader.SHORT, 1L));
    assertThat(texts(prepared))
        .hasSize(50)
        .contains("just right", "smallest")
        .doesNotContain("lost");
  }

  private static int[][] jump(int distance) {
    return new int[][] {{0, 0}, {10, 10}, {20, 5}, {20 + distance, 7}, {30, 9}};
  }

  @Test
  void aJumpIsMeasuredInDeviationsOfTheTrainingPartOnEitherAxis() {
    ink.stroke("a00/j/j-01", Ink.xml(new int[][] {{0, 0}, {-900, 10}, {0, 0}}));
    ink.stroke("a00/j/j-02", Ink.xml(new int[][] {{0, 0}, {10, 700}, {0, 0}}));
    ink.text("a00/j/j", List.of("x", "y"));
    Path in = ink.archives(folder.resolve("in"));
    Corpus all = prepare("all", in, "data.handwriting.jump = 1000");
    List<Channels.Channel> channels = channels(all).list();
    double x = 900 / channels.get(0).deviation();
    double y = 700 / channels.get(1).deviation();
    assertThat(setAsideJumps(in, "none", Math.max(x, y) * 1.001)).isZero();
    assertThat(setAsideJumps(in, "one", Math.max(x, y) * 0.999)).isOne();
    assertThat(setAsideJumps(in, "both", Math.min(x, y) * 0.999)).isEqualTo(2);
  }

  private long setAsideJumps(Path in, String name, double jump) {
    return prepare(name, in, "data.handwriting.jump = " + jump)
        .descriptor()
        .setAside()
        .getOrDefault(HandwritingCorpus.JUMP, 0L);
  }

  @Test
  void segmentsAreThePiecesOfALineWithoutItsText() throws Exception {
    String segments = "data { sequence-length = 10, handwriting.lines = segments }";
    Path in = ink.archives(folder.resolve("in"));
    Files.delete(in.resolve("ascii-all.tar.gz"));
    Corpus prepared = prepare(in, segments);
    assertThat(prepared.descriptor().condition()).isEmpty();
    assertThat(prepared.descriptor().shape().conditions()).isZero();
    long expected = 0;
    long steps = 0;
    for (byte[] xml : ink.strokes.values()) {
      int length = steps(new String(xml, StandardCharsets.UTF_8)).length / 3;
      int rest = length % 10;
      expected += length / 10 + (rest >= 2 ? 1 : 0);
      steps += length - (rest == 1 ? 1 : 0);
    }
    long sequences = 0;
    long all = 0;
    for (Part part : Part.values()) {
      sequences += prepared.part(part).sequences();
      all += prepared.part(part).steps();
      assertThat(TestCorpora.sequences(prepared, part))
          .allMatch(s -> s.length() >= 2 && s.length() <= 10);
    }
    assertThat(sequences).isEqualTo(expected);
    assertThat(all).isEqualTo(steps);
    assertThat(prepared.descriptor().setAside()).isEmpty();
  }

  @Test
  void foldersGiveTheSameRowsAsTheArchivesThatHoldThem() {
    ink.strokes.put("lineStrokes/a00/._a00-000z-01.xml", new byte[] {1});
    ink.strokes.put("lineStrokes/README", new byte[] {2});
    ink.stroke("a00/b/b-01", "<Stroke>");
    String skip = "data.damaged = skip";
    Corpus packed = prepare("packed", ink.archives(folder.resolve("in")), skip);
    Corpus unpacked = prepare("unpacked", ink.folders(folder.resolve("out")), skip);
    assertSameRows(unpacked, packed);
    assertThat(unpacked.descriptor().setAside())
        .isEqualTo(packed.descriptor().setAside())
        .containsEntry("damaged", 1L);
    assertThat(source(packed).file()).isEqualTo("in");
    assertThat(source(unpacked).file()).isEqualTo("out");
    assertThat(source(unpacked).sha256()).isNotEqualTo(source(packed).sha256());
  }

  @Test
  void theSourceIsTheListOfTheFilesAndTheirChecksums() throws Exception {
    Path in = ink.archives(folder.resolve("in"));
    String list =
        Checksum.of(Files.readAllBytes(in.resolve("ascii-all.tar.gz")))
            + "  ascii-all.tar.gz\n"
            + Checksum.of(Files.readAllBytes(in.resolve("lineStrokes-all.tar.gz")))
            + "  lineStrokes-all.tar.gz\n";
    assertThat(source(prepare(in, "")).sha256())
        .isEqualTo(Checksum.of(list.getBytes(StandardCharsets.UTF_8)));
    Path out = ink.folders(folder.resolve("out"));
    String before = source(prepare("before", out, "")).sha256();
    assertThat(source(prepare("again", out, "")).sha256()).isEqualTo(before);
    Files.writeString(
        out.resolve("ascii/a00/a00-000/a00-000z.txt"), "\n", StandardOpenOption.APPEND);
    assertThat(source(prepare("after", out, "")).sha256()).isNotEqualTo(before);
  }

  private static CorpusDescriptor.Source source(Corpus corpus) {
    return corpus.descriptor().contents(Part.TRAIN).source().orElseThrow();
  }

  @Test
  void aVocabularyKnowsTheCharactersOfTrainingAlone() {
    Set<Integer> training = new TreeSet<>();
    for (int form = 0; form < 20; form++) {
      String name = "a05/%c".formatted('A' + form);
      ink.form(name, 1, new SplittableRandom(form));
      ink.text(name, List.of("only " + (char) ('A' + form)));
    }
    Corpus prepared = prepare(ink.archives(folder.resolve("in")), "");
    Vocabulary vocabulary = prepared.descriptor().condition().orElseThrow();
    for (Sequence sequence : TestCorpora.sequences(prepared, Part.TRAIN)) {
      vocabulary.decode(sequence.condition()).codePoints().forEach(training::add);
    }
    assertThat(vocabulary).isEqualTo(Vocabulary.open(training));
    assertThat(texts(prepared)).contains("only \uFFFD");
  }

  /** Writers a to d of IAM-OnDB. */
  @Test
  void realLinesAreAllAccountedFor() throws Exception {
    Path data = Path.of("../../shared/data/iam-ondb");
    Assumptions.assumeTrue(Files.isDirectory(data), () -> data + " is not here");
    Corpus prepared = prepare(data.toRealPath(), "data.sequence-length = 700");
    Map<String, Long> setAside = prepared.descriptor().setAside();
    assertThat(setAside)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(InkReader.OTHER_TEXT, 9L, InkReader.LONG, 1178L, HandwritingCorpus.JUMP, 14L));
    long sequences = 0;
    for (Part part : Part.values()) {
      sequences += prepared.part(part).sequences();
    }
    assertThat(sequences + setAside.values().stream().mapToLong(n -> n).sum()).isEqualTo(3484);
  }

  private Corpus prepare(Path input, String hocon) {
    return prepare("corpus", input, hocon);
  }

  private Corpus prepare(String name, Path input, String hocon) {
    return prepare(folder, name, input, hocon);
  }

  private static Corpus prepare(Path folder, String name, Path input, String hocon) {
    return new TestCorpora(SPARK.session(), folder).prepare(name, input, INK_DATA + hocon);
  }

  private static void assertSameRows(Corpus one, Corpus other) {
    for (Part part : Part.values()) {
      assertThat(TestCorpora.sequences(one, part))
          .isEqualTo(TestCorpora.sequences(other, part))
          .isNotEmpty();
    }
  }

  private static List<String> texts(Corpus corpus) {
    return Stream.of(Part.values())
        .flatMap(part -> TestCorpora.sequences(corpus, part).stream())
        .map(s -> corpus.descriptor().condition().orElseThrow().decode(s.condition()))
        .toList();
  }

  private static double[] channel(Corpus corpus, Part part, int channel) {
    return TestCorpora.sequences(corpus, part).stream()
        .map(Sequence::values)
        .flatMapToDouble(
            values ->
                IntStream.range(0, values.length / 3)
                    .mapToDouble(step -> values[3 * step + channel]))
        .toArray();
  }
}
