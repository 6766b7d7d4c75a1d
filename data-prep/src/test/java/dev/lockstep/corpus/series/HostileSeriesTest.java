package dev.lockstep.corpus.series;

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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tables that are none, all with a good one beside them. Bytes are written as ISO-8859-1. */
class HostileSeriesTest {
  @RegisterExtension static final SparkExtension SPARK = new SparkExtension();

  private static final String SERIES =
      "data { kind = series, sequence-length = 5, split { valid = 0.2, test = 0.2 } }\n";
  private static final String SKIP = "data.damaged = skip\n";
  private static final String NAMED = "data.series.columns = \"t,v\"\n";

  private static final String GOOD =
      "t,v\n"
          + IntStream.range(0, 20)
              .mapToObj(i -> i + "," + i % 3 + "\n")
              .collect(Collectors.joining());

  /** Whole Parquet files by what is in their columns. */
  private static final Map<String, byte[]> PARQUET = new LinkedHashMap<>();

  @TempDir Path folder;
  private Path input;
  private TestCorpora corpora;

  @BeforeAll
  static void parquet(@TempDir Path scratch) throws IOException {
    String t = "cast(id as double) as t";
    for (String v :
        List.of(
            "cast(id % 3 as float) as v",
            "if(id = 2, null, id) as v",
            "if(id = 7, double('NaN'), id * 1.5) as v",
            "if(id = 3, double('-Infinity'), id * 1.5) as v",
            "if(id = 3, 1e39, id * 1.5) as v",
            "cast(id as string) as v",
            "timestamp_millis(id) as v",
            "array(id, id) as v",
            "cast(array() as array<double>) as v",
            "array(array(id), array(id)) as v",
            "array(named_struct('v', id, 'w', id)) as v",
            "named_struct('v', id) as v",
            "id as w")) {
      PARQUET.put(v, parquetFile(SPARK.session(), scratch.resolve("p" + PARQUET.size()), 30, t, v));
    }
    PARQUET.put("none", parquetFile(SPARK.session(), scratch.resolve("none"), 0, t, "id as v"));
    PARQUET.put(
        "arrays",
        parquetFile(
            SPARK.session(), scratch.resolve("arrays"), 9, "array('x') as t", "array(id) as v"));
  }

  /** A whole file of so many rows, whose ids are from 0. */
  static byte[] parquetFile(SparkSession spark, Path directory, int rows, String... columns)
      throws IOException {
    spark
        .range(0, rows, 1, 1)
        .selectExpr(columns)
        .coalesce(1)
        .write()
        .parquet(directory.toString());
    try (Stream<Path> files = Files.list(directory)) {
      return Files.readAllBytes(
          files.filter(file -> file.toString().endsWith(".parquet")).findAny().orElseThrow());
    }
  }

  @BeforeEach
  void corpora() throws IOException {
    corpora = new TestCorpora(SPARK.session(), folder);
    input = Files.createDirectory(folder.resolve("input"));
    Files.writeString(input.resolve("a-good.csv"), GOOD);
  }

