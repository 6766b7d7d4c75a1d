package dev.lockstep.corpus.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class SeriesCorpusTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String SERIES =
      "data { kind = series, sequence-length = 4, split { valid = 0.2, test = 0.3 } }\n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  @Test
  void aSeriesIsSplitInTimeAndCut() throws IOException {
    Path file = csv("s.csv", 0, 20, i -> "%d,day %d, \"%s\" ,%s".formatted(i, i, i * 0.5, 7 - i));
    Corpus corpus = corpora.prepare("corpus", file, SERIES);
    Channels channels = (Channels) corpus.descriptor().steps();
    assertThat(channels.list().stream().map(Channels.Channel::name)).containsExactly("t", "v", "w");
    assertThat(corpus.descriptor().shape()).isEqualTo(new StepShape(0, 3, false, 0, false, 0));
    // Rows 0 to 9 are for training: the mean of v is 2.25, its variance 0.25 · 8.25.
    assertThat(channels.list().get(1).mean()).isCloseTo(2.25, within(1e-12));
    assertThat(channels.list().get(1).std()).isCloseTo(Math.sqrt(2.0625), within(1e-12));
    assertThat(column(corpus, Part.TRAIN, 0))
        .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L, 6L, 7L), List.of(8L, 9L));
    assertThat(column(corpus, Part.VALID, 0)).containsExactly(List.of(10L, 11L, 12L, 13L));
    assertThat(column(corpus, Part.TEST, 2))
        .containsExactly(List.of(-7L, -8L, -9L, -10L), List.of(-11L, -12L));
    assertThat(corpus.part(Part.TEST).steps()).isEqualTo(6);
    float stored = TestCorpora.sequences(corpus, Part.TEST).get(0).values()[1];
    assertThat(stored).isCloseTo((float) ((7 - 2.25) / Math.sqrt(2.0625)), within(1e-6f));
  }

  @Test
  void columnsAreTakenByNameInTheOrderGiven() throws IOException {
    Path file = csv("s.csv", 0, 20, i -> "%d,NaN,%d,%d".formatted(i, 3 * i, i % 3));
    Corpus corpus = corpora.prepare("corpus", file, SERIES + "data.series.columns = \" w , t\"");
    Channels channels = (Channels) corpus.descriptor().steps();
    assertThat(channels.list().stream().map(Channels.Channel::name)).containsExactly("w", "t");
    assertThat(column(corpus, Part.VALID, 1)).containsExactly(List.of(10L, 11L, 12L, 13L));
    assertThat(corpus.descriptor().continues(Part.TRAIN)).isTrue();
    for (String columns : List.of("w,,t", "w,w", ",")) {
      assertThat(corpora.error(file, SERIES + "data.series.columns = \"%s\"".formatted(columns)))
          .isEqualTo(
              "data.series.columns must be different names with commas between, in quotes where they hold a comma or a quote, not \"%s\""
                  .formatted(columns));
    }
  }

  @Test
  void everyFileOfADirectoryIsASeries() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    csv("input/b.csv", 100, 10, i -> "%d,x,%d,1%d".formatted(i, i, i));
    csv("input/a.csv", 0, 10, i -> "%d,x,%d,1%d".formatted(i, i, i));
    Files.writeString(input.resolve("_SUCCESS"), "");
    parquet(
        "c",
        20,
        input,
        "id + 200 as t",
        "cast(-id as float) as v",
        "cast(id as int) as w",
        "'x' as s");
    Corpus corpus = corpora.prepare("corpus", input, SERIES);
    assertThat(corpus.descriptor().continues(Part.TRAIN)).isFalse();
    assertThat(column(corpus, Part.TRAIN, 0))
        .containsExactly(
            List.of(0L, 1L, 2L, 3L),
            List.of(4L),
            List.of(100L, 101L, 102L, 103L),
            List.of(104L),
            List.of(200L, 201L, 202L, 203L),
            List.of(204L, 205L, 206L, 207L),
            List.of(208L, 209L));
    assertThat(column(corpus, Part.VALID, 0))
        .containsExactly(List.of(5L, 6L), List.of(105L, 106L), List.of(210L, 211L, 212L, 213L));
    assertThat(column(corpus, Part.VALID, 1).get(2)).containsExactly(-10L, -11L, -12L, -13L);
    // By hand: the moments of all training rows at once.
    double[] t =
        Stream.of(IntStream.range(0, 5), IntStream.range(100, 105), IntStream.range(200, 210))
            .flatMapToInt(range -> range)
            .asDoubleStream()
            .toArray();
    double mean = DoubleStream.of(t).sum() / t.length;
    double variance = DoubleStream.of(t).map(x -> (x - mean) * (x - mean)).sum() / t.length;
    Channels.Channel channel = ((Channels) corpus.descriptor().steps()).list().get(0);
    assertThat(channel.mean()).isCloseTo(mean, within(1e-9));
    assertThat(channel.std()).isCloseTo(Math.sqrt(variance), within(1e-9));
  }

  /** Each row a series of its own, with as many steps as its lists have elements. */
  @Test
  void aColumnOfArraysIsASeriesARow() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    parquet(
        "lists",
        3,
        input,
        "id as item",
        "transform(sequence(0, 9 + 10 * id), i -> 100 * id + i) as v",
        "transform(sequence(0, 9 + 10 * id), i -> cast(-i as float)) as w");
    Corpus corpus = corpora.prepare("corpus", input, SERIES);
    Channels channels = (Channels) corpus.descriptor().steps();
    assertThat(channels.list().stream().map(Channels.Channel::name)).containsExactly("v", "w");
    // Of 10, 20 and 30 steps, 2, 4 and 6 are for validation; none goes over to the next series.
    assertThat(column(corpus, Part.VALID, 0))
        .containsExactly(
            List.of(5L, 6L),
            List.of(110L, 111L, 112L, 113L),
            List.of(215L, 216L, 217L, 218L),
            List.of(219L, 220L));
    assertThat(column(corpus, Part.TEST, 1))
        .containsExactly(
            List.of(-7L, -8L, -9L),
            List.of(-14L, -15L, -16L, -17L),
            List.of(-18L, -19L),
            List.of(-21L, -22L, -23L, -24L),
            List.of(-25L, -26L, -27L, -28L),
            List.of(-29L));
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(5 + 10 + 15);
  }

  @Test
  void arraysThatDoNotFitTogetherAreNamed() throws IOException {
    String sequence = "transform(sequence(0, 9), i -> i + id) as v";
    for (List<String> columns :
        List.of(
            List.of(sequence, "sequence(0, 9 - id) as w", "row 2, column w has 9 numbers"),
            List.of(sequence, "if(id = 1, null, sequence(0, 9)) as w", "row 2, column w is empty"),
            List.of(sequence, "array_repeat(cast('NaN' as double), 10) as w", "row 1, column w is"),
            List.of(
                sequence,
                "transform(sequence(0, 9), i -> if(i = 4, null, i)) as w",
                "row 1, column w is empty"))) {
      Path input = Files.createTempDirectory(folder, "lists");
      parquet("lists", 3, input, columns.get(0), columns.get(1));
      assertThat(corpora.error(input, SERIES)).contains("lists.parquet: " + columns.get(2));
    }
    Path mixed = Files.createTempDirectory(folder, "mixed");
    parquet("mixed", 3, mixed, sequence, "id as w");
    assertThat(corpora.error(mixed, SERIES + "data.series.columns = \"v,w\""))
        .contains("has lists in one of columns v and w and not in the other");
  }

  @Test
  void aFileThatChangesMeanwhileIsNoticed() throws IOException {
    Path file = csv("s.csv", 0, 50, i -> "%d,x,%d,%d".formatted(i, -i, 2 * i));
    SeriesCorpus reader =
        new SeriesCorpus(SPARK.session(), corpora.settings("unused", file, SERIES).data());
    csv("s.csv", 0, 49, i -> "%d,x,%d,%d".formatted(i, -i, 2 * i));
    assertThatThrownBy(() -> reader.rows(Part.VALID).collectAsList())
        .hasStackTraceContaining("changed while it was being prepared");
  }

  @Test
  void aColumnThatNeverChangesIsRefused() throws IOException {
    Path file = csv("s.csv", 0, 20, i -> "%d,x,0.1,%d".formatted(i, i < 10 ? 5 : i));
    assertThat(corpora.error(file, SERIES + "data.series.columns = \"t,v\""))
        .isEqualTo(
            "data.input %s: column v is 0.1 in all of the training part: leave it out with data.series.columns = t"
                .formatted(file));
    assertThat(corpora.error(file, SERIES + "data.series.columns = w"))
        .endsWith(
            "column w is 5.0 in all of the training part: leave it out with data.series.columns");
  }

  @Test
  void whatOnlyDoublesCanHoldAfterNormalisingIsRefused() throws IOException {
    Path file =
        csv("s.csv", 0, 20, i -> "%d,x,%se-30,%s".formatted(i, i, i < 19 ? i * 1e-9 : 3e38));
    assertThat(corpora.error(file, SERIES))
        .startsWith("data.input %s: column w reaches 3.0E38, beyond 32 bits".formatted(file));
  }

  @Test
  void noPartMayBeEmpty() throws IOException {
    Path file = csv("s.csv", 0, 4, i -> "%d,x,%d,%d".formatted(i, i, i));
    assertThat(corpora.error(file, SERIES))
        .isEqualTo(
            "data.input %s: data.split leaves none of its 4 rows for the valid part: give longer series or a larger data.split.valid"
                .formatted(file));
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThat(corpora.error(empty, SERIES))
        .isEqualTo("data.input %s: has no files: give CSV or Parquet".formatted(empty));
  }

  private Path csv(String name, int first, int rows, java.util.function.IntFunction<String> row)
      throws IOException {
    String text =
        IntStream.range(first, first + rows).mapToObj(row).collect(Collectors.joining("\r\n"));
    return Files.writeString(folder.resolve(name), "\uFEFFt, day,v,\"w\"\r\n" + text);
  }

  private void parquet(String name, int rows, Path into, String... columns) throws IOException {
    Path scratch = Files.createTempDirectory(folder, name).resolve("written");
    byte[] file = HostileSeriesTest.parquetFile(SPARK.session(), scratch, rows, columns);
    Files.write(into.resolve(name + ".parquet"), file);
  }

  /** A channel of a part's sequences in its own units, which are whole. */
  static List<List<Long>> column(Corpus corpus, Part part, int channel) {
    Channels channels = (Channels) corpus.descriptor().steps();
    List<List<Long>> columns = new ArrayList<>();
    for (Sequence sequence : TestCorpora.sequences(corpus, part)) {
      double[] values = channels.restore(sequence.values());
      columns.add(
          IntStream.range(0, sequence.length())
              .mapToObj(t -> Math.round(values[t * sequence.channels() + channel]))
              .toList());
    }
    return columns;
  }
}
