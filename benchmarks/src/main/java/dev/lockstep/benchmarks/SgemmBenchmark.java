package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Large matrix multiplication in float on all cores: the rate that nothing made of matrix
 * multiplications can be above. oneDNN as the kernels call it, one range of rows a thread; OpenBLAS
 * with its own threads.
 */
@State(Scope.Benchmark)
public class SgemmBenchmark extends KernelBenchmark {
  /** How its rows in the report begin. */
  static final String PREFIX = "SGEMM ";

  @Param({"onednn", "openblas"})
  public String library;

  /** Rows x columns x inner. */
  @Param({"3200x1536x512", "2048x2048x2048"})
  public String shape;

  private Runnable multiplication;

  @Setup
  public void prepare() {
    int[] size = sizes(shape);
    INDArray a = Nd4j.rand(DataType.FLOAT, size[0], size[2]);
    INDArray b = Nd4j.rand(DataType.FLOAT, size[2], size[1]);
    if (library.equals("openblas")) {
      INDArray c = Nd4j.createUninitialized(DataType.FLOAT, new long[] {size[0], size[1]}, 'f');
      INDArray left = a.dup('f');
      INDArray right = b.dup('f');
      Nd4j.factory().blas().setMaxThreads(cores());
      multiplication = () -> Nd4j.gemm(left, right, c, false, false, 1, 0);
      return;
    }
    Kernels kernels = kernels("vector");
    if (!kernels.name().contains(library)) {
      throw new IllegalStateException("the kernels are " + kernels.name() + ", not " + library);
    }
    Matrix c = Matrix.zeros(DataType.FLOAT, size[0], size[1]);
    multiplication = () -> kernels.multiply(Matrix.of(a), false, Matrix.of(b), false, c, false);
  }

  @Benchmark
  public void multiply() {
    multiplication.run();
  }

  static Work work(BenchmarkParams run) {
    int[] size = sizes(run.getParam("shape"));
    return Work.flops(
        PREFIX + run.getParam("library") + " " + run.getParam("shape"),
        2.0 * size[0] * size[1] * size[2]);
  }
}