  /** CSV files and what is said of them after their name. */
  static Map<String, String> badTables() {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("", ": is empty");
    tables.put("\n", ": line 1 has no column t");
    tables.put("\u00ef\u00bb\u00bf", ": line 1 has no column t");
    tables.put("t,v", ": has no rows");
    tables.put("t,v\n", ": has no rows");
    tables.put("t,v\r1,2\r3,4", ": line 1 has no column v");
    tables.put("t;v\n1;2\n", ": line 1 has a semicolon between its cells");
    tables.put("t\tv\n", ": line 1 has a tab between its cells");
    tables.put("0,1\n1,2\n", ": line 1 has no column t; its columns are 0,1 and looks like a row");
    tables.put("t,w\n1,2\n", ": line 1 has no column v");
    tables.put("t,v,t\n1,2,3\n", ": line 1 has two columns t");
    tables.put("t,\"v\n1,2\n", ": line 1 has a quote that does not end");
    tables.put(GOOD + "20\n", ": line 22 has 1 cells, the header 2");
    tables.put(GOOD + "20,1,2\n", ": line 22 has 3 cells, the header 2");
    tables.put(GOOD + "20,1,\n", ": line 22 has 3 cells, the header 2");
    tables.put(GOOD + "\n20,1\n", ": line 22 is empty, and rows follow");
    tables.put(GOOD + "20,\n", ": line 22, column v is empty");
    tables.put(GOOD + "20,\"\"\n", ": line 22, column v is empty");
    tables.put(GOOD + "20,NaN\n", ": line 22, column v is \"NaN\", no finite number");
    tables.put(GOOD + "20,-inf\n", ": line 22, column v is \"-inf\", no finite number");
    tables.put(GOOD + "Infinity,1\n", ": line 22, column t is \"Infinity\", no finite number");
    tables.put(GOOD + "20,1e999\n", ": line 22, column v is Infinity, no finite number");
    tables.put(GOOD + "20,-3.5e38\n", ": line 22, column v is -3.5E38, no finite number");
    tables.put(GOOD + "20,one\n", ": line 22, column v is \"one\", no finite number");
    tables.put(GOOD + "20,0x1p3\n", ": line 22, column v is \"0x1p3\", no finite number");
    tables.put(GOOD + "20,1d\n", ": line 22, column v is \"1d\", no finite number");
    tables.put(GOOD + "20,1 2\n", ": line 22, column v is \"1 2\", no finite number");
    tables.put(GOOD + "20,.\n", ": line 22, column v is \".\", no finite number");
    tables.put(GOOD + "20,1e\n", ": line 22, column v is \"1e\", no finite number");
    tables.put(GOOD + "20,\"1,5\"\n", ": line 22, column v is \"1,5\", no finite number");
    tables.put(GOOD + "# comment\n", ": line 22 has 1 cells, the header 2");
    tables.put(GOOD + "#20,1\n", ": line 22, column t is \"#20\", no finite number");
    tables.put(GOOD + "20,1\0\n", ": line 22, column v is \"1\uFFFD\", no finite number");
    tables.put(GOOD + "\0\0\0", ": line 22 has 1 cells, the header 2");
    tables.put(GOOD + "20,\u00ff\n", ": line 22 is not UTF-8 at its byte 4");
    tables.put(GOOD + "20,\u00c3", ": line 22 is not UTF-8 at its byte 4");
    tables.put(GOOD + "20,\"1", ": line 22 has a quote that does not end");
    tables.put(GOOD + "20,\"1\n21,2\n22,\"0\"\n", ": line 22 has a quote that does not end");
    tables.put(GOOD + "20,\"1\"2\"\"\n", ": line 22 is not CSV of at most ");
    tables.put(GOOD + "20," + "1".repeat(1001) + "\n", ": line 22 is not CSV of at most ");
    tables.put(GOOD + "20,1".repeat(50_000) + "\n", ": line 22 is not CSV of at most ");
    tables.put("t,v" + ",c".repeat(100_000) + "\n1,2\n", ": line 1 is not CSV of at most ");
    tables.put(GOOD + ",".repeat(2 << 20), ": line 22 is longer than 1048576 bytes");
    tables.put(GOOD.replace(",", "\0,\0").replace("\n", "\0\n"), ": line 1 has no column t");
    tables.put("\u00ff\u00fet\0,\0v\0\n\0", ": line 1 is not UTF-8 at its byte 1");
    tables.put("PAR1" + "\0".repeat(40) + "PAR1", ": line 1 has no column t");
    return tables;
  }

  static List<Map.Entry<String, String>> badTableEntries() {
    return List.copyOf(badTables().entrySet());
  }

  @ParameterizedTest
  @MethodSource("badTableEntries")
  void aTableThatIsDamagedIsRefused(Map.Entry<String, String> bad) throws IOException {
    Path file = write("b.csv", bad.getKey());
    String error = corpora.error(input, SERIES + NAMED);
    assertThat(error).startsWith(file + bad.getValue());
    assertThat(error).hasSizeLessThan(300 + file.toString().length());
  }

  @Test
  void tablesThatAreDamagedAreLeftOutWhole() throws IOException {
    List<String> said = new ArrayList<>();
    for (Map.Entry<String, String> bad : badTables().entrySet()) {
      Path file = write("b%03d.csv".formatted(said.size()), bad.getKey());
      said.add(file + bad.getValue());
    }
    isLeftOut(said, 12);
  }

  /** Parquet files and what is said of them after their name. */
  static List<Map.Entry<byte[], String>> badParquet() {
    List<Map.Entry<byte[], String>> files = new ArrayList<>();
    String cut = ": is no whole Parquet file";
    List<String> said =
        List.of(
            ": row 3, column v is empty",
            ": row 8, column v is NaN, no finite number",
            ": row 4, column v is -Infinity, no finite number",
            ": row 4, column v is 1.0E39, no finite number",
            ": column v is of text (binary v (STRING))",
            ": column v is of times (int96 v)",
            ": has lists in one of columns t and v",
            ": has lists in one of columns t and v",
            ": column v is of nested values",
            ": column v is of nested values",
            ": column v is of nested values",
            ": has no column v; its columns are t,w",
            ": has no rows",
            ": column t is of nested values");
    List<byte[]> whole = List.copyOf(PARQUET.values());
    for (int i = 1; i < whole.size(); i++) {
      files.add(Map.entry(whole.get(i), said.get(i - 1)));
    }
    byte[] good = whole.get(0);
    for (int length :
        new int[] {0, 1, 4, 11, 12, good.length / 2, good.length - 9, good.length - 1}) {
      files.add(Map.entry(Arrays.copyOf(good, length), cut));
    }
    files.add(Map.entry(GOOD.getBytes(StandardCharsets.UTF_8), cut));
    byte[] noPages = good.clone();
    Arrays.fill(noPages, 4, good.length / 3, (byte) 0xFF);
    files.add(Map.entry(noPages, cut));
    byte[] longFooter = good.clone();
    Arrays.fill(longFooter, good.length - 8, good.length - 4, (byte) 0x7F);
    files.add(Map.entry(longFooter, cut));
    return files;
  }

