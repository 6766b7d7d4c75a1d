package dev.lockstep.corpus.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class PairCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String PAIRS = "data { kind = pairs, sequence-length = 20 }\n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void aSequenceIsYAndItsEndGivenX() throws IOException {
    Path input =
        corpora.trio(
            "{\"x\": \"b🎵\", \"y\": \"ac\"}\n\n{\"y\": \"\", \"id\": [1, {\"x\": 2}], \"x\": \"\\u0061\"}\r\n",
            "{\"x\": \"az\", \"y\": \"cz\"}",
            "\uFEFF{\"x\":\"a\",\"y\":\"a\"}\n");
    Corpus corpus = corpora.prepare("corpus", input, PAIRS);
    assertThat(corpus.descriptor().shape()).isEqualTo(new StepShape(4, 0, false, 4, true, 0));
    assertThat(corpus.descriptor().vocabulary().texts())
        .containsExactly("\n", "a", "c", Vocabulary.UNSEEN);
    assertThat(corpus.descriptor().condition().orElseThrow().texts())
        .containsExactly("a", "b", "🎵", Vocabulary.UNSEEN);
    assertThat(TestCorpora.sequences(corpus, Part.TRAIN))
        .containsExactly(Sequence.ofSymbols(1, 2, 0).given(1, 2), Sequence.ofSymbols(0).given(0));
    assertThat(TestCorpora.sequences(corpus, Part.VALID))
        .containsExactly(Sequence.ofSymbols(2, 3, 0).given(0, 3));
    assertThat(TestCorpora.sequences(corpus, Part.TEST))
        .containsExactly(Sequence.ofSymbols(1, 0).given(0));
    assertThat(corpus.descriptor().setAside()).isEmpty();
    assertThat(corpus.descriptor().contents(Part.TRAIN).source().orElseThrow())
        .isEqualTo(
            new CorpusDescriptor.Source(
                "train", Checksum.of(Files.readAllBytes(input.resolve("train")))));
  }

  @Test
  void pairsThatAreTooLongAreSetAside() throws IOException {
    String fits = "{\"x\": \"%s\", \"y\": \"%s\"}%n".formatted("🎵".repeat(20), "b".repeat(19));
    String longX = "{\"x\": \"%s\", \"y\": \"%s\"}%n".formatted("🎵".repeat(21), "b");
    String longY = "{\"x\": \"%s\", \"y\": \"%s\"}%n".formatted("ä", "q".repeat(20));
    Path input = corpora.trio(fits + longX + longY + longY, fits, fits + longX);
    Corpus corpus = corpora.prepare("corpus", input, PAIRS);
    assertThat(corpus.part(Part.TRAIN).sequences()).isEqualTo(1);
    assertThat(corpus.part(Part.TEST).sequences()).isEqualTo(1);
    assertThat(corpus.descriptor().setAside())
        .containsOnly(
            Map.entry("x longer than data.sequence-length", 2L),
            Map.entry("y longer than data.sequence-length", 2L));
    assertThat(corpus.descriptor().vocabulary().known()).containsExactly("\n", "b");
  }

  @Test
  void aFilesPairsFallIntoPartsByChanceAndKeepTheirOrder() throws IOException {
    // More than two shards of the input.
    List<String> ys = IntStream.range(0, 60_000).mapToObj(i -> "y" + i).toList();
    Path file = Files.writeString(folder.resolve("pairs"), lines(ys));
    assertThat(Files.size(file)).isGreaterThan(2 << 20);
    String hocon = PAIRS + "data.split { valid = 0.1, test = 0.2 }";
    Corpus corpus = corpora.prepare("corpus", file, hocon);
    List<Integer> all = new ArrayList<>();
    for (Part part : Part.values()) {
      List<Integer> own = numbers(corpus, part);
      assertThat(own).isSorted();
      all.addAll(own);
    }
    assertThat(all.stream().sorted().toList())
        .isEqualTo(IntStream.range(0, 60_000).boxed().toList());
    assertThat((double) corpus.part(Part.VALID).sequences()).isBetween(5_700.0, 6_300.0);
    assertThat((double) corpus.part(Part.TEST).sequences()).isBetween(11_600.0, 12_400.0);

    Corpus other = corpora.prepare("other", file, hocon + ", training.seed = 2");
    assertThat(numbers(other, Part.TEST)).isNotEqualTo(numbers(corpus, Part.TEST));
  }

  @Test
  void shardsHoldEveryLineOnce() throws IOException {
    // A line over several shards' borders, and one that ends on a border.
    String line = "x".repeat((1 << 20) - 1) + "\n";
    Path file =
        Files.writeString(folder.resolve("lines"), line + "a\n" + "y".repeat(3 << 20) + "\nb\nc");
    LineSurvey survey =
        LineSurvey.of(
            SourceFile.of(Corpus.location(SPARK.session(), file.toString())),
            SPARK.session().sparkContext().hadoopConfiguration());
    List<LineSurvey.Shard> shards = survey.shards();
    assertThat(shards.stream().map(LineSurvey.Shard::begin))
        .containsExactly(0L, 1L << 20, (4L << 20) + 3);
    assertThat(shards.stream().map(LineSurvey.Shard::end))
        .containsExactly(1L << 20, (4L << 20) + 3, Files.size(file));
    assertThat(shards.stream().map(LineSurvey.Shard::firstLine)).containsExactly(1L, 2L, 4L);
  }

  @Test
  void partsMustNotBeEmpty() throws IOException {
    Path input =
        corpora.trio("{\"x\": \"a\", \"y\": \"b\"}", "\n \n", "{\"x\": \"a\", \"y\": \"b\"}");
    assertThat(corpora.error(input, PAIRS))
        .isEqualTo(
            "data.input %s: the valid part got none of the 2 usable pairs in 4 lines (left out: 2 of white space, as valid: line 1): give more pairs or, if they were too long, a larger data.sequence-length"
                .formatted(input));
  }

  @Test
  void everyFileLineAndKeyIsLearnedOrNamed() throws IOException {
    String good = "{\"x\": \"a\", \"y\": \"b\", \"id\": 7}\n";
    String longer = "{\"x\": \"a\", \"y\": \"%s\", \"source\": [{\"inner\": 1}]}\n";
    Path input =
        corpora.trio(
            good + "\n" + longer.formatted("b".repeat(30)) + good.repeat(2),
            good + "{\"x\": \"a\"}\n",
            good + " \t\n");
    Files.writeString(input.resolve("README"), "");
    Files.writeString(input.resolve("_SUCCESS"), "");
    Files.createDirectory(input.resolve("old"));
    Corpora.Prepared prepared = corpora.prepared("corpus", input, PAIRS + "data.damaged = skip");
    Map<String, Tally> tallies =
        prepared.tallies().stream().collect(Collectors.toMap(Tally::things, tally -> tally));
    Tally lines = tallies.get("lines");
    assertThat(lines.found()).isEqualTo(5 + 2 + 2);
    assertThat(lines.learned()).isEqualTo(3 + 1 + 1);
    assertThat(lines.leftOut())
        .isEqualTo(
            Map.of("damaged", 1L, "of white space", 2L, "y longer than data.sequence-length", 1L));
    assertThat(lines.names("of white space")).containsExactly("train: line 2", "test: line 2");
    assertThat(lines.names("y longer than data.sequence-length")).containsExactly("train: line 3");
    assertThat(lines.names("damaged")).isEqualTo(prepared.skipped());
    assertThat(tallies.get("keys").learned()).isEqualTo(2);
    assertThat(tallies.get("keys").names("neither x nor y")).containsExactly("id", "source");
    assertThat(tallies.get("files").found()).isEqualTo(6);
    assertThat(tallies.get("files").names("named after no part")).containsExactly("README");
    assertThat(tallies.get("files").names("hidden")).containsExactly("_SUCCESS");
    assertThat(tallies.get("files").names("folders")).containsExactly("old");
    assertThat(prepared.descriptor().setAside())
        .isEqualTo(Map.of("damaged", 1L, "y longer than data.sequence-length", 1L));
  }

  @Test
  void whereNothingIsLeftEachReasonIsTold() throws IOException {
    String longer = "{\"x\": \"%s\", \"y\": \"b\"}\n".formatted("a".repeat(21));
    Path file =
        Files.writeString(folder.resolve("pairs"), longer + "\n\n{\"x\": \"a\"}\n" + longer);
    assertThat(corpora.error(file, PAIRS + "data.damaged = skip"))
        .isEqualTo(
            "data.input %s: none of its 5 lines can be learned: 1 damaged, as %s: line 4 has no \"y\": write {\"x\": \"...\", \"y\": \"...\"}, or leave such lines out with data.damaged = skip; 2 of white space, as pairs: line 2; 2 x longer than data.sequence-length, as pairs: line 1"
                .formatted(file, file));
  }

  @Test
  void keysWithoutEndAreNotAllKept() throws IOException {
    String lines =
        IntStream.range(0, 1200)
            .mapToObj("{\"x\": \"a\", \"y\": \"b\", \"k%1$04d\": 1}\n"::formatted)
            .collect(Collectors.joining());
    Path file = Files.writeString(folder.resolve("pairs"), lines);
    assertThat(corpora.prepared("corpus", file, PAIRS).tallies().get(1).leftOut())
        .isEqualTo(Map.of("neither x nor y, and perhaps more", 1000L));
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws IOException {
    List<String> ys = IntStream.range(0, 500).mapToObj(i -> "y" + i).toList();
    Path file = Files.writeString(folder.resolve("pairs"), lines(ys));
    PairCorpus reader = new PairCorpus(SPARK.session(), corpora.settings("unused", file, PAIRS));
    Files.writeString(file, lines(ys.subList(1, 500)));
    assertThatThrownBy(() -> reader.rows(Part.VALID).collectAsList())
        .hasStackTraceContaining("changed while it was being prepared");
  }

  private static List<Integer> numbers(Corpus corpus, Part part) {
    return TestCorpora.texts(corpus, part).stream()
        .map(text -> Integer.parseInt(text.strip().substring(1)))
        .toList();
  }

  private static String lines(List<String> ys) {
    return ys.stream()
        .map(y -> "{\"x\": \"%s\", \"y\": \"%s\", \"more\": 1.5e9}".formatted("x" + y, y))
        .collect(Collectors.joining("\n"));
  }
}
