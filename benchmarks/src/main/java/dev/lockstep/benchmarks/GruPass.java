package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Random;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * One GRU layer with as many inputs as units, forward and backward with the gradients of its
 * parameters and of its input: what a training step does with a layer.
 */
final class GruPass {
  private final Kernels kernels;
  private final GruWeights weights;
  private final GruWeights gradient;
  private final GruActivations activations;
  private final GruActivations.Segment all;
  private final Matrix input;
  private final Matrix gradOutput;
  private final Matrix gradInput;

  GruPass(Kernels kernels, DataType type, int steps, int sequences, int hidden) {
    Random random = new Random(1);
    int rows = steps * sequences;
    this.kernels = kernels;
    this.weights =
        new GruWeights(
            KernelBenchmark.random(random, type, 3 * hidden, hidden),
            KernelBenchmark.random(random, type, 3 * hidden, hidden),
            KernelBenchmark.random(random, type, 1, 3 * hidden),
            KernelBenchmark.random(random, type, 1, 3 * hidden));
    this.gradient =
        new GruWeights(
            Matrix.zeros(type, 3L * hidden, hidden),
            Matrix.zeros(type, 3L * hidden, hidden),
            Matrix.zeros(type, 1, 3L * hidden),
            Matrix.zeros(type, 1, 3L * hidden));
    this.activations = new GruActivations(type, steps, sequences, hidden, false, steps);
    this.all = activations.segments().get(0);
    this.input = KernelBenchmark.random(random, type, rows, hidden);
    this.gradOutput = KernelBenchmark.random(random, type, rows, hidden);
    this.gradInput = Matrix.zeros(type, rows, hidden);
    weights.repack(kernels);
  }

  void run() {
    weights.repack(kernels);
    readInput();
    forward();
    backward();
    gradient.writeGradient(kernels, activations, all, input);
    weights.gradInput(kernels, activations, all, 0, 0, gradInput, false);
  }

  void readInput() {
    weights.readInput(kernels, input, activations);
  }

  void forward() {
    kernels.forEachRowRange(
        activations.sequences(),
        (first, last) ->
            kernels.gruForward(weights, activations, 0, activations.steps(), first, last));
  }

  void backward() {
    kernels.gruBackward(weights, activations, all, gradOutput);
  }

  Matrix outputs() {
    return activations.outputs();
  }

  Matrix gradInput() {
    return gradInput;
  }

  GruWeights gradient() {
    return gradient;
  }
}
