package dev.lockstep.corpus;

import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Rows of a corpus: an id, the steps ({@code tokens}, symbols; or {@code values}, vectors one after
 * another), and what they depend on ({@code condition}), if anything.
 */
public final class SequenceRows {
  private SequenceRows() {}

  public static StructType schema(StepShape shape) {
    StructType schema = new StructType().add("id", DataTypes.LongType, false);
    schema =
        shape.symbolic()
            ? schema.add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
            : schema.add("values", DataTypes.createArrayType(DataTypes.FloatType, false), false);
    return shape.conditions() == 0
        ? schema
        : schema.add("condition", DataTypes.createArrayType(DataTypes.IntegerType, false), false);
  }

  public static Row row(StepShape shape, long id, Sequence sequence) {
    Object steps = shape.symbolic() ? sequence.symbols() : sequence.values();
    return shape.conditions() == 0
        ? RowFactory.create(id, steps)
        : RowFactory.create(id, steps, sequence.condition());
  }

  /** Rows of sequences that are numbered on from an id. */
  public static Iterator<Row> numbered(
      StepShape shape, long firstId, Iterator<Sequence> sequences) {
    return new Iterator<>() {
      private long id = firstId;

      @Override
      public boolean hasNext() {
        return sequences.hasNext();
      }

      @Override
      public Row next() {
        return row(shape, id++, sequences.next());
      }
    };
  }

  public static Sequence sequence(StepShape shape, Row row) {
    Sequence sequence =
        shape.symbolic()
            ? Sequence.ofSymbols(ints(row, 1))
            : Sequence.ofVectors(shape.channels(), floats(row, 1));
    return shape.conditions() == 0 ? sequence : sequence.given(ints(row, 2));
  }

  private static int[] ints(Row row, int column) {
    List<Integer> list = row.getList(column);
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private static float[] floats(Row row, int column) {
    List<Float> list = row.getList(column);
    float[] values = new float[list.size()];
    int i = 0;
    for (float value : list) {
      values[i++] = value;
    }
    return values;
  }
}
