package dev.lockstep.benchmarks;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.EmissionSource;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.output.SamplingOptions;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** One step of free-running generation: a symbol for each sequence. */
@State(Scope.Benchmark)
public class SamplingBenchmark extends KernelBenchmark {
  private static final int VOCABULARY = 50;

  /** As many as generation runs at a time. */
  private static final int CHUNK = 64;

  @Param({"vector", "scalar", "nd4j"})
  public String implementation;

  @Param({"512", "1024"})
  public int hidden;

  @Param({"1", "32"})
  public int sequences;

  private Generator generator;
  private GeneratorActivations activations;
  private EmissionSource source;

  @Setup
  public void prepare() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            Generator.configuration(
                new Generator.Shape(VOCABULARY, 0, hidden, 1), DataType.FLOAT, new NoOp(), 1));
    network.init();
    generator = new Generator(network, kernels(implementation));
    generator.parametersChanged();
    activations = generator.activations(CHUNK, sequences);
    activations.start();
    source =
        AncestralSampler.of(
                new SplittableRandom(1),
                CHUNK,
                sequences,
                generator.uniforms(),
                SamplingOptions.AS_LEARNED)
            ::draw;
    generator.run(activations, source);
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK)
  public void step() {
    activations.carryState();
    generator.run(activations, source);
  }

  /** The input is a table: what is multiplied is the state, by three gates and by the output. */
  static Work work(BenchmarkParams run) {
    double hidden = Integer.parseInt(run.getParam("hidden"));
    String sequences = run.getParam("sequences");
    return Work.flops(
        "sampling, " + run.getParam("implementation") + ", H=" + (int) hidden + " N=" + sequences,
        2.0 * Integer.parseInt(sequences) * hidden * (3 * hidden + VOCABULARY));
  }
}
