package dev.lockstep.corpus.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class TextCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String ALPHABET = "ab\n\r\0 ß€🎵";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void aStreamComesBackFromParquetAsItWas() throws IOException {
    // Longer than a file of the corpus and than the distance of two marks; ends in a short
    // sequence.
    String train = text(2_500_003, 1);
    String valid = text(71_001, 2);
    Files.writeString(folder.resolve("a.Train.txt"), train);
    Files.writeString(folder.resolve("a.valid.txt"), valid);
    Files.writeString(folder.resolve("a.test.txt"), "a");
    Corpus corpus = prepare(folder, "data.sequence-length = 97");

    CorpusPart part = corpus.part(Part.TRAIN);
    assertThat(part.steps()).isEqualTo(2_500_003);
    assertThat(part.sequences()).isEqualTo(25_774);
    assertThat(parquetFiles(Part.TRAIN)).hasSize(3);
    assertThat(decode(corpus, Part.TRAIN)).isEqualTo(train);
    assertThat(decode(corpus, Part.VALID)).isEqualTo(valid);
    assertThat(decode(corpus, Part.TEST)).isEqualTo("a");
    List<Sequence> sequences = TestCorpora.sequences(corpus, Part.TRAIN);
    assertThat(sequences.stream().limit(25_773).map(Sequence::length).distinct())
        .containsExactly(97);
    assertThat(sequences.get(25_773).length()).isEqualTo(2_500_003 - 25_773 * 97);
    assertThat(sequences).hasSize(25_774);
  }

  @Test
  void filesHoldContiguousRangesOfIdsInTheOrderOfTheirNames() throws IOException {
    Files.writeString(folder.resolve("text"), text(2_400_000, 3));
    prepare(folder.resolve("text"), "data.sequence-length = 50");
    List<Long> ids = new ArrayList<>();
    for (Path file : parquetFiles(Part.TRAIN)) {
      Dataset<Row> rows = SPARK.session().read().parquet(file.toString());
      rows.coalesce(1).collectAsList().forEach(row -> ids.add(row.getLong(0)));
    }
    assertThat(ids).containsExactlyElementsOf(LongStream.range(0, 43_200).boxed().toList());
  }

  @Test
  void anySparkUserCanReadThePartsAndTheirTypes() throws IOException {
    Files.writeString(folder.resolve("text"), text(1000, 4));
    prepare(folder.resolve("text"), "data.sequence-length = 10");
    assertThat(SPARK.session().read().parquet(target() + "/valid").schema().simpleString())
        .isEqualTo("struct<id:bigint,tokens:array<int>>");
  }

  @Test
  void aSingleFileIsSplitInOrderByCharacters() throws IOException {
    String text = "🎵a".repeat(40) + "vvvvvv" + "ttttttt" + "zzzzzzz";
    Path file = Files.writeString(folder.resolve("text"), text);
    Corpus corpus =
        prepare(file, "data { sequence-length = 7, split { valid = 0.06, test = 0.149 } }");
    assertThat(decode(corpus, Part.TRAIN)).isEqualTo("🎵a".repeat(40));
    // What training never saw is told by one symbol.
    assertThat(decode(corpus, Part.VALID)).isEqualTo("\uFFFD".repeat(6));
    assertThat(decode(corpus, Part.TEST)).isEqualTo("\uFFFD".repeat(14));
    assertThat(corpus.descriptor().vocabulary().texts()).containsExactly("a", "🎵", "\uFFFD");
    assertThat(corpus.descriptor().contents(Part.TEST).source().orElseThrow().file())
        .isEqualTo("text");
  }

  @Test
  void fractionsAreDecimal() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "a".repeat(100));
    Corpus corpus = prepare(file, "data { sequence-length = 1, split.valid = 0.29 }");
    assertThat(corpus.descriptor().contents(Part.VALID).steps()).isEqualTo(29);
  }

  @Test
  void theDescriptionNamesTheSourcesAndTheirChecksums() throws IOException {
    Files.writeString(folder.resolve("train"), "abc");
    Files.writeString(folder.resolve("valid"), "x");
    Files.writeString(folder.resolve("test"), "y");
    Corpus corpus = prepare(folder, "data.sequence-length = 2");
    assertThat(corpus.descriptor().contents(Part.TRAIN).source())
        .contains(
            new CorpusDescriptor.Source(
                "train", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  }

  @Test
  void anEmptyTargetIsTakenAndParentsAreMade() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), text(3000, 6));
    Files.createDirectories(folder.resolve("corpus"));
    prepare(file, "");
    corpora.prepare("new/folders/corpus", file, "");
    try (Stream<Path> found = Files.list(folder.resolve("new/folders"))) {
      assertThat(found.map(path -> path.getFileName().toString())).containsExactly("corpus");
    }
    try (Stream<Path> found = Files.list(folder.resolve("corpus"))) {
      assertThat(found.map(path -> path.getFileName().toString()).filter(n -> !n.startsWith(".")))
          .containsExactlyInAnyOrder("train", "valid", "test", "corpus.json");
    }
  }

  @Test
  void urisAreReadAndWritten() throws IOException {
    Path file = Files.writeString(folder.resolve("a text"), text(3000, 7));
    Settings settings =
        Settings.parse(
            "data { input = \"file://%s\", corpus = \"file://%s\" }".formatted(file, target()),
            "test");
    Corpora.prepare(SPARK.session(), settings);
    Corpus corpus = Corpus.open(SPARK.session(), "file://" + target());
    assertThat(decode(corpus, Part.TRAIN) + decode(corpus, Part.VALID) + decode(corpus, Part.TEST))
        .isEqualTo(text(3000, 7));
  }

  @Test
  void pathsAreNamesNotPatterns() throws IOException {
    Path file = Files.writeString(folder.resolve("te{x,y}t [1]*"), "ab".repeat(50));
    Corpus corpus = corpora.prepare("co[r]p{u,v}s *", file, "data.sequence-length = 7");
    assertThat(decode(corpus, Part.TRAIN)).isEqualTo("ab".repeat(45));
  }

  @Test
  void relativePathsAreThoseOfTheDriver() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "ab".repeat(50));
    Path relative = Path.of("").toAbsolutePath().relativize(file.toRealPath());
    Corpus corpus = corpora.prepare("corpus", relative, "data.sequence-length = 7");
    assertThat(decode(corpus, Part.TRAIN)).isEqualTo("ab".repeat(45));
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws IOException {
    Path file = Files.writeString(folder.resolve("text"), "ab".repeat(50));
    Settings settings = corpora.settings("unused", file, "data.sequence-length = 7");
    CharacterCorpus reader = new CharacterCorpus(SPARK.session(), settings.data());
    Files.writeString(file, "ab".repeat(51));
    assertThatThrownBy(() -> reader.rows(Part.VALID).collectAsList())
        .hasStackTraceContaining("changed while it was being prepared");
  }

  @Test
  void theSawtoothGoesUpNineAndDownOne() {
    Corpus corpus =
        prepare(folder, "data { kind = sawtooth, sequence-length = 37, sawtooth.train = 300 }");
    assertThat(corpus.descriptor().kind()).isEqualTo(DataSettings.Kind.SAWTOOTH);
    assertThat(corpus.descriptor().vocabulary().texts()).containsExactly("/", "\\");
    // One does not go on where the one before ended, so no measurement may read them as if it did.
    assertThat(corpus.descriptor().isStream()).isFalse();
    assertThat(corpus.part(Part.TRAIN).sequences()).isEqualTo(300);
    assertThat(corpus.part(Part.VALID).sequences()).isEqualTo(64);
    String wave = "/////////\\".repeat(5);
    List<String> sequences = TestCorpora.texts(corpus, Part.TRAIN);
    assertThat(sequences).allMatch(s -> s.length() == 37 && wave.contains(s));
    assertThat(sequences.stream().distinct()).as("all phases").hasSize(10);
    assertThat(TestCorpora.texts(corpus, Part.VALID)).isNotEqualTo(sequences.subList(0, 64));
  }

  @Test
  void theSawtoothIsAFunctionOfTheSeed() {
    String sizes = "data { kind = sawtooth, sequence-length = 10 }, training.seed = ";
    List<String> one = TestCorpora.texts(corpora.prepare("one", folder, sizes + 1), Part.TEST);
    assertThat(TestCorpora.texts(corpora.prepare("again", folder, sizes + 1), Part.TEST))
        .isEqualTo(one);
    assertThat(TestCorpora.texts(corpora.prepare("two", folder, sizes + 2), Part.TEST))
        .isNotEqualTo(one);
  }

  @Test
  void pennTreebankHasFiftyCharactersAndAPlaceForUnseenOnes() throws IOException {
    Path ptb = Path.of("../../shared/data/ptb");
    Assumptions.assumeTrue(Files.isDirectory(ptb), () -> ptb + " is not here");
    Corpus corpus = prepare(ptb.toRealPath(), "");
    assertThat(corpus.descriptor().vocabulary().size()).isEqualTo(51);
    assertThat(corpus.descriptor().vocabulary().texts()).startsWith("\n", " ", "#");
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(5_101_618);
    assertThat(corpus.part(Part.TRAIN).sequences()).isEqualTo(51_017);
    assertThat(corpus.part(Part.VALID).steps()).isEqualTo(399_782);
    assertThat(corpus.part(Part.TEST).steps()).isEqualTo(449_945);
    assertThat(decode(corpus, Part.VALID))
        .isEqualTo(Files.readString(ptb.resolve("ptb.valid.txt")));
  }

  @Test
  void rowsThatAreMissingAreNoticed() throws IOException {
    Files.writeString(folder.resolve("text"), text(2_400_000, 8));
    Corpus corpus = prepare(folder.resolve("text"), "");
    Files.delete(parquetFiles(Part.TRAIN).get(1));
    assertThatThrownBy(() -> corpus.part(Part.TRAIN))
        .hasMessage("%s/train: has 11115 sequences, not 21600: prepare the corpus again", target());
  }

  private Corpus prepare(Path input, String hocon) {
    return corpora.prepare("corpus", input, hocon);
  }

  private Path target() {
    return folder.resolve("corpus");
  }

  private List<Path> parquetFiles(Part part) throws IOException {
    try (Stream<Path> files = Files.list(target().resolve(part.key()))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).sorted().toList();
    }
  }

  private static String decode(Corpus corpus, Part part) {
    return String.join("", TestCorpora.texts(corpus, part));
  }

  /** So many characters, some of them outside the basic plane. */
  private static String text(int characters, long seed) {
    int[] alphabet = ALPHABET.codePoints().toArray();
    return new Random(seed)
        .ints(characters, 0, alphabet.length)
        .mapToObj(i -> Character.toString(alphabet[i]))
        .collect(Collectors.joining());
  }
}
