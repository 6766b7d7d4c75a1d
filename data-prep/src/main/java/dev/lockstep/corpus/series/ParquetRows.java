package dev.lockstep.corpus.series;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.InitContext;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file: a row a step, in the file's order, or, where the columns are lists of numbers, a
 * row a series and an element a step. A row group takes at most {@link #LARGEST} bytes, because it
 * is read as a whole.
 */
final class ParquetRows implements SeriesRows {
  static final long LARGEST = 1L << 30;

  private final SourceFile file;
  private final Configuration hadoop;
  private final MessageType schema;
  private final Set<String> index;
  private ParquetReader<Group> reader;
  private List<ParquetColumn> selected = List.of();
  private boolean lists;
  private Group row;
  private long number;

  /** Steps of the row that was read last, and how many of them were given. */
  private int steps;

  private int step;

  /**
   * @throws UserError if it is no Parquet file
   */
  ParquetRows(SourceFile file, Configuration hadoop) throws IOException {
    this.file = file;
    this.hadoop = hadoop;
    file.open(hadoop).close();
    try (ParquetFileReader footer =
        ParquetFileReader.open(HadoopInputFile.fromPath(file.path(), hadoop))) {
      this.schema = checked(footer.getFooter());
      this.index = FrameIndex.names(footer.getFileMetaData().getKeyValueMetaData());
    } catch (RuntimeException | IOException e) {
      throw explain(e);
    }
  }

  private MessageType checked(ParquetMetadata footer) {
    for (BlockMetaData block : footer.getBlocks()) {
      long bytes = 0;
      for (ColumnChunkMetaData chunk : block.getColumns()) {
        if (chunk.getTotalSize() < 0 || chunk.getTotalSize() > file.bytes()) {
          throw damage("is no whole Parquet file");
        }
        bytes += Math.abs(chunk.getTotalUncompressedSize());
      }
      if (bytes < 0 || bytes > LARGEST) {
        throw damage("has a row group of more than %d bytes".formatted(LARGEST));
      }
    }
    return footer.getFileMetaData().getSchema();
  }

  private UserError damage(String what) {
    return SeriesRows.damage(file.place() + ":", what);
  }

  /** Parquet's readers tell damage by all sorts of exceptions. */
  private UserError explain(Exception e) {
    if (e instanceof UserError mistake) {
      return mistake;
    }
    if (e instanceof NullPointerException) {
      // What the reader makes of a logical type that came after it.
      return SeriesRows.damage(
          file.place() + ":",
          "has a column of a type that is not known here, such as float16, or is damaged",
          "write such columns as 32-bit numbers, mend the file");
    }
    return damage(
        "is no whole Parquet file (%s)".formatted(Excerpt.of(String.valueOf(e.getMessage()))));
  }

  @Override
  public List<String> names() {
    return schema.getFields().stream().map(Type::getName).toList();
  }

  /** Lists, if there are any: what stands beside them says something of the whole series. */
  @Override
  public List<SeriesColumn> columns() {
    List<SeriesColumn> columns = schema.getFields().stream().map(this::described).toList();
    boolean series = columns.stream().anyMatch(this::isList);
    return columns.stream()
        .map(
            column ->
                series && column.isOfNumbers() && !isList(column)
                    ? SeriesColumn.unfit(column.name(), "of one value a series")
                    : column)
        .toList();
  }

  private boolean isList(SeriesColumn column) {
    return column.isOfNumbers() && column(column.name()).isList();
  }

  private SeriesColumn described(Type field) {
    String name = field.getName();
    if (index.contains(name) || SeriesColumn.isIndex(name)) {
      return SeriesColumn.index(name);
    }
    Optional<ParquetColumn> column = ParquetColumn.of(field);
    if (column.isEmpty()) {
      return SeriesColumn.unfit(name, ParquetColumn.otherwise(field), shown(field));
    }
    return column.get().isOfBooleans()
        ? SeriesColumn.unfit(name, "of booleans")
        : SeriesColumn.ofNumbers(name);
  }

  /** A type as Parquet's schemas write it. */
  private static String shown(Type field) {
    return field.isPrimitive()
        ? Excerpt.of(field.toString().replaceFirst("^\\S+ ", ""))
        : "a group";
  }

  @Override
  public void select(List<String> columns) throws IOException {
    selected = columns.stream().map(this::column).toList();
    lists = selected.get(0).isList();
    for (ParquetColumn column : selected) {
      if (column.isList() != lists) {
        throw damage(
            "has lists in one of columns %s and %s and not in the other"
                .formatted(Excerpt.of(selected.get(0).name()), Excerpt.of(column.name())));
      }
    }
    List<Type> types = selected.stream().map(ParquetColumn::type).toList();
    MessageType projection = new MessageType(schema.getName(), types);
    GroupReadSupport support =
        new GroupReadSupport() {
          @Override
          public ReadContext init(InitContext context) {
            return new ReadContext(projection);
          }
        };
    reader = ParquetReader.builder(support, file.path()).withConf(hadoop).build();
  }

  private ParquetColumn column(String name) {
    if (!schema.containsField(name)) {
      throw damage(SeriesRows.noColumn(name, names()));
    }
    Type field = schema.getType(name);
    return ParquetColumn.of(field)
        .orElseThrow(
            () ->
                SeriesRows.damage(
                    "%s: column %s".formatted(file.place(), Excerpt.of(name)),
                    "is %s (%s)".formatted(ParquetColumn.otherwise(field), shown(field)),
                    "name columns of numbers in data.series.columns"));
  }

  @Override
  public boolean next(double[] numbers) throws IOException {
    if (step == steps && !nextRow()) {
      return false;
    }
    for (int i = 0; i < numbers.length; i++) {
      Optional<Double> value = selected.get(i).value(row, i, step);
      if (value.isEmpty()) {
        throw SeriesRows.hole(place(i), "is empty");
      }
      numbers[i] = value.get();
      if (!SeriesRows.isFinite(numbers[i])) {
        throw SeriesRows.notFinite(place(i), numbers[i]);
      }
    }
    step++;
    return true;
  }

  private boolean nextRow() {
    row = read();
    if (row == null) {
      return false;
    }
    number++;
    step = 0;
    steps = selected.get(0).length(row, 0);
    for (int i = 0; i < selected.size(); i++) {
      int length = selected.get(i).length(row, i);
      if (length == 0) {
        throw SeriesRows.hole(place(i), "is empty");
      }
      if (length != steps) {
        throw SeriesRows.damage(
            place(i),
            "has %d numbers, and column %s has %d"
                .formatted(length, Excerpt.of(selected.get(0).name()), steps));
      }
    }
    return true;
  }

  @Override
  public boolean isSeriesARow() {
    return lists;
  }

  @Override
  public long emptyLines() {
    return 0;
  }

  @Override
  public long series() {
    return lists ? number - 1 : 0;
  }

  private String place(int i) {
    return "%s: row %d, column %s"
        .formatted(file.place(), number, Excerpt.of(selected.get(i).name()));
  }

  private Group read() {
    try {
      return reader.read();
    } catch (RuntimeException | IOException e) {
      throw explain(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
