package dev.lockstep.benchmarks;

import dev.lockstep.nn.kernel.GruTape;
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
  private final GruTape tape;
  private final GruTape.Window all;
  private final Matrix input;
  private final Matrix outputSlopes;
  private final Matrix inputSlopes;

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
    this.tape = new GruTape(type, steps, sequences, hidden, false, steps);
    this.all = tape.windows().get(0);
    this.input = KernelBenchmark.random(random, type, rows, hidden);
    this.outputSlopes = KernelBenchmark.random(random, type, rows, hidden);
    this.inputSlopes = Matrix.zeros(type, rows, hidden);
    weights.refresh(kernels);
  }

  void run() {
    weights.refresh(kernels);
    readInput();
    forward();
    backward();
    gradient.writeGradient(kernels, tape, all, input);
    weights.inputSlopes(kernels, tape, all, 0, 0, inputSlopes, false);
  }

  void readInput() {
    weights.readInput(kernels, input, tape);
  }

  void forward() {
    kernels.forEachRowRange(
        tape.sequences(),
        (first, last) -> kernels.gruForward(weights, tape, 0, tape.steps(), first, last));
  }

  void backward() {
    kernels.gruBackward(weights, tape, all, outputSlopes);
  }

  Matrix outputs() {
    return tape.outputs();
  }

  Matrix inputSlopes() {
    return inputSlopes;
  }

  GruWeights gradient() {
    return gradient;
  }
}
