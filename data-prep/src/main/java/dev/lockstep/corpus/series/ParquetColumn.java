package dev.lockstep.corpus.series;

import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * A column of {@linkplain ParquetNumber numbers}, or of lists of such.
 *
 * @param type of the column
 * @param stored what its numbers are stored as
 * @param number makes numbers of that
 * @param nesting how they are stored
 */
record ParquetColumn(Type type, PrimitiveTypeName stored, ParquetNumber number, Nesting nesting) {
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
      return column(field, field, Nesting.PLAIN);
    }
    if (!(field.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation)
        || field.asGroupType().getFieldCount() != 1) {
      return Optional.empty();
    }
    Type repeated = field.asGroupType().getType(0);
    if (!repeated.isRepetition(Type.Repetition.REPEATED)) {
      return Optional.empty();
    }
    if (repeated.isPrimitive()) {
      return column(field, repeated, Nesting.LIST);
    }
    if (repeated.asGroupType().getFieldCount() != 1) {
      return Optional.empty();
    }
    Type element = repeated.asGroupType().getType(0);
    return element.isPrimitive() && !element.isRepetition(Type.Repetition.REPEATED)
        ? column(field, element, Nesting.LIST_OF_GROUPS)
        : Optional.empty();
  }

  private static Optional<ParquetColumn> column(Type field, Type element, Nesting nesting) {
    PrimitiveType stored = element.asPrimitiveType();
    return ParquetNumber.of(stored)
        .map(number -> new ParquetColumn(field, stored.getPrimitiveTypeName(), number, nesting));
  }

  /** What a field holds that is no column of numbers. */
  static String otherwise(Type field) {
    if (!field.isPrimitive()) {
      return "of nested values";
    }
    LogicalTypeAnnotation meaning = field.getLogicalTypeAnnotation();
    PrimitiveTypeName stored = field.asPrimitiveType().getPrimitiveTypeName();
    if (meaning instanceof DateLogicalTypeAnnotation
        || meaning instanceof TimeLogicalTypeAnnotation
        || meaning instanceof TimestampLogicalTypeAnnotation
        || stored == PrimitiveTypeName.INT96) {
      return "of times";
    }
    return meaning instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
        ? "of text"
        : "of no numbers";
  }

  String name() {
    return type.getName();
  }

  /** Whether it says yes or no, which is a number only where that is asked for. */
  boolean isOfBooleans() {
    return stored == PrimitiveTypeName.BOOLEAN;
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
      case PLAIN -> Optional.of(number.value(row, i, index));
      case LIST -> Optional.of(number.value(row.getGroup(i, 0), 0, index));
      case LIST_OF_GROUPS -> {
        Group element = row.getGroup(i, 0).getGroup(0, index);
        yield element.getFieldRepetitionCount(0) == 0
            ? Optional.empty()
            : Optional.of(number.value(element, 0, 0));
      }
    };
  }
}
