package dev.lockstep.benchmarks;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * {@link Dl4jConvolutionPass} over the same images as {@link ConvolutionBenchmark}; seconds each.
 */
@State(Scope.Benchmark)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
public class Dl4jConvolutionBenchmark extends KernelBenchmark {
  @Param({"8", "64"})
  public int channels;

  /** Of ND4J's own operations and of its OpenBLAS; 0 for one a core. */
  @Param({"0"})
  public int threads;

  private Dl4jConvolutionPass pass;

  @Setup
  public void prepare() {
    int side = ConvolutionBenchmark.SIDE;
    pass =
        new Dl4jConvolutionPass(
            ConvolutionPass.network(side, channels, DataType.FLOAT),
            side,
            ConvolutionPass.behaviour(side, ConvolutionBenchmark.IMAGES, DataType.FLOAT));
    int count = threads == 0 ? cores() : threads;
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(count);
    Nd4j.factory().blas().setMaxThreads(count);
  }

  @Benchmark
  public void forwardAndBackward() {
    pass.run();
  }

  static Work work(BenchmarkParams run) {
    int channels = Integer.parseInt(run.getParam("channels"));
    return ConvolutionBenchmark.work(name(channels), channels);
  }

  static String name(int channels) {
    return "DL4J convolutions, D=" + channels;
  }
}
