package dev.lockstep.corpus.series;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SparkExtension;
import dev.lockstep.corpus.TestCorpora;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Tally;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet's types of columns, as Spark and data frames write them. */
class ParquetTypesTest {
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
  void numbersOfEveryTypeHaveTheirValues() throws IOException {
    Path file =
        write(
            """
            optional int32 i8 (INTEGER(8,true));
            required int32 u8 (INTEGER(8,false));
            required int32 u32 (INTEGER(32,false));
            required int64 u64 (INTEGER(64,false));
            required int32 d9 (DECIMAL(9,2));
            required int64 d18 (DECIMAL(18,3));
            required fixed_len_byte_array(12) d28 (DECIMAL(28,1));
            required binary d38 (DECIMAL(38,0));
            """,
            Map.of(),
            (row, i) -> {
              row.append("i8", -i);
              row.append("u8", 250 + i % 5);
              row.append("u32", -1 - i);
              row.append("u64", -1L - ((long) i << 50));
              row.append("d9", -150 * i);
              row.append("d18", 2500L * i);
              row.append("d28", Binary.fromConstantByteArray(bytes(-20L * i, 12)));
              row.append("d38", Binary.fromConstantByteArray(bytes(7L * i, 3)));
            });
    Corpus corpus = corpora.prepare("corpus", file, SERIES);
    List<List<Double>> means =
        TestCorpora.channels(corpus).stream().map(c -> List.of(c.mean())).toList();
    // Of the training part's rows 0 to 9 the mean number is 4.5.
    assertThat(means)
        .isEqualTo(
            List.of(
                List.of(-4.5),
                List.of(252.0),
                List.of(4294967295.0 - 4.5),
                List.of(0x1p64 - 4.5 * 0x1p50),
                List.of(-1.5 * 4.5),
                List.of(2.5 * 4.5),
                List.of(-2 * 4.5),
                List.of(7 * 4.5)));
    assertThat(SeriesCorpusTest.column(corpus, Part.VALID, 7))
        .containsExactly(List.of(70L, 77L, 84L, 91L));
  }

  @Test
  void whatIsNotLearnedIsNamed() throws IOException {
    Path file =
        write(
            """
            required double load;
            required boolean on;
            required binary name (STRING);
            required int32 day (DATE);
            required int64 at (TIMESTAMP(MICROS,true));
            required binary raw;
            """,
            Map.of(),
            (row, i) -> {
              row.append("load", i * 0.5);
              row.append("on", i % 3 == 0);
              row.append("name", "n" + i);
              row.append("day", i);
              row.append("at", (long) i);
              row.append("raw", "r");
            });
    Corpora.Prepared prepared = corpora.prepared("corpus", file, SERIES);
    assertThat(TableFormsTest.channels(prepared)).containsExactly("load");
    Tally columns = TableFormsTest.tally(prepared, "columns");
    assertThat(columns.found()).isEqualTo(6);
    assertThat(columns.names("of booleans")).containsExactly("on");
    assertThat(columns.names("of text")).containsExactly("name (binary name (STRING))");
    assertThat(columns.names("of times"))
        .containsExactly("day (int32 day (DATE))", "at (int64 at (TIMESTAMP(MICROS,true)))");
    assertThat(columns.names("of no numbers")).containsExactly("raw (binary raw)");

    Corpus chosen = corpora.prepare("on", file, SERIES + "data.series.columns = on");
    assertThat(SeriesCorpusTest.column(chosen, Part.VALID, 0))
        .containsExactly(List.of(0L, 0L, 1L, 0L));
    assertThat(corpora.error(file, SERIES + "data.series.columns = \"load,at\""))
        .isEqualTo(
            "%s: column at is of times (int64 at (TIMESTAMP(MICROS,true))): name columns of numbers in data.series.columns, or leave such files out with data.damaged = skip"
                .formatted(file));
  }

