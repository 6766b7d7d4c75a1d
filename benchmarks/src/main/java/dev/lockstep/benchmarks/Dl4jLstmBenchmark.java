package dev.lockstep.benchmarks;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.nativeblas.NativeOpsHolder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * DL4J's own LSTM layer, forward and backward with the gradients of its parameters and of its
 * input, in float, in DL4J's workspaces.
 *
 * <p>DL4J's backward pass begins with a forward pass of its own, so a training step pays for two.
 * {@link #forwardAndBackward} is that step; {@link #backwardAlone} leaves the first pass out, which
 * no training can.
 */
@State(Scope.Benchmark)
public class Dl4jLstmBenchmark extends KernelBenchmark {
  @Param({"256", "512", "1024"})
  public int hidden;

  @Param({"32"})
  public int sequences;

  /** Of ND4J's own operations; its OpenBLAS follows {@link #blasThreads}. */
  @Param({"1"})
  public int ompThreads;

  /** 0 for one a core. */
  @Param({"0"})
  public int blasThreads;

  private MultiLayerNetwork network;
  private INDArray input;
  private INDArray gradOutput;

  @Setup
  public void prepare() {
    network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new NoOp())
                .list()
                .layer(
                    new LSTM.Builder().nIn(hidden).nOut(hidden).dataFormat(RNNFormat.NCW).build())
                .build());
    network.init();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(ompThreads);
    Nd4j.factory().blas().setMaxThreads(blasThreads == 0 ? cores() : blasThreads);
    long[] shape = {sequences, hidden, STEPS};
    // Order 'f' is what DL4J's own layers hand to each other: no copies.
    input = Nd4j.rand(DataType.FLOAT, shape).subi(0.5).dup('f');
    gradOutput = Nd4j.rand(DataType.FLOAT, shape).subi(0.5).dup('f');
    network.setInput(input);
    network.feedForward(true, false);
  }

  @Benchmark
  public Pair<Gradient, INDArray> forwardAndBackward() {
    network.setInput(input);
    network.feedForward(true, false);
    return network.backpropGradient(gradOutput, LayerWorkspaceMgr.noWorkspaces());
  }

  @Benchmark
  public Pair<Gradient, INDArray> backwardAlone() {
    return network.backpropGradient(gradOutput, LayerWorkspaceMgr.noWorkspaces());
  }

  /** Four gates, each with a product of the input and one of the state, each done three times. */
  static Work work(BenchmarkParams run) {
    int hidden = Integer.parseInt(run.getParam("hidden"));
    return Work.flops(
        name(method(run).equals("backwardAlone"), hidden),
        6.0 * STEPS * Integer.parseInt(run.getParam("sequences")) * 4 * hidden * (hidden + hidden));
  }

  static String name(boolean backwardAlone, int hidden) {
    return "DL4J LSTM" + (backwardAlone ? " (backward alone)" : "") + ", H=" + hidden;
  }
}
