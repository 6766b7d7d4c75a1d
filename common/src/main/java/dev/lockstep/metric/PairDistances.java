package dev.lockstep.metric;

import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Sums of the Euclidean distances of all N² pairs of vectors, {@code Σ_ij √(|a_i|² + |b_j|² −
 * 2⟨a_i, b_j⟩)}. In double: differences of close states lose digits in float. Its memory is
 * allocated once: the N² products of a step at a time would be garbage by the gigabyte that no
 * collector sees.
 */
final class PairDistances {
  /** Rows of products at a time. */
  private static final int TILE = 256;

  private final Kernels kernels =
      KernelProvider.create(
          KernelProvider.Choice.AUTO, DataType.DOUBLE, Runtime.getRuntime().availableProcessors());
  private final Matrix a;
  private final Matrix b;
  private final Matrix products;
  private final double[] values;
  private final double[] squaresOfA;
  private final double[] squaresOfB;

  /**
   * @param n N
   * @param width of a vector
   */
  PairDistances(int n, int width) {
    this.a = Matrix.zeros(DataType.DOUBLE, n, width);
    this.b = Matrix.zeros(DataType.DOUBLE, n, width);
    this.products = Matrix.zeros(DataType.DOUBLE, Math.min(TILE, n), n);
    this.values = new double[products.rows() * Math.max(n, width)];
    this.squaresOfA = new double[n];
    this.squaresOfB = new double[n];
  }

  /** Takes the vectors, [N, width] each, of any floating type. */
  void read(INDArray first, INDArray second) {
    a.array().assign(first);
    b.array().assign(second);
    squares(a, squaresOfA);
    squares(b, squaresOfB);
  }

  /** The first vectors. */
  INDArray a() {
    return a.array();
  }

  /** The second vectors. */
  INDArray b() {
    return b.array();
  }

  /** Of each first vector to each second. */
  double between() {
    return sum(b, squaresOfB);
  }

  /** Of each first vector to each first. */
  double within() {
    return sum(a, squaresOfA);
  }

  private double sum(Matrix other, double[] squares) {
    int n = a.rows();
    double sum = 0;
    for (int from = 0; from < n; from += TILE) {
      int to = Math.min(n, from + TILE);
      Matrix tile = products.rows(0, to - from);
      kernels.multiply(a.rows(from, to), false, other, true, tile, false);
      tile.read(values);
      for (int i = from; i < to; i++) {
        sum += rowSum(squaresOfA[i], squares, (i - from) * n);
      }
    }
    return sum;
  }

  private double rowSum(double square, double[] squares, int row) {
    double sum = 0;
    for (int j = 0; j < squares.length; j++) {
      sum += Math.sqrt(Math.max(0, square + squares[j] - 2 * values[row + j]));
    }
    return sum;
  }

  private void squares(Matrix x, double[] squares) {
    int width = x.columns();
    for (int from = 0; from < x.rows(); from += TILE) {
      int to = Math.min(x.rows(), from + TILE);
      x.rows(from, to).read(values);
      for (int i = from; i < to; i++) {
        double sum = 0;
        for (int j = (i - from) * width; j < (i - from + 1) * width; j++) {
          sum += values[j] * values[j];
        }
        squares[i] = sum;
      }
    }
  }
}
