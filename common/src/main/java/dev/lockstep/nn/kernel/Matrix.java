package dev.lockstep.nn.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A row-major view of an ND4J array: the currency of {@link Kernels}. Taking rows or columns of it
 * costs one small object, where an {@code INDArray} view costs microseconds, which would show in a
 * loop over time steps.
 *
 * <p>The memory belongs to the array and stays where the backend keeps it; CPU kernels ask for
 * {@link #bytes()} or {@link #address()}, others for {@link #array()}.
 */
public final class Matrix {
  /** Whether the backend's arrays are in host memory, and there alone. */
  static final boolean HOST_MEMORY =
      Nd4j.getBackend().getClass().getSimpleName().equals("CpuBackend");

  private final Memory memory;
  private final int firstRow;
  private final int firstColumn;
  private final int rows;
  private final int columns;

  private Matrix(Memory memory, int firstRow, int firstColumn, int rows, int columns) {
    this.memory = memory;
    this.firstRow = firstRow;
    this.firstColumn = firstColumn;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * A view of a rank-2 array whose rows are contiguous.
   *
   * @throws IllegalArgumentException if the array is of another rank or layout
   */
  public static Matrix of(INDArray array) {
    if (array.rank() != 2) {
      throw new IllegalArgumentException("a matrix needs rank 2, not " + array.rank());
    }
    if (array.size(1) > 1 && array.stride(1) != 1) {
      throw new IllegalArgumentException("rows must be contiguous: " + array.shapeInfoToString());
    }
    return new Matrix(new Memory(array), 0, 0, (int) array.size(0), (int) array.size(1));
  }

  /**
   * A DL4J weight of shape [in, out] and order 'f', which in memory is the row-major [out, in] that
   * this returns a view of.
   */
  public static Matrix ofWeight(INDArray weight) {
    return of(weight.transpose());
  }

  /** A vector of any shape, as one row. */
  public static Matrix ofVector(INDArray vector) {
    return of(vector.reshape(1, vector.length()));
  }

  /** New memory outside every workspace, zeroed. */
  public static Matrix zeros(DataType type, long rows, long columns) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return of(Nd4j.create(type, new long[] {rows, columns}, 'c'));
    }
  }

  /** Rows {@code from} (inclusive) to {@code to} (exclusive). */
  public Matrix rows(int from, int to) {
    check(from, to, rows, "rows");
    return new Matrix(memory, firstRow + from, firstColumn, to - from, columns);
  }

  /** Columns {@code from} (inclusive) to {@code to} (exclusive). */
  public Matrix columns(int from, int to) {
    check(from, to, columns, "columns");
    return new Matrix(memory, firstRow, firstColumn + from, rows, to - from);
  }

  private static void check(int from, int to, int size, String what) {
    if (from < 0 || to < from || to > size) {
      throw new IndexOutOfBoundsException(what + " " + from + " to " + to + " of " + size);
    }
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  /** Elements from the start of one row to the start of the next. */
  public int stride() {
    return memory.stride;
  }

  /** {@code FLOAT} or {@code DOUBLE}. */
  public DataType type() {
    return memory.array.dataType();
  }

  /** These elements as an ND4J array; writes go through. */
  public INDArray array() {
    INDArray whole = memory.array;
    if (rows == whole.size(0) && columns == whole.size(1)) {
      return whole;
    }
    // Not get(): that loses the rows of a view into the middle of a buffer (seen in 1.0.0-M2.1).
    DataBuffer data = whole.data();
    DataBuffer all = data.originalDataBuffer() == null ? data : data.originalDataBuffer();
    long[] shape = {rows, columns};
    long[] strides = {memory.stride, 1};
    return Nd4j.create(all, shape, strides, whole.offset() + index(0), 'c', type());
  }

  /**
   * Host memory of the whole underlying array, native order; element (i, j) is at {@code (index(i)
   * + j) · element size}.
   */
  public ByteBuffer bytes() {
    return memory.bytes();
  }

  /** Element index of the start of a row within {@link #bytes()}. */
  public int index(int row) {
    return (firstRow + row) * memory.stride + firstColumn;
  }

  /** Host address of element (0, 0). */
  public long address() {
    return memory.address() + (long) index(0) * memory.width;
  }

  /** The elements, row by row, on the host. */
  public double[] toArray() {
    return array().dup('c').data().asDouble();
  }

  /**
   * Copies the elements, row by row, into the start of {@code values}: without garbage where the
   * backend's memory is the host's.
   *
   * @throws IndexOutOfBoundsException if they do not fit
   */
  public void read(double[] values) {
    read(values, 0);
  }

  /** Copies all elements into {@code values} from {@code at}. */
  public void read(double[] values, int at) {
    if (!HOST_MEMORY) {
      System.arraycopy(toArray(), 0, values, at, rows * columns);
      return;
    }
    ByteBuffer memory = bytes();
    boolean wide = type() == DataType.DOUBLE;
    for (int i = 0; i < rows; i++) {
      int start = index(i);
      for (int j = 0; j < columns; j++) {
        values[at + i * columns + j] =
            wide ? memory.getDouble((start + j) * 8) : memory.getFloat((start + j) * 4);
      }
    }
  }

  /**
   * Copies one element of each row.
   *
   * @param column that of row i is {@code column[first + i]}
   */
  public void pick(int[] column, int first, double[] values) {
    if (!HOST_MEMORY) {
      double[] all = toArray();
      Arrays.setAll(values, i -> all[i * columns + column[first + i]]);
      return;
    }
    ByteBuffer memory = bytes();
    boolean wide = type() == DataType.DOUBLE;
    for (int i = 0; i < rows; i++) {
      int at = index(i) + column[first + i];
      values[i] = wide ? memory.getDouble(at * 8) : memory.getFloat(at * 4);
    }
  }

  /** Overwrites the elements, row by row, by the start of {@code values}; otherwise like read. */
  public void write(double[] values) {
    write(values, 0);
  }

  /** Overwrites all elements by those of {@code values} from {@code at}. */
  public void write(double[] values, int at) {
    if (!HOST_MEMORY) {
      double[] own = Arrays.copyOfRange(values, at, at + rows * columns);
      array().assign(Nd4j.createFromArray(own).castTo(type()).reshape(rows, columns));
      return;
    }
    ByteBuffer memory = bytes();
    boolean wide = type() == DataType.DOUBLE;
    for (int i = 0; i < rows; i++) {
      int start = index(i);
      for (int j = 0; j < columns; j++) {
        double value = values[at + i * columns + j];
        if (wide) {
          memory.putDouble((start + j) * 8, value);
        } else {
          memory.putFloat((start + j) * 4, (float) value);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "Matrix[" + rows + " x " + columns + " " + type() + "]";
  }

  /** The host side of one array, resolved once and shared by all views of it. */
  private static final class Memory {
    private final INDArray array;
    private final int stride;
    private final int width;
    private volatile ByteBuffer bytes;
    private long address;

    Memory(INDArray array) {
      this.array = array;
      this.stride = (int) (array.size(0) > 1 ? array.stride(0) : array.size(1));
      this.width = array.dataType().width();
    }

    synchronized long address() {
      if (address == 0) {
        // Unlike address(), the pointer knows of the offset of a view.
        address = array.data().addressPointer().address();
      }
      return address;
    }

    ByteBuffer bytes() {
      ByteBuffer known = bytes;
      return known == null ? resolve() : known;
    }

    private synchronized ByteBuffer resolve() {
      if (bytes == null) {
        long size = ((array.size(0) - 1) * stride + array.size(1)) * width;
        if (size > Integer.MAX_VALUE) {
          throw new IllegalArgumentException(
              "an array of "
                  + size
                  + " bytes is over the 2 GiB one buffer can hold: use a smaller training.batch or"
                  + " data.sequence-length");
        }
        bytes = new Region(address(), size).asByteBuffer().order(ByteOrder.nativeOrder());
      }
      return bytes;
    }
  }

  /** Memory that somebody else owns. */
  private static final class Region extends BytePointer {
    Region(long address, long size) {
      super((Pointer) null);
      this.address = address;
      this.limit = size;
      this.capacity = size;
    }
  }
}
