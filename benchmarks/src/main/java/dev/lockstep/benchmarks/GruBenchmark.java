package dev.lockstep.benchmarks;

import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** The recurrence of a GRU forward and backward, and {@link GruPass}, of which they are parts. */
@State(Scope.Benchmark)
public class GruBenchmark extends KernelBenchmark {
  @Param({"vector", "scalar", "nd4j"})
  public String implementation;

  @Param({"256", "512", "1024"})
  public int hidden;

  @Param({"32"})
  public int sequences;

  private GruPass pass;

  @Setup
  public void prepare() {
    pass = new GruPass(kernels(implementation), DataType.FLOAT, STEPS, sequences, hidden);
  }

  /** A pass backward overwrites what it reads, so each one has a pass forward before it. */
  @State(Scope.Benchmark)
  public static class Forwarded {
    private GruPass pass;

    @Setup(Level.Invocation)
    public void prepare(GruBenchmark benchmark) {
      pass = benchmark.pass;
      pass.readInput();
      pass.forward();
    }
  }

  /** Over its own activations from the second time on: numbers as good as any. */
  @Benchmark
  public void forward() {
    pass.forward();
  }

  @Benchmark
  public void backward(Forwarded forwarded) {
    forwarded.pass.backward();
  }

  @Benchmark
  public void forwardAndBackward() {
    pass.run();
  }

  /**
   * A part makes one product of the state by three gates; a whole pass makes three of those and as
   * many of the input.
   */
  static Work work(BenchmarkParams run) {
    double hidden = Integer.parseInt(run.getParam("hidden"));
    double product =
        2.0 * STEPS * Integer.parseInt(run.getParam("sequences")) * 3 * hidden * hidden;
    String part = method(run);
    int products = part.equals("forwardAndBackward") ? 6 : 1;
    return Work.flops(name(part, run.getParam("implementation"), (int) hidden), products * product);
  }

  static String name(String part, String implementation, int hidden) {
    return "GRU " + part + ", " + implementation + ", H=" + hidden;
  }
}
