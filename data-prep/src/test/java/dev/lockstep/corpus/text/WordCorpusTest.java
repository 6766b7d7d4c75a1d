package dev.lockstep.corpus.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.model.WordCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class WordCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String WORDS = "data { kind = words, sequence-length = %d }%n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void blanksSetWordsApartAndALinesEndIsOne() throws IOException {
    Path input = corpora.trio(" the  cat\tsat\r\n\nthe mat", "the\u00a0cat", "dog\n");
    Corpus corpus = corpora.prepare("corpus", input, WORDS.formatted(3));
    assertThat(corpus.descriptor().vocabulary().texts())
        .containsExactly("\n", "cat", "mat", "sat", "the", "<unk>");
    assertThat(TestCorpora.sequences(corpus, Part.TRAIN).stream().map(s -> ints(s.symbols())))
        .containsExactly(List.of(4, 1, 3), List.of(0, 0, 4), List.of(2));
    // A space that may not be broken belongs to the word.
    assertThat(TestCorpora.texts(corpus, Part.VALID)).containsExactly("<unk>");
    assertThat(TestCorpora.texts(corpus, Part.TEST)).containsExactly("<unk>\n");
  }

  @Test
  void theMostFrequentWordsHaveAPlace() throws IOException {
    Path input = corpora.trio("d d d c c b b a a e <unk> <unk>\n", "e e e", "e");
    assertThat(vocabulary(input, 2)).containsExactly("\n", "<unk>");
    assertThat(vocabulary(input, 4)).containsExactly("\n", "a", "d", "<unk>");
    assertThat(vocabulary(input, 6)).containsExactly("\n", "a", "b", "c", "d", "<unk>");
    assertThat(vocabulary(input, Integer.MAX_VALUE))
        .containsExactly("\n", "a", "b", "c", "d", "e", "<unk>");
  }

  @Test
  void trainingsWordsAreCounted() throws IOException {
    Path input = corpora.trio("d d d c c b b a\na e <unk> <unk>\n", "e e e", "e");
    Corpus corpus =
        corpora.prepare("corpus", input, WORDS.formatted(2) + "data.words.vocabulary = 5");
    assertThat(corpus.descriptor().vocabulary().texts())
        .containsExactly("\n", "a", "b", "d", "<unk>");
    WordCounts counts = corpus.descriptor().shape().words();
    assertThat(counts).isEqualTo(new WordCounts(2, 2, 2, 3, 5));
    assertThat(Corpus.open(SPARK.session(), folder.resolve("corpus").toString()).descriptor())
        .isEqualTo(corpus.descriptor());
  }

  @Test
  void theTextsOwnUnknownWordsAreUnknown() throws IOException {
    Path input = corpora.trio("a UNK b", "UNK", "c");
    Corpus corpus =
        corpora.prepare(
            "corpus", input, WORDS.formatted(1) + "data.words { unknown = UNK, vocabulary = 3 }");
    assertThat(TestCorpora.texts(corpus, Part.TRAIN)).containsExactly("a", "UNK", "UNK");
    assertThat(TestCorpora.sequences(corpus, Part.VALID).get(0).symbols()).containsExactly(2);
  }

  @Test
  void aStreamComesBackAsItWasAcrossMarksAndShards() throws IOException {
    List<String> words = words(2_300_017);
    Path file = Files.writeString(folder.resolve("text"), text(words));
    Corpus corpus = corpora.prepare("corpus", file, WORDS.formatted(31));
    assertThat(corpora.checksums("corpus", Part.TRAIN)).hasSize(2);
    List<String> found =
        Arrays.stream(Part.values())
            .flatMap(part -> TestCorpora.sequences(corpus, part).stream())
            .flatMap(
                s ->
                    Arrays.stream(s.symbols())
                        .mapToObj(corpus.descriptor().vocabulary().texts()::get))
            .toList();
    assertThat(found.equals(words)).as("the same words").isTrue();
    assertThat(corpus.part(Part.VALID).steps()).isEqualTo(115_000);
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(2_300_017 - 2 * 115_000);
  }

  @Test
  void mistakesAreToldInWords() throws IOException {
    Path few = Files.writeString(folder.resolve("few"), "a b c\n".repeat(10));
    assertThat(corpora.error(few, WORDS.formatted(41)))
        .isEqualTo(
            "%s: the training part has 36 words, fewer than data.sequence-length = 41: give more text or shorter sequences"
                .formatted(few));
    Path blank = Files.writeString(folder.resolve("blank"), " \t ");
    assertThat(corpora.error(blank, WORDS.formatted(1)))
        .isEqualTo("%s: is empty: give a file with text".formatted(blank));
    for (String unknown : List.of("", "a b", "\\n", "\\t")) {
      assertThat(
              corpora.error(
                  few, WORDS.formatted(1) + "data.words.unknown = \"%s\"".formatted(unknown)))
          .startsWith("data.words.unknown must be a word without white space");
    }
  }

  @Test
  void pennTreebankHasTenThousandWords() throws IOException {
    Path ptb = Path.of("../../shared/data/ptb");
    Assumptions.assumeTrue(Files.isDirectory(ptb), () -> ptb + " is not here");
    Corpus corpus = corpora.prepare("ptb", ptb.toRealPath(), WORDS.formatted(35));
    assertThat(corpus.descriptor().vocabulary().size()).isEqualTo(10_000);
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(929_589);
    assertThat(corpus.part(Part.VALID).steps()).isEqualTo(73_760);
    assertThat(corpus.part(Part.TEST).steps()).isEqualTo(82_430);
    String found = String.join(" ", TestCorpora.texts(corpus, Part.VALID));
    String text = Files.readString(ptb.resolve("ptb.valid.txt"));
    assertThat(plain(found).equals(plain(text))).as("the same text").isTrue();
  }

  private List<String> vocabulary(Path input, int places) {
    String hocon = WORDS.formatted(2) + "data.words.vocabulary = " + places;
    return corpora.prepare("v" + places, input, hocon).descriptor().vocabulary().texts();
  }

  private static List<String> words(int count) {
    Random random = new Random(7);
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                random.nextInt(8) == 0
                    ? "\n"
                    : "wörd🎵".repeat(random.nextInt(2)) + random.nextInt(900))
        .toList();
  }

  /** Words with blanks of all sorts between them; about a line's end there may be none. */
  private static String text(List<String> words) {
    Random random = new Random(8);
    String[] blanks = {" ", "  ", "\t", " \r"};
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      boolean bare = word.equals("\n") && random.nextBoolean();
      text.append(bare ? "" : blanks[random.nextInt(4)]).append(word);
    }
    return text.toString();
  }

  private static List<Integer> ints(int[] numbers) {
    return Arrays.stream(numbers).boxed().toList();
  }

  private static String plain(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
