package dev.lockstep.benchmarks;

import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.nn.kernel.Matrix;
import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** {@link ConvolutionPass} over 64 images of the size of MNIST's. */
@State(Scope.Benchmark)
public class ConvolutionBenchmark extends KernelBenchmark {
  static final int SIDE = 28;
  static final int IMAGES = 64;

  @Param({"vector", "scalar", "nd4j"})
  public String implementation;

  @Param({"8", "64"})
  public int channels;

  private ConvolutionPass pass;

  @Setup
  public void prepare() {
    Matrix behaviour = ConvolutionPass.behaviour(SIDE, IMAGES, DataType.FLOAT);
    pass =
        new ConvolutionPass(
            kernels(implementation),
            ConvolutionPass.network(SIDE, channels, DataType.FLOAT),
            SIDE,
            behaviour);
  }

  @Benchmark
  public void forwardAndBackward() {
    pass.run();
  }

  static Work work(BenchmarkParams run) {
    int channels = Integer.parseInt(run.getParam("channels"));
    return work(name(run.getParam("implementation"), channels), channels);
  }

  /** Forward, gradients and gradient: three products of each layer. */
  static Work work(String name, int channels) {
    double image =
        ConvolutionalDiscriminator.flops(ConvolutionPass.COLUMNS, SIDE, SIDE * SIDE, channels);
    return Work.flops(name, 3 * IMAGES * image);
  }

  static String name(String implementation, int channels) {
    return "convolutions, " + implementation + ", D=" + channels;
  }
}
