package dev.lockstep.walkback;

import dev.lockstep.nn.kernel.Matrix;
import org.nd4j.linalg.api.buffer.DataType;

/** Memory for a matrix of always as many columns, taken again when it needs more rows. */
final class ReusedMatrix {
  private final DataType type;
  private Matrix held;

  ReusedMatrix(DataType type) {
    this.type = type;
  }

  /** A matrix with whatever stands there, until the next one. */
  Matrix of(int rows, int columns) {
    if (held == null || held.rows() < rows) {
      held = Matrix.zeros(type, rows, columns);
    }
    return held.rows(0, rows);
  }
}
