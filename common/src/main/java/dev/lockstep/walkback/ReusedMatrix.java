package dev.lockstep.walkback;

import dev.lockstep.nn.kernel.Matrix;
import org.nd4j.linalg.api.buffer.DataType;

/** Memory for as many rows as were ever asked for at once. */
final class ReusedMatrix {
  private final DataType type;
  private final int columns;
  private Matrix held;

  ReusedMatrix(DataType type, int columns) {
    this.type = type;
    this.columns = columns;
  }

  /** So many rows, with whatever stood there. */
  Matrix rows(int count) {
    if (held == null || held.rows() < count) {
      held = Matrix.zeros(type, count, columns);
    }
    return held.rows(0, count);
  }
}
