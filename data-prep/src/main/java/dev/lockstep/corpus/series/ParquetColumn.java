package dev.lockstep.corpus.series;

import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column of signed integers or floating point, or of lists of such; decimals and times are none.
 *
 * @param type of the column
 * @param number what its numbers are
 * @param nesting how they are stored
 */
record ParquetColumn(Type type, PrimitiveTypeName number, Nesting nesting) {
  /** How a row holds its numbers. */
  private enum Nesting {
    /** One at most, or, repeated, a list. */
    PLAIN,
    /** {@code (LIST) { repeated number }}, of old writers. */
    LIST,
    /** {@code (LIST) { repeated group { number } }}. */
    LIST_OF_GROUPS
  }

  /** The column of a field, if it is one. */
  static Optional<ParquetColumn> of(Type field) {
    if (field.isPrimitive()) {
      return isNumber(field) ? Optional.of(column(field, field, Nesting.PLAIN)) : Optional.empty();
    }
    if (!(field.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation)
        || field.asGroupType().getFieldCount() != 1) {
      return Optional.empty();
    }
    Type repeated = field.asGroupType().getType(0);
    if (!repeated.isRepetition(Type.Repetition.REPEATED)) {
      return Optional.empty();
    }
    if (isNumber(repeated)) {
      return Optional.of(column(field, repeated, Nesting.LIST));
    }
    if (repeated.isPrimitive() || repeated.asGroupType().getFieldCount() != 1) {
      return Optional.empty();
    }
    Type element = repeated.asGroupType().getType(0);
    return isNumber(element) && !element.isRepetition(Type.Repetition.REPEATED)
        ? Optional.of(column(field, element, Nesting.LIST_OF_GROUPS))
        : Optional.empty();
  }

  private static ParquetColumn column(Type field, Type number, Nesting nesting) {
    return new ParquetColumn(field, number.asPrimitiveType().getPrimitiveTypeName(), nesting);
  }

  private static boolean isNumber(Type type) {
    if (!type.isPrimitive()) {
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

  String name() {
    return type.getName();
  }

  /** Whether a row holds a list. */
  boolean isList() {
    return nesting != Nesting.PLAIN || type.isRepetition(Type.Repetition.REPEATED);
  }

  /** How many numbers a row has in field {@code i}, which is this column; none where it is null. */
  int length(Group row, int i) {
    int count = row.getFieldRepetitionCount(i);
    return nesting == Nesting.PLAIN || count == 0
        ? count
        : row.getGroup(i, 0).getFieldRepetitionCount(0);
  }

  /** One of them, or nothing where it is null. */
  Optional<Double> value(Group row, int i, int index) {
    return switch (nesting) {
      case PLAIN -> Optional.of(value(row, i, index, number));
      case LIST -> Optional.of(value(row.getGroup(i, 0), 0, index, number));
      case LIST_OF_GROUPS -> {
        Group element = row.getGroup(i, 0).getGroup(0, index);
        yield element.getFieldRepetitionCount(0) == 0
            ? Optional.empty()
            : Optional.of(value(element, 0, 0, number));
      }
    };
  }

  private static double value(Group group, int field, int index, PrimitiveTypeName number) {
    return switch (number) {
      case INT32 -> group.getInteger(field, index);
      case INT64 -> group.getLong(field, index);
      case FLOAT -> group.getFloat(field, index);
      case DOUBLE -> group.getDouble(field, index);
      default -> throw new IllegalStateException(number + " is no number");
    };
  }
}