  @Test
  void parquetThatIsDamagedIsRefused() throws IOException {
    for (Map.Entry<byte[], String> bad : badParquet()) {
      Path file = input.resolve("b.parquet");
      Files.write(file, bad.getKey());
      String error = corpora.error(input, SERIES + NAMED);
      assertThat(error).startsWith(file + bad.getValue()).endsWith("data.damaged = skip");
    }
  }

  @Test
  void parquetThatIsDamagedIsLeftOutWhole() throws IOException {
    List<String> said = new ArrayList<>();
    for (Map.Entry<byte[], String> bad : badParquet()) {
      Path file = input.resolve("b%03d.parquet".formatted(said.size()));
      Files.write(file, bad.getKey());
      said.add(file + bad.getValue());
    }
    Files.write(input.resolve("c-good.parquet"), PARQUET.values().iterator().next());
    isLeftOut(said, 12 + 18);
  }

  /** All but the good files, whose rows are for training. */
  private void isLeftOut(List<String> said, int rows) {
    List<String> skipped = corpora.skipped("corpus", input, SERIES + NAMED + SKIP);
    assertThat(skipped).hasSameSizeAs(said);
    for (int i = 0; i < said.size(); i++) {
      assertThat(skipped.get(i)).startsWith(said.get(i)).doesNotContainPattern("\\p{Cntrl}");
    }
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    assertThat(corpus.part(Part.TRAIN).steps()).isEqualTo(rows);
    assertThat(corpus.descriptor().setAside())
        .containsOnly(Map.entry("damaged", (long) said.size()));
  }

  @Test
  void parquetWithFlippedBytesIsReadOrNamed() throws IOException {
    byte[] good = PARQUET.values().iterator().next();
    Random random = new Random(11);
    int files = 60;
    for (int i = 0; i < files; i++) {
      byte[] bytes = good.clone();
      for (int flips = 0; flips < 3; flips++) {
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Files.write(input.resolve("b%03d.parquet".formatted(i)), bytes);
    }
    List<String> skipped = corpora.skipped("corpus", input, SERIES + NAMED + SKIP);
    assertThat(skipped)
        .hasSizeBetween(5, files)
        .allMatch(line -> line.startsWith(input + "/b") && !line.contains("\n"));
    Corpus corpus = Corpus.open(SPARK.session(), folder.resolve("corpus").toString());
    // Every file that was read gave a whole number of sequences without holes.
    assertThat(TestCorpora.sequences(corpus, Part.TRAIN))
        .hasSizeGreaterThan(2)
        .allMatch(
            s ->
                IntStream.range(0, s.values().length).allMatch(i -> Float.isFinite(s.values()[i])));
  }

  @Test
  void columnsAreThoseOfTheFirstFileThatCanBeRead() throws IOException {
    Path bad = write("a-bad.csv", "\u00ff");
    assertThat(corpora.skipped("corpus", input, SERIES + SKIP)).hasSize(1);
    assertThat(corpora.error(input, SERIES)).startsWith(bad + ": line 1 is not UTF-8");
    Files.delete(input.resolve("a-good.csv"));
    assertThat(corpora.error(input, SERIES + SKIP))
        .isEqualTo(
            "data.input %s: none of its 1 files can be learned: 1 damaged, as %s: line 1 is not UTF-8 at its byte 1: convert the file to UTF-8"
                .formatted(input, bad));
    Files.writeString(bad, "name,day\na,monday\n");
    assertThat(corpora.error(input, SERIES)).startsWith(bad + ": has no columns of numbers");
  }

  @Test
  void aHugeLineIsNotReadIntoMemory() throws IOException {
    Path file = input.resolve("b.csv");
    Files.writeString(file, "t,v\n1," + "2".repeat(64 << 20) + "\n");
    assertThat(corpora.error(input, SERIES + NAMED))
        .startsWith(file + ": line 2 is longer than 1048576 bytes");
  }

  private Path write(String name, String bytes) throws IOException {
    return Files.writeString(input.resolve(name), bytes, StandardCharsets.ISO_8859_1);
  }
}
