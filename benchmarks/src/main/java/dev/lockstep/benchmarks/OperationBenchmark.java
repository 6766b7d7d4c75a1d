package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.AdamStep;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/** The kernels that work on all steps at once, or on none: dense, softmax, Adam. */
@State(Scope.Benchmark)
public class OperationBenchmark extends KernelBenchmark {
  private static final AdamStep STEP = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 1000, 1);

  @Param({"vector", "scalar", "nd4j"})
  public String implementation;

  private final Random random = new Random(1);
  private Kernels kernels;

  @Setup
  public void prepare() {
    kernels = kernels(implementation);
  }

  private Matrix random(int rows, int columns) {
    return random(random, DataType.FLOAT, rows, columns);
  }

  /** A layer of the discriminator: rows x outputs x inputs. */
  @State(Scope.Benchmark)
  public static class Dense {
    @Param({"3200x256x512", "6400x512x1024", "3200x1024x2048"})
    public String layer;

    private Matrix input;
    private Matrix weight;
    private Matrix bias;
    private Matrix output;

    @Setup
    public void prepare(OperationBenchmark benchmark) {
      int[] size = sizes(layer);
      input = benchmark.random(size[0], size[2]);
      weight = benchmark.random(size[1], size[2]);
      bias = benchmark.random(1, size[1]);
      output = Matrix.zeros(DataType.FLOAT, size[0], size[1]);
    }
  }

  /** Rows of output distributions: rows x symbols. */
  @State(Scope.Benchmark)
  public static class Distributions {
    @Param({"6400x50", "640x10000"})
    public String outputs;

    private Matrix logits;
    private Matrix probabilities;
    private Matrix normalisers;
    private Matrix gradients;
    private Matrix gradLogits;
    private int[] targets;
    private double[] weights;

    @Setup
    public void prepare(OperationBenchmark benchmark) {
      int[] size = sizes(outputs);
      logits = benchmark.random(size[0], size[1]);
      probabilities = Matrix.zeros(DataType.FLOAT, size[0], size[1]);
      normalisers = Matrix.zeros(DataType.FLOAT, size[0], 1);
      gradients = benchmark.random(size[0], size[1]);
      gradLogits = Matrix.zeros(DataType.FLOAT, size[0], size[1]);
      targets = benchmark.random.ints(size[0], 0, size[1]).toArray();
      weights = new double[size[0]];
      Arrays.fill(weights, 1.0 / size[0]);
      benchmark.kernels.softmax(logits, probabilities, normalisers);
    }
  }

  /** A network's flat vectors. */
  @State(Scope.Benchmark)
  public static class Parameters {
    @Param({"1000000", "4000000"})
    public int count;

    private Matrix parameters;
    private Matrix gradient;
    private Matrix mean;
    private Matrix variance;

    @Setup
    public void prepare(OperationBenchmark benchmark) {
      parameters = benchmark.random(1, count);
      gradient = benchmark.random(1, count);
      mean = Matrix.zeros(DataType.FLOAT, 1, count);
      variance = Matrix.zeros(DataType.FLOAT, 1, count);
    }
  }

  @Benchmark
  public void dense(Dense d) {
    kernels.multiply(d.input, false, d.weight, true, d.output, false);
    kernels.addBias(d.output, d.bias, 0);
  }

  @Benchmark
  public void softmax(Distributions d) {
    kernels.softmax(d.logits, d.probabilities, d.normalisers);
  }

  @Benchmark
  public void softmaxBackward(Distributions d) {
    kernels.softmaxBackward(d.probabilities, d.gradients, d.targets, d.weights, d.gradLogits);
  }

  @Benchmark
  public void adam(Parameters p) {
    kernels.adam(p.parameters, p.gradient, p.mean, p.variance, STEP);
  }

  /** Matrices are counted once for being read and once for being written. */
  static Work work(BenchmarkParams run) {
    String operation = method(run);
    String name = operation + ", " + run.getParam("implementation") + ", ";
    return switch (operation) {
      case "dense" -> {
        String layer = run.getParam("layer");
        yield Work.flops(name + layer, 2 * product(layer));
      }
      case "adam" -> {
        String count = run.getParam("count");
        yield Work.bytes(name + count, (4 + 3) * Float.BYTES * product(count));
      }
      default -> {
        String outputs = run.getParam("outputs");
        int matrices = operation.equals("softmax") ? 2 : 3;
        yield Work.bytes(name + outputs, matrices * Float.BYTES * product(outputs));
      }
    };
  }

  private static double product(String shape) {
    return Arrays.stream(sizes(shape)).asDoubleStream().reduce(1, (a, b) -> a * b);
  }
}
