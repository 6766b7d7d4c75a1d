package dev.lockstep.corpus.series;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Makes a double of what a type's values are stored as. */
interface ParquetNumber {
  /** One of the values of a group's field. */
  double value(Group group, int field, int index);

  /**
   * For integers of any width, signed or not, floating point, decimals, and for booleans, of which
   * true is 1; nothing for other types.
   */
  static Optional<ParquetNumber> of(PrimitiveType type) {
    LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
    PrimitiveTypeName stored = type.getPrimitiveTypeName();
    if (meaning instanceof DecimalLogicalTypeAnnotation decimal) {
      return Optional.of(decimal(stored, decimal.getScale()));
    }
    if (meaning instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
      return Optional.of(unsigned(stored));
    }
    if (meaning != null && !(meaning instanceof IntLogicalTypeAnnotation)) {
      return Optional.empty();
    }
    return switch (stored) {
      case INT32 -> Optional.of(Group::getInteger);
      case INT64 -> Optional.of(Group::getLong);
      case FLOAT -> Optional.of(Group::getFloat);
      case DOUBLE -> Optional.of(Group::getDouble);
      case BOOLEAN -> Optional.of((group, i, index) -> group.getBoolean(i, index) ? 1 : 0);
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> Optional.empty();
    };
  }

  private static ParquetNumber unsigned(PrimitiveTypeName stored) {
    return stored == PrimitiveTypeName.INT32
        ? (group, i, index) -> Integer.toUnsignedLong(group.getInteger(i, index))
        : (group, i, index) ->
            new BigInteger(Long.toUnsignedString(group.getLong(i, index))).doubleValue();
  }

  private static ParquetNumber decimal(PrimitiveTypeName stored, int scale) {
    return switch (stored) {
      case INT32 ->
          (group, i, index) -> BigDecimal.valueOf(group.getInteger(i, index), scale).doubleValue();
      case INT64 ->
          (group, i, index) -> BigDecimal.valueOf(group.getLong(i, index), scale).doubleValue();
      default ->
          (group, i, index) ->
              new BigDecimal(new BigInteger(group.getBinary(i, index).getBytes()), scale)
                  .doubleValue();
    };
  }
}
