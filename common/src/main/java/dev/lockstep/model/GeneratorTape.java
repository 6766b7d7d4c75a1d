package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of the generator over T steps of N rows remembers; allocated once and reused. A row
 * is a sequence in one of the two modes.
 */
public final class GeneratorTape {
  private final int steps;
  private final int rows;
  final List<GruTape> layers;
  final Matrix logits;
  final Matrix probabilities;
  final Matrix logNormalisers;
  final int[] inputs;
  final int[] outputs;
  final double[] surprisal;
  private Matrix stateSlopes;
  float[] mask;

  GeneratorTape(DataType type, int steps, int rows, int windowSteps, Generator.Shape shape) {
    this.steps = steps;
    this.rows = rows;
    this.layers =
        IntStream.range(0, shape.layers())
            .mapToObj(l -> new GruTape(type, steps, rows, shape.hidden(), false, windowSteps))
            .toList();
    long count = (long) steps * rows;
    this.logits = Matrix.zeros(type, count, shape.vocabulary());
    this.probabilities = Matrix.zeros(type, count, shape.vocabulary());
    this.logNormalisers = Matrix.zeros(type, count, 1);
    this.inputs = new int[steps * rows];
    this.outputs = new int[steps * rows];
    this.surprisal = new double[steps * rows];
  }

  /** Bytes of a tape of these sizes that has been through a step, in either objective. */
  static long bytes(long width, long steps, long rows, long windowSteps, Generator.Shape shape) {
    long count = steps * rows;
    long layers = shape.layers() * GruTape.size(steps, rows, shape.hidden(), windowSteps);
    long floats = layers + count * (2L * shape.vocabulary() + 1 + shape.hidden());
    return width * floats + count * (2L * Integer.BYTES + Double.BYTES);
  }

  /** T. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int rows() {
    return rows;
  }

  /** Whether this tape fits a pass of that size. */
  public boolean fits(int wantedSteps, int wantedRows) {
    return steps == wantedSteps && rows == wantedRows;
  }

  /** Makes every row start from the zero state and the given symbol. */
  public void start(int symbol) {
    layers.forEach(layer -> layer.initialState().array().assign(0));
    Arrays.fill(inputs, 0, rows, symbol);
  }

  /** Makes the next pass go on where this one ended: state and last symbol. */
  public void carryOver() {
    layers.forEach(layer -> layer.initialState().array().assign(layer.finalState().array()));
    System.arraycopy(outputs, (steps - 1) * rows, inputs, 0, rows);
  }

  /** Sets which steps are real: [T·N] of 0 and 1, or null for all. */
  public void mask(float[] mask) {
    this.mask = mask;
    layers.forEach(layer -> layer.mask(mask));
  }

  /** [T·N, V]. */
  public Matrix probabilities() {
    return probabilities;
  }

  /** [T·N, H]: room for slopes at the states, where nobody else brings some. */
  Matrix stateSlopes() {
    if (stateSlopes == null) {
      Matrix states = hidden(0);
      stateSlopes = Matrix.zeros(states.type(), states.rows(), states.columns());
    }
    return stateSlopes;
  }

  /** [T·N, V]; overwritten by their slopes when the generator goes backward. */
  public Matrix logits() {
    return logits;
  }

  /** [T·N, H]: a layer's hidden state after each step, counted from 0 at the input. */
  public Matrix hidden(int layer) {
    return layers.get(layer).outputs();
  }

  /** [T·N]: the symbol read at each step. */
  public int[] inputs() {
    return inputs;
  }

  /** [T·N]: the symbol that each step was given or drew. */
  public int[] outputs() {
    return outputs;
  }

  /** [T·N]: the negative log-likelihood of that symbol, nats. */
  public double[] surprisal() {
    return surprisal;
  }
}
