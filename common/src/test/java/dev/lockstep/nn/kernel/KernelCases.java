package dev.lockstep.nn.kernel;

import dev.lockstep.config.TrainingSettings.Kernel;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Every implementation of the seam, and matrices of random numbers to put through them. */
public final class KernelCases {
  /** An implementation and the type it is to be tried in. */
  public record Case(String name, Kernels kernels, DataType type) {
    @Override
    public String toString() {
      return name + " " + type;
    }
  }

  private KernelCases() {}

  /** Scalar and ND4J in both types, vector in float with each GEMM. */
  public static Stream<Case> all() {
    return Stream.concat(inDouble(), inFloat());
  }

  public static Stream<Case> inDouble() {
    return Stream.of(
        of("scalar", Kernel.SCALAR, DataType.DOUBLE, 2),
        of("nd4j", Kernel.ND4J, DataType.DOUBLE, 1));
  }

  public static Stream<Case> inFloat() {
    RowOps vector = new dev.lockstep.nn.kernel.vector.VectorRowOps();
    return Stream.of(
        of("vector, one thread", Kernel.VECTOR, DataType.FLOAT, 1),
        of("vector, three threads", Kernel.VECTOR, DataType.FLOAT, 3),
        new Case(
            "vector on openblas",
            new CpuKernels(DataType.FLOAT, new OpenBlasGemm(), vector, 2),
            DataType.FLOAT),
        of("scalar", Kernel.SCALAR, DataType.FLOAT, 2),
        of("nd4j", Kernel.ND4J, DataType.FLOAT, 1));
  }

  private static Case of(String name, Kernel choice, DataType type, int threads) {
    return new Case(name, KernelProvider.create(choice, type, threads), type);
  }

  /** The oracle: scalar, double, one thread. */
  static Kernels oracle() {
    return KernelProvider.create(Kernel.SCALAR, DataType.DOUBLE, 1);
  }

  /**
   * Widths that break lanes: one, a lane count less one, itself and one more, a prime; for 4, 8 and
   * 16 lanes.
   */
  static List<Integer> widths() {
    return List.of(1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 37);
  }

  /** Uniform between −scale and scale. */
  public static Matrix random(Random random, DataType type, int rows, int columns, double scale) {
    double[] values = random.doubles((long) rows * columns, -scale, scale).toArray();
    return Matrix.of(Nd4j.createFromArray(values).castTo(type).reshape('c', rows, columns));
  }

  static Matrix copy(Matrix x, DataType type) {
    return Matrix.of(x.array().castTo(type).dup('c'));
  }
}
