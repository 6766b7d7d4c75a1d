package dev.lockstep.metric;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Means over pairs of vectors of a function of their squared distance {@code |a_i|² + |b_j|² −
 * 2⟨a_i, b_j⟩}. In double: differences of close states lose digits in float. Its memory is
 * allocated once: the N² products of a step at a time would be garbage by the gigabyte that no
 * collector sees.
 */
final class PairDistances {
  /** Rows of products at a time. */
  private static final int TILE = 256;

  private final Kernels kernels;
  private final Vectors a;
  private final Vectors b;
  private final Matrix products;
  private final double[] values;
  private final double[] rowSums;

  /** One of the two sets. */
  private static final class Vectors {
    final Matrix matrix;
    final double[] squares;

    Vectors(int n, int width) {
      this.matrix = Matrix.zeros(DataType.DOUBLE, n, width);
      this.squares = new double[n];
    }

    void read(double[] values) {
      matrix.write(values);
      int width = matrix.columns();
      for (int i = 0; i < squares.length; i++) {
        double sum = 0;
        for (int j = i * width; j < (i + 1) * width; j++) {
          sum += values[j] * values[j];
        }
        squares[i] = sum;
      }
    }
  }

  /**
   * For two sets of vectors.
   *
   * @param n N, of either
   * @param width of a vector
   * @param threads that compute, at least 1
   */
  PairDistances(int n, int width, int threads) {
    this.kernels = KernelProvider.create(Kernel.AUTO, DataType.DOUBLE, threads);
    this.a = new Vectors(n, width);
    this.b = new Vectors(n, width);
    this.products = Matrix.zeros(DataType.DOUBLE, Math.min(TILE, n), n);
    this.values = new double[products.rows() * n];
    this.rowSums = new double[n];
  }

  /** N. */
  int size() {
    return rowSums.length;
  }

  /** Takes the vectors, N·width numbers each, one after another; more are left out. */
  void read(double[] first, double[] second) {
    a.read(first);
    b.read(second);
  }

  /** Over the N² pairs of a first vector and a second. */
  double between(DoubleUnaryOperator ofSquare) {
    return sum(a, b, ofSquare) / ((double) size() * size());
  }

  /** Over the N (N − 1) pairs of first vectors; not a number if N is 1. */
  double withinFirst(DoubleUnaryOperator ofSquare) {
    return within(a, ofSquare);
  }

  /** The same of second vectors. */
  double withinSecond(DoubleUnaryOperator ofSquare) {
    return within(b, ofSquare);
  }

  /** The median distance over the pairs of first vectors. */
  double medianWithinFirst() {
    int n = size();
    double[] squares = new double[n * (n - 1) / 2];
    int count = 0;
    for (int from = 0; from < n; from += TILE) {
      int to = Math.min(n, from + TILE);
      multiply(a, a, from, to);
      for (int i = from; i < to; i++) {
        for (int j = i + 1; j < n; j++) {
          squares[count++] = square(a, i, a, j, (i - from) * (n - from) + j - from);
        }
      }
    }
    Arrays.sort(squares);
    return (Math.sqrt(squares[(count - 1) / 2]) + Math.sqrt(squares[count / 2])) / 2;
  }

  private double within(Vectors vectors, DoubleUnaryOperator ofSquare) {
    return 2 * sum(vectors, vectors, ofSquare) / ((double) size() * (size() - 1));
  }

  /** Over all pairs of a first and a second, or, of vectors and themselves, each pair once. */
  private double sum(Vectors first, Vectors second, DoubleUnaryOperator ofSquare) {
    int n = size();
    for (int from = 0; from < n; from += TILE) {
      int start = from;
      int to = Math.min(n, from + TILE);
      multiply(first, second, from, to);
      kernels.forEachRowRange(
          to - from,
          (begin, end) -> {
            for (int i = start + begin; i < start + end; i++) {
              rowSums[i] = rowSum(first, i, second, start, ofSquare);
            }
          });
    }
    // Row by row, so that the number of threads changes nothing.
    double sum = 0;
    for (double row : rowSums) {
      sum += row;
    }
    return sum;
  }

  private double rowSum(
      Vectors first, int i, Vectors second, int from, DoubleUnaryOperator ofSquare) {
    boolean once = first == second;
    int firstColumn = once ? from : 0;
    int columns = size() - firstColumn;
    int offset = (i - from) * columns - firstColumn;
    double sum = 0;
    for (int j = once ? i + 1 : 0; j < size(); j++) {
      sum += ofSquare.applyAsDouble(square(first, i, second, j, offset + j));
    }
    return sum;
  }

  /**
   * Some rows' products with all others, or, of vectors and themselves, with those from there on.
   */
  private void multiply(Vectors first, Vectors second, int from, int to) {
    int n = size();
    int firstColumn = first == second ? from : 0;
    Matrix tile = products.rows(0, to - from).columns(0, n - firstColumn);
    Matrix others = second.matrix.rows(firstColumn, n);
    kernels.multiply(first.matrix.rows(from, to), false, others, true, tile, false);
    tile.read(values);
  }

  private double square(Vectors first, int i, Vectors second, int j, int product) {
    return Math.max(0, first.squares[i] + second.squares[j] - 2 * values[product]);
  }
}
