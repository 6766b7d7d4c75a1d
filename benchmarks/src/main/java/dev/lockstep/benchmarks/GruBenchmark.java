package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.KernelProvider;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
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

/** {@link GruPass} by each implementation of the kernels, in float, on all cores. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 3,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xms1g", "-Xmx1g"})
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 10, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class GruBenchmark {
  static final int STEPS = 100;

  @Param({"vector", "scalar", "nd4j"})
  public String implementation;

  @Param({"256", "512", "1024"})
  public int hidden;

  @Param({"32"})
  public int sequences;

  private GruPass pass;

  @Setup
  public void prepare() {
    int cores = Runtime.getRuntime().availableProcessors();
    pass =
        new GruPass(
            KernelProvider.create(KernelProvider.Choice.of(implementation), DataType.FLOAT, cores),
            DataType.FLOAT,
            STEPS,
            sequences,
            hidden);
  }

  @Benchmark
  public void forwardAndBackward() {
    pass.run();
  }

  /** Three gates, each with a product of the input and one of the state, each done three times. */
  static double flops(int sequences, int hidden) {
    return 6.0 * STEPS * sequences * 3 * hidden * (hidden + hidden);
  }
}