  @Test
  void aDataFramesIndexIsLearnedOnlyIfItIsAskedFor() throws IOException {
    String pandas =
        "{\"index_columns\": [\"hour\", {\"kind\": \"range\", \"start\": 0}], \"columns\": []}";
    Path file =
        write(
            """
            required double load;
            required int64 hour;
            required int64 __index_level_0__;
            required int64 __null_dask_index__;
            """,
            Map.of("pandas", pandas),
            (row, i) -> {
              row.append("load", i * 0.5);
              row.append("hour", 3L * i);
              row.append("__index_level_0__", (long) i);
              row.append("__null_dask_index__", (long) i);
            });
    Corpora.Prepared prepared = corpora.prepared("corpus", file, SERIES);
    assertThat(TableFormsTest.channels(prepared)).containsExactly("load");
    assertThat(TableFormsTest.tally(prepared, "columns").names("a data frame's index"))
        .containsExactly("hour", "__index_level_0__", "__null_dask_index__");
    Corpus chosen = corpora.prepare("hour", file, SERIES + "data.series.columns = hour");
    assertThat(SeriesCorpusTest.column(chosen, Part.VALID, 0))
        .containsExactly(List.of(30L, 33L, 36L, 39L));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "[]", "7", "{\"index_columns\": [[\"load\"], 1, null]}"})
  void otherMetadataNameNoIndex(String pandas) throws IOException {
    Path file =
        write(
            "required double load;",
            Map.of("pandas", pandas),
            (row, i) -> row.append("load", 1.5 * i));
    assertThat(TableFormsTest.channels(corpora.prepared("corpus", file, SERIES)))
        .containsExactly("load");
  }

  @Test
  void metadataThatAreDamagedAreDamage() throws IOException {
    Path file =
        write(
            "required double load;",
            Map.of("pandas", "{\"index"),
            (row, i) -> row.append("load", 1.5 * i));
    assertThat(corpora.error(file, SERIES)).startsWith(file + ": is no whole Parquet file (");
  }

  /** A column f16 (FLOAT16) of twenty numbers, as Arrow writes it. */
  @Test
  void aTypeThatIsTooNewIsTold() throws IOException {
    String written =
        """
          UEFSMRUAFVwVXCwVKBUAFQYVBhwAAAACAAAAKAEAAAA4ADwAPgBAAEEAQgBDAESARABFgEUARoBGAEeARwBIQEiA
          SMBIFQQZLDUAGAZzY2hlbWEVAgAVDhUEFQIYA2YxNmz8AAAAFigZHBkcJgAcFQ4ZJQYAGRgDZjE2FQAWKBaCARaC
          ASYISRwVABUAFQIAPCkGGSYAKAAAABaCARYoJggWggEAKCBwYXJxdWV0LWNwcC1hcnJvdyB2ZXJzaW9uIDI1LjAu
          MRkcHAAAAIgAAABQQVIx
          """;
    Path file = Files.write(folder.resolve("f16.parquet"), Base64.getMimeDecoder().decode(written));
    assertThat(corpora.error(file, SERIES))
        .isEqualTo(
            "%s: has a column of a type that is not known here, such as float16, or is damaged: write such columns as 32-bit numbers, mend the file, or leave such files out with data.damaged = skip"
                .formatted(file));
  }

  private static byte[] bytes(long number, int length) {
    byte[] bytes = new byte[length];
    byte[] given = BigInteger.valueOf(number).toByteArray();
    Arrays.fill(bytes, (byte) (number < 0 ? -1 : 0));
    System.arraycopy(given, 0, bytes, length - given.length, given.length);
    return bytes;
  }

  /** Twenty rows, as {@code fill} makes them of their numbers from 0. */
  private Path write(String columns, Map<String, String> footer, BiConsumer<Group, Integer> fill)
      throws IOException {
    MessageType schema = MessageTypeParser.parseMessageType("message m {" + columns + "}");
    Path file = folder.resolve("t.parquet");
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new org.apache.hadoop.fs.Path(file.toUri()))
            .withType(schema)
            .withExtraMetaData(footer)
            .build()) {
      for (int i = 0; i < 20; i++) {
        Group row = new SimpleGroupFactory(schema).newGroup();
        fill.accept(row, i);
        writer.write(row);
      }
    }
    return file;
  }
}
