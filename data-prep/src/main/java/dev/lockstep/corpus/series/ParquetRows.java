package dev.lockstep.corpus.series;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
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
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A Parquet file: a row a step, in the file's order. A column of numbers is a plain one of signed
 * integers or floating point; lists, decimals and times are none. A row group takes at most {@link
 * #LARGEST} bytes, because it is read as a whole.
 */
final class ParquetRows implements SeriesRows {
  static final long LARGEST = 1L << 30;

  private final SourceFile file;
  private final Configuration hadoop;
  private final MessageType schema;
  private ParquetReader<Group> reader;
  private List<PrimitiveType> selected = List.of();
  private long number;

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
    return damage(
        "is no whole Parquet file (%s)".formatted(Excerpt.of(String.valueOf(e.getMessage()))));
  }

  @Override
  public List<String> numberColumns() {
    return schema.getFields().stream().filter(ParquetRows::isNumber).map(Type::getName).toList();
  }

  private static boolean isNumber(Type type) {
    if (!type.isPrimitive() || type.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    boolean plain =
        type.getLogicalTypeAnnotation() == null
            || (type.getLogicalTypeAnnotation() instanceof IntLogicalTypeAnnotation integer
                && integer.isSigned());
    return switch (type.asPrimitiveType().getPrimitiveTypeName()) {
      case INT32, INT64 -> plain;
      case FLOAT, DOUBLE -> true;
      default -> false;
    };
  }

  @Override
  public void select(List<String> columns) throws IOException {
    List<PrimitiveType> types = new ArrayList<>();
    for (String column : columns) {
      if (!numberColumns().contains(column)) {
        throw damage("has no column of numbers " + Excerpt.of(column));
      }
      types.add(schema.getType(column).asPrimitiveType());
    }
    selected = types;
    MessageType projection = new MessageType(schema.getName(), List.<Type>copyOf(types));
    GroupReadSupport support =
        new GroupReadSupport() {
          @Override
          public ReadContext init(InitContext context) {
            return new ReadContext(projection);
          }
        };
    reader = ParquetReader.builder(support, file.path()).withConf(hadoop).build();
  }

  @Override
  public boolean next(double[] row) throws IOException {
    Group group = read();
    if (group == null) {
      return false;
    }
    number++;
    for (int i = 0; i < row.length; i++) {
      String place =
          "%s: row %d, column %s"
              .formatted(file.place(), number, Excerpt.of(selected.get(i).getName()));
      if (group.getFieldRepetitionCount(i) == 0) {
        throw SeriesRows.damage(place, "is empty");
      }
      row[i] = SeriesRows.finite(number(group, i), place);
    }
    return true;
  }

  private Group read() {
    try {
      return reader.read();
    } catch (RuntimeException | IOException e) {
      throw explain(e);
    }
  }

  private double number(Group group, int field) {
    PrimitiveTypeName type = selected.get(field).getPrimitiveTypeName();
    return switch (type) {
      case INT32 -> group.getInteger(field, 0);
      case INT64 -> group.getLong(field, 0);
      case FLOAT -> group.getFloat(field, 0);
      case DOUBLE -> group.getDouble(field, 0);
      default -> throw new IllegalStateException(type + " is no number");
    };
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
