package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class MatrixTest {
  @Test
  void hostMemoryOfAViewIsItsOwn() {
    INDArray flat = Nd4j.arange(0, 60).castTo(DataType.FLOAT);
    INDArray middle = flat.get(NDArrayIndex.interval(10, 40));
    checkMemory(Matrix.ofVector(middle));
    // As DL4J makes a layer's weight: a view of a view, in order 'f'.
    INDArray part = middle.get(NDArrayIndex.interval(6, 26));
    Matrix weight = Matrix.ofWeight(part.reshape('f', new long[] {4, 5}));
    assertThat(weight.rows()).isEqualTo(5);
    assertThat(weight.toArray()[0]).isEqualTo(16);
    checkMemory(weight);
    Matrix corner = weight.rows(1, 4).columns(2, 4);
    checkMemory(corner);
    corner.array().addi(100);
    assertThat(corner.toArray()).containsExactly(122, 123, 126, 127, 130, 131);
    assertThat(flat.getDouble(22)).isEqualTo(122);
  }

  @Test
  void hostMemoryOfAnArrayInAWorkspaceIsItsOwn() {
    WorkspaceConfiguration configuration =
        WorkspaceConfiguration.builder().initialSize(10_000).build();
    try (var ignored =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "MatrixTest")) {
      Nd4j.create(DataType.FLOAT, 7);
      INDArray array = Nd4j.arange(0, 30).castTo(DataType.FLOAT).reshape('c', 5, 6);
      checkMemory(Matrix.of(array));
      checkMemory(Matrix.of(array.get(NDArrayIndex.interval(1, 4), NDArrayIndex.interval(2, 5))));
    }
  }

  /** Both ways to the host memory against the array's own elements. */
  private static void checkMemory(Matrix matrix) {
    int count = matrix.rows() * matrix.columns();
    double[] fromBytes = new double[count];
    double[] fromAddress = new double[count];
    FloatPointer pointer = new Floats(matrix.address());
    for (int i = 0; i < matrix.rows(); i++) {
      for (int j = 0; j < matrix.columns(); j++) {
        int k = i * matrix.columns() + j;
        fromBytes[k] = matrix.bytes().getFloat((matrix.index(i) + j) * Float.BYTES);
        fromAddress[k] = pointer.get((long) i * matrix.stride() + j);
      }
    }
    assertThat(fromBytes).isEqualTo(matrix.toArray());
    assertThat(fromAddress).isEqualTo(matrix.toArray());
  }

  @Test
  void copiesRowsToAndFromTheMiddleOfAnArray() {
    Matrix matrix = Matrix.zeros(DataType.FLOAT, 4, 5);
    Matrix middle = matrix.rows(1, 3).columns(2, 4);
    middle.write(new double[] {9, 9, 9, 1, 2, 3, 4, 9}, 3);
    assertThat(middle.toArray()).containsExactly(1, 2, 3, 4);
    assertThat(matrix.array().sumNumber().doubleValue()).isEqualTo(10);
    double[] values = {5, 5, 5, 5, 5, 5};
    middle.read(values, 1);
    assertThat(values).containsExactly(5, 1, 2, 3, 4, 5);
  }

  @Test
  void refusesWhatIsNotRowMajor() {
    INDArray columns = Nd4j.create(DataType.FLOAT, new long[] {3, 4}, 'f');
    assertThatThrownBy(() -> Matrix.of(columns)).hasMessageContaining("rows must be contiguous");
    assertThatThrownBy(() -> Matrix.of(Nd4j.create(DataType.FLOAT, 2, 3, 4)))
        .hasMessageContaining("a matrix needs rank 2, not 3");
    assertThatThrownBy(() -> Matrix.zeros(DataType.FLOAT, 3, 4).rows(2, 5))
        .hasMessageContaining("rows 2 to 5 of 3");
  }

  private static final class Floats extends FloatPointer {
    Floats(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}
