package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Large matrix multiplication in float on all cores: the rate that nothing made of matrix
 * multiplications can be above. oneDNN as the kernels call it, one range of rows a thread; OpenBLAS
 * with its own threads.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xms1g", "-Xmx1g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SgemmBenchmark {
  @Param({"onednn", "openblas"})
  public String library;

  /** Rows x columns x inner. */
  @Param({"3200x1536x512", "2048x2048x2048"})
  public String shape;

  private Runnable multiplication;

  @Setup
  public void prepare() {
    int[] size = size(shape);
    INDArray a = Nd4j.rand(DataType.FLOAT, size[0], size[2]);
    INDArray b = Nd4j.rand(DataType.FLOAT, size[2], size[1]);
    int cores = Runtime.getRuntime().availableProcessors();
    if (library.equals("openblas")) {
      INDArray c = Nd4j.createUninitialized(DataType.FLOAT, new long[] {size[0], size[1]}, 'f');
      INDArray left = a.dup('f');
      INDArray right = b.dup('f');
      Nd4j.factory().blas().setMaxThreads(cores);
      multiplication = () -> Nd4j.gemm(left, right, c, false, false, 1, 0);
      return;
    }
    Kernels kernels = KernelProvider.create(KernelProvider.Choice.VECTOR, DataType.FLOAT, cores);
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

  private static int[] size(String shape) {
    String[] parts = shape.split("x", 3);
    return new int[] {
      Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2])
    };
  }

  static double flops(String shape) {
    int[] size = size(shape);
    return 2.0 * size[0] * size[1] * size[2];
  }
}
