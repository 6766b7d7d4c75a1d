package dev.lockstep.corpus.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Tally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV as data frames, spreadsheets and other countries write it. */
class TableFormsTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String SERIES =
      "data { kind = series, sequence-length = 4, split { valid = 0.2, test = 0.3 } }\n";
  private static final String SKIP = "data.damaged = skip\n";

  @TempDir Path folder;
  private TestCorpora corpora;

  @BeforeEach
  void corpora() {
    corpora = new TestCorpora(SPARK.session(), folder);
  }

  /** A column of numbers that begins with gaps is one still. */
  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "NA, 'is \"NA\", no finite number'",
    "#N/A, 'is \"#N/A\", no finite number'",
    "null, 'is \"null\", no finite number'",
    "<NA>, 'is \"<NA>\", no finite number'",
    "nan, 'is \"nan\", no finite number'",
    "#DIV/0!, 'is \"#DIV/0!\", no finite number'",
    "-, 'is \"-\", no finite number'"
  })
  void aColumnThatBeginsWithAGapIsNotDroppedInSilence(String gap, String said) throws IOException {
    Path file = csv("t,change\n", 20, i -> i + "," + (i < 3 ? gap : i * i));
    assertThat(corpora.error(file, SERIES))
        .isEqualTo(
            "%s: line 2, column change %s: mend the file, name other columns in data.series.columns, or leave such files out with data.damaged = skip"
                .formatted(file, said));
  }

  @Test
  void everyColumnIsLearnedOrNamed() throws IOException {
    Path file =
        csv(
            "\uFEFF,t,day,\"power, kW\",Unnamed: 5,\"the \"\"raw\"\" one\",note,\n",
            20,
            i -> "%d,%d,2021-01-%d,%d.5,%d,%d,%s,".formatted(i, 9 * i, i + 10, i, i, -i, "NA"));
    Corpora.Prepared prepared = corpora.prepared("corpus", file, SERIES);
    assertThat(channels(prepared)).containsExactly("t", "power, kW", "the \"raw\" one");
    Tally columns = tally(prepared, "columns");
    assertThat(columns.found()).isEqualTo(8);
    assertThat(columns.learned()).isEqualTo(3);
    assertThat(columns.leftOut())
        .isEqualTo(
            Map.of(
                "without a name, as a data frame's index", 2L,
                "a data frame's index", 1L,
                "of text", 1L,
                "empty", 1L));
    assertThat(columns.names("without a name, as a data frame's index"))
        .containsExactly("column 1", "column 8");
    assertThat(columns.names("a data frame's index")).containsExactly("Unnamed: 5");
    assertThat(columns.names("of text")).containsExactly("day (line 2 has \"2021-01-10\")");
    assertThat(columns.names("empty")).containsExactly("note");

    String named = "data.series.columns = \"\"\"\"the \"\"raw\"\" one\" , \"power, kW\",t\"\"\"";
    Corpora.Prepared chosen = corpora.prepared("chosen", file, SERIES + named);
    assertThat(channels(chosen)).containsExactly("the \"raw\" one", "power, kW", "t");
    assertThat(tally(chosen, "columns").leftOut())
        .isEqualTo(Map.of("not in data.series.columns", 5L));
  }

  @Test
  void aColumnThatIsNotThereIsToldBesideThoseThatAre() throws IOException {
    Path file = csv("t,\"power, kW\"\n", 20, i -> i + "," + i * i);
    assertThat(corpora.error(file, SERIES + "data.series.columns = \"power, kW\""))
        .isEqualTo(
            "%s: line 1 has no column power; its columns are t,\"power, kW\": mend the file, or leave such files out with data.damaged = skip"
                .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({"semicolon, ;, comma", "tab, '\t', comma", "bar, |, point", "semicolon, ;, point"})
  void otherCountriesTablesAreReadBySettings(String separator, String sign, String decimal)
      throws IOException {
    IntFunction<String> row =
        i -> "%d%s%s1,25e1%s\"x%sy\"".formatted(i, sign, i == 0 ? "-" : "", sign, sign);
    Path file =
        csv(
            String.join(sign, "t", "load", "note\n"),
            20,
            decimal.equals("comma") ? row : i -> row.apply(i).replace("1,25", "1.25"));
    String settings =
        SERIES + "data.series { separator = %s, decimal = %s }".formatted(separator, decimal);
    Corpora.Prepared prepared = corpora.prepared("corpus", file, settings);
    assertThat(channels(prepared)).containsExactly("t", "load");
    // Of ten rows for training nine have 12.5 and one its negative.
    assertThat(((Channels) prepared.descriptor().steps()).list().get(1).mean()).isEqualTo(10);

    String refused = corpora.error(file, SERIES);
    assertThat(refused)
        .startsWith(
            "%s: line 1 has a %s between its cells: set data.series.separator = %s"
                .formatted(file, separator, separator));
  }

  @Test
  void aWrongSeparatorIsToldWhereSomeColumnsWouldMakeSense() throws IOException {
    Path file = csv("power, kW;voltage, V\n", 20, i -> "%d,5;23%d,5".formatted(i, i));
    assertThat(corpora.error(file, SERIES)).contains("set data.series.separator = semicolon");
    Path commas = csv("t,v\n", 20, i -> i + "," + i);
    assertThat(corpora.error(commas, SERIES + "data.series.separator = semicolon"))
        .contains("set data.series.separator = comma");
    Path noHeader = csv("", 20, i -> "%d,5;23%d,5".formatted(i, i));
    assertThat(corpora.error(noHeader, SERIES + "data.series.header = false"))
        .contains("set data.series.separator = semicolon");
  }

  @ParameterizedTest
  @CsvSource({
    "point, '1,5', comma",
    "point, '1,234.5', comma",
    "comma, 1.5, point",
    "comma, '1.234,5', point",
    "comma, '1 234,5', point"
  })
  void numbersOfOtherCountriesAreTold(String decimal, String number, String other)
      throws IOException {
    Path file = csv("t;v\n", 20, i -> i + ";" + number);
    String settings = "data.series { separator = semicolon, decimal = %s }".formatted(decimal);
    assertThat(corpora.error(file, SERIES + settings))
        .startsWith(
            "%s: line 2, column v is \"%s\", no finite number with a decimal %s: set data.series.decimal = %s, or take out what stands between thousands"
                .formatted(file, number, decimal, other));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,1.5\n", "-1,x\n", "2021-01-01,5\n", "5,5\n", "7,2021-01-01 10:00\n"})
  void aFileWithoutAHeaderIsRefusedOrReadWhole(String first) throws IOException {
    Path file = csv(first, 19, i -> "%d,%d".formatted(i, i * i));
    assertThat(corpora.error(file, SERIES)).contains("data.series.header = false");
    Path plain = csv("", 20, i -> "%d,%d".formatted(i, i * i));
    Corpora.Prepared prepared =
        corpora.prepared("corpus", plain, SERIES + "data.series.header = false");
    assertThat(channels(prepared)).containsExactly("1", "2");
    assertThat(tally(prepared, "rows").learned()).isEqualTo(20);
    Corpora.Prepared second =
        corpora.prepared(
            "second", plain, SERIES + "data.series { header = false, columns = \"2\" }");
    assertThat(channels(second)).containsExactly("2");
  }

  /** Years, say, which have to be named to be believed. */
  @Test
  void namesMayBeNumbers() throws IOException {
    Path file = csv("2019,2020\n", 20, i -> i + "," + i * i);
    assertThat(corpora.error(file, SERIES)).contains("looks like a row, not like names of columns");
    assertThat(
            channels(
                corpora.prepared("corpus", file, SERIES + "data.series.columns = \"2020,2019\"")))
        .containsExactly("2020", "2019");
    Path sensors = csv("t,1,2\n", 20, i -> i + ",1," + i * i);
    assertThat(corpora.error(sensors, SERIES)).contains("column 1 is 1.0 in all");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n\r\n", "\n,\n , \n", "\n\n  \n"})
  void emptyLinesAtTheEndAreCounted(String end) throws IOException {
    Path file = csv("t,v\n", 20, i -> i + "," + i * i);
    Files.writeString(file, Files.readString(file) + end);
    Corpora.Prepared prepared = corpora.prepared("corpus", file, SERIES);
    Tally rows = tally(prepared, "rows");
    long empty = end.chars().filter(c -> c == '\n').count();
    assertThat(rows.found()).isEqualTo(20 + empty - 1);
    assertThat(rows.learned()).isEqualTo(20);
    assertThat(rows.leftOut().values()).allMatch(n -> n == empty - 1);
    Files.writeString(file, Files.readString(file) + "\n20,400\n");
    assertThat(corpora.error(file, SERIES)).contains(": line 22 is empty, and rows follow");
  }

  @Test
  void whatExcelWritesIsRead() throws IOException {
    Path file = csv("\uFEFFsep=;\r\nt;v\r\n", 20, i -> i + ";" + i * i);
    assertThat(corpora.error(file, SERIES))
        .startsWith(file + ": line 1 says that \";\" stands between cells");
    assertThat(
            channels(
                corpora.prepared("corpus", file, SERIES + "data.series.separator = semicolon")))
        .containsExactly("t", "v");
    Path book = Files.writeString(folder.resolve("book.xlsx"), "PK", StandardCharsets.US_ASCII);
    assertThat(corpora.error(book, SERIES))
        .startsWith(book + ": is neither CSV nor Parquet: write it as one of them");
  }

  @Test
  void aTablesPartsAreOneSeries() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    String id = "-0a1b2c3d-1111-2222-3333-444455556666-c000.csv";
    // By their numbers and not by their text: 99999 is before 100000.
    part(input.resolve("part-100000" + id), 12, 20);
    part(input.resolve("part-00002" + id), 0, 5);
    part(input.resolve("part-99999" + id), 5, 12);
    part(input.resolve("part-00000" + id), 0, 0);
    Files.writeString(input.resolve("part-00001" + id), "");
    Files.writeString(input.resolve("_SUCCESS"), "");
    Files.createDirectory(input.resolve("year=2021"));
    Corpora.Prepared prepared = corpora.prepared("corpus", input, SERIES);
    assertThat(SeriesCorpusTest.column(corpora.open("corpus"), Part.TRAIN, 0))
        .containsExactly(List.of(0L, 1L, 2L, 3L), List.of(4L, 5L, 6L, 7L), List.of(8L, 9L));
    assertThat(SeriesCorpusTest.column(corpora.open("corpus"), Part.TEST, 1))
        .containsExactly(List.of(-14L, -15L, -16L, -17L), List.of(-18L, -19L));
    Tally files = tally(prepared, "files");
    assertThat(files.found()).isEqualTo(7);
    assertThat(files.learned()).isEqualTo(3);
    assertThat(files.names("without rows")).containsExactly("part-00000" + id, "part-00001" + id);
    assertThat(files.names("hidden")).containsExactly("_SUCCESS");
    assertThat(files.names("folders")).containsExactly("year=2021");

    Path other = input.resolve("part-00000-ffffffff-1111-2222-3333-444455556666-c000.csv");
    part(other, 20, 30);
    assertThat(corpora.error(input, SERIES))
        .contains("are parts of tables that were written one by one");
  }

  @Test
  void aTableWithADamagedPartIsLeftOutWhole() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    part(input.resolve("good.csv"), 0, 20);
    part(input.resolve("part-00000.csv"), 20, 30);
    Files.writeString(input.resolve("part-00001.csv"), "t,v\n30,x\n");
    Corpora.Prepared prepared = corpora.prepared("corpus", input, SERIES + SKIP);
    assertThat(prepared.skipped())
        .singleElement()
        .asString()
        .startsWith(input + "/part-00001.csv: line 2, column v is \"x\"");
    assertThat(tally(prepared, "files").found()).isEqualTo(3);
    assertThat(prepared.descriptor().setAside()).isEqualTo(Map.of("damaged", 2L));
    Files.delete(input.resolve("good.csv"));
    assertThat(corpora.error(input, SERIES + SKIP))
        .startsWith(
            "data.input %s: none of its 2 files can be learned: 2 damaged, as %s/part-00001.csv: line 2"
                .formatted(input, input));
  }

  @Test
  void columnsOfLaterFilesAreNamed() throws IOException {
    Path input = Files.createDirectory(folder.resolve("input"));
    part(input.resolve("a.csv"), 0, 20);
    Path wider = csv("v,more,t\n", 20, i -> "%d,%d,%d".formatted(-i, i, i));
    Files.move(wider, input.resolve("b.csv"));
    Corpora.Prepared prepared = corpora.prepared("corpus", input, SERIES);
    assertThat(tally(prepared, "columns").names("not in the first table")).containsExactly("more");
    assertThat(tally(prepared, "columns").found()).isEqualTo(3);
  }

  @Test
  void whereNoColumnIsOfNumbersEachReasonIsTold() throws IOException {
    Path file = csv("name,note,day\n", 20, i -> "a%d,,2021-01-01".formatted(i));
    assertThat(corpora.error(file, SERIES))
        .startsWith(
            "%s: has no columns of numbers: 1 empty, as note; 2 of text, as name (line 2 has \"a0\")"
                .formatted(file));
    Path folders = Files.createDirectories(folder.resolve("folders/year=2021")).getParent();
    Files.writeString(folders.resolve("_SUCCESS"), "");
    assertThat(corpora.error(folders, SERIES))
        .isEqualTo(
            "data.input %s: has no files but 1 folders, as year=2021; 1 hidden, as _SUCCESS: give CSV or Parquet"
                .formatted(folders));
  }

  static List<String> channels(Corpora.Prepared prepared) {
    return ((Channels) prepared.descriptor().steps())
        .list().stream().map(Channels.Channel::name).toList();
  }

  static Tally tally(Corpora.Prepared prepared, String things) {
    return prepared.tallies().stream()
        .filter(tally -> tally.things().equals(things))
        .findAny()
        .orElseThrow();
  }

  private static void part(Path file, int from, int to) throws IOException {
    String rows =
        IntStream.range(from, to)
            .mapToObj(i -> "%d,%d%n".formatted(i, -i))
            .collect(Collectors.joining());
    Files.writeString(file, "t,v\n" + rows);
  }

  private Path csv(String header, int rows, IntFunction<String> row) throws IOException {
    String text = IntStream.range(0, rows).mapToObj(row).collect(Collectors.joining("\n"));
    return Files.writeString(
        Files.createTempDirectory(folder, "t").resolve("t.csv"), header + text);
  }
}
