package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of the generator over T steps of N rows remembers; allocated once and reused. A row
 * is a sequence in one of the two modes.
 */
public final class GeneratorActivations {
  private final Generator.Shape shape;
  private final int steps;
  private final int rows;
  private final int outputSteps;
  private final int channels;
  private final int startSymbol;
  final StackActivations stack;
  final Matrix logits;
  final Matrix probabilities;
  final Matrix logNormalisers;
  final int[] outputs;
  final double[] emissions;
  final double[] nll;
  final SampledSoftmax.Activations sampled;
  private final List<Matrix> preTanh = new ArrayList<>();
  Encoder.Pass encoding;

  /**
   * Activations.
   *
   * @param segmentSteps steps whose gates are held
   * @param outputSteps steps whose outputs are held
   * @param sampled memory for a likelihood by some words, or null without
   */
  GeneratorActivations(
      DataType type,
      int steps,
      int rows,
      int segmentSteps,
      int outputSteps,
      Generator.Shape shape,
      StackActivations stack,
      SampledSoftmax.Activations sampled) {
    this.shape = shape;
    this.sampled = sampled;
    this.steps = steps;
    this.rows = rows;
    this.outputSteps = outputSteps;
    this.channels = shape.channels();
    this.startSymbol = shape.vocabulary();
    this.stack = stack;
    long held = (long) outputSteps * rows;
    boolean symbolic = channels == 0;
    this.logits = Matrix.zeros(type, held, shape.outputs());
    this.probabilities = symbolic ? Matrix.zeros(type, held, shape.outputs()) : null;
    this.logNormalisers = symbolic ? Matrix.zeros(type, held, 1) : null;
    this.outputs = new int[symbolic ? steps * rows : 0];
    this.emissions = new double[steps * rows * channels];
    this.nll = new double[steps * rows];
  }

  /**
   * Bytes of activations of these sizes that have been through a step, with any training algorithm.
   */
  static long bytes(
      long width,
      long steps,
      long rows,
      long segmentSteps,
      long outputSteps,
      Generator.Shape shape) {
    long count = steps * rows;
    boolean symbolic = shape.channels() == 0;
    long each = symbolic ? 2L * shape.outputs() + 1 : shape.outputs();
    long emitted = symbolic ? Integer.BYTES : (long) Double.BYTES * shape.channels();
    return StackActivations.bytes(width, shape.stack(), steps, rows, segmentSteps)
        + width * outputSteps * rows * each
        + count * (emitted + Double.BYTES);
  }

  /**
   * Makes its passes drop what {@link #drawMasks} draws.
   *
   * @return this
   */
  public GeneratorActivations dropping(Dropout dropout) {
    if (dropout.drops()) {
      int scored = sampled == null ? 0 : sampled.top().rows();
      stack.masks =
          new DropoutMasks(dropout, logits.type(), steps, rows, outputSteps, scored, shape);
    }
    return this;
  }

  /** Draws anew what passes drop, if they drop anything. */
  public void drawMasks(SplittableRandom random) {
    if (stack.masks != null) {
      stack.masks.draw(random);
    }
  }

  /** What of the top states the output layer does not see; null for nothing. */
  Matrix topMask() {
    return stack.masks == null ? null : stack.masks.top;
  }

  /** T. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int rows() {
    return rows;
  }

  /** Whether these activations fit a pass of that size. */
  public boolean fits(int wantedSteps, int wantedRows) {
    return steps == wantedSteps && rows == wantedRows;
  }

  /** Makes every row start from the zero state and the start symbol or the zero vector. */
  public void start() {
    start(0, rows);
  }

  /**
   * Makes rows {@code first … last} (exclusive) start from the zero state and the start symbol or
   * the zero vector.
   */
  public void start(int first, int last) {
    stack.start(first, last);
    if (channels == 0) {
      Arrays.fill(stack.symbols, first, last, startSymbol);
    } else {
      stack.dense.rows(first, last).columns(0, channels).array().assign(0);
    }
  }

  /** Makes the next pass go on where this one ended: state and what was emitted last. */
  public void carryState() {
    carryState(0, rows);
  }

  /**
   * Makes rows {@code first … last} (exclusive) go on in the next pass from where this one ended.
   */
  public void carryState(int first, int last) {
    stack.carryState(first, last);
    readLast(this, first, last);
  }

  /**
   * Makes rows {@code first … last} (exclusive) go on from where a pass ended that left other
   * activations, of as many rows, which look at no texts.
   */
  public void carryState(GeneratorActivations before, int first, int last) {
    if (before.rows != rows) {
      throw new IllegalArgumentException(
          "%d rows cannot go on from %d: a row goes on from its own".formatted(rows, before.rows));
    }
    stack.carryState(before.stack, first, last);
    readLast(before, first, last);
  }

  /**
   * Makes rows read at the first step what they emitted last, in a pass on this or another
   * activations.
   */
  private void readLast(GeneratorActivations before, int first, int last) {
    int from = (before.steps - 1) * rows;
    if (channels == 0) {
      System.arraycopy(before.outputs, from + first, stack.symbols, first, last - first);
    } else {
      writeVectors(
          Arrays.copyOfRange(before.emissions, (from + first) * channels, (from + last) * channels),
          first);
    }
  }

  /** Makes a row emit a symbol at a step, and read it at the next. */
  void emit(int step, int row, int symbol) {
    int i = step * rows + row;
    outputs[i] = symbol;
    read(step, row, symbol);
  }

  /** Makes a row read at the step after {@code step} a symbol, whatever it emitted. */
  void read(int step, int row, int symbol) {
    if (step + 1 < steps) {
      stack.symbols[(step + 1) * rows + row] = symbol;
    }
  }

  /**
   * Makes rows from {@code first} on read vectors at the step after {@code step}.
   *
   * @param vectors [rows, W]
   */
  void read(int step, int first, double[] vectors) {
    if (step + 1 < steps) {
      writeVectors(vectors, (step + 1) * rows + first);
    }
  }

  private void writeVectors(double[] vectors, int row) {
    int count = vectors.length / channels;
    stack.dense.rows(row, row + count).columns(0, channels).write(vectors);
  }

  /**
   * Lets go of the memory that an encoder read texts in. It serves shorter texts than it was made
   * for, and its length shows in the last bits of the encoder's gradient; after this, what comes of
   * the passes is again a function of these alone.
   */
  public void clearEncoder() {
    encoding = null;
  }

  /** Sets which steps are real: [T·N] of 0 and 1; empty for all. */
  public void mask(Optional<float[]> mask) {
    stack.mask(mask);
  }

  /** Rows {@code first … last} of a step of a matrix that holds some steps' outputs. */
  Matrix rowsOfStep(Matrix held, int t, int first, int last) {
    int from = t % outputSteps * rows;
    return held.rows(from + first, from + last);
  }

  /** How many segments of steps the outputs fall into. */
  int outputSegments() {
    return (steps + outputSteps - 1) / outputSteps;
  }

  /** The first row of such a segment; of the one after the last, T·N. */
  int outputRow(int segment) {
    return Math.min(steps, segment * outputSteps) * rows;
  }

  /** [T·N, H]: the top layer's hidden state after each step. */
  Matrix top() {
    return stack.hidden(stack.layers.size() - 1);
  }

  /** [N, H]: the same after step t. */
  Matrix top(int t) {
    GruActivations layer = stack.layers.get(stack.layers.size() - 1);
    return layer.output(t);
  }

  /** [T·N, V], if the outputs of all steps are held. */
  public Matrix probabilities() {
    checkHeld();
    return probabilities;
  }

  /**
   * [T·N, V] logits, or [T·N, P] parameters of a density, if the outputs of all steps are held;
   * overwritten by their gradients when the generator goes backward.
   */
  public Matrix logits() {
    checkHeld();
    return logits;
  }

  private void checkHeld() {
    if (outputSteps < steps) {
      throw new IllegalStateException(
          "of %d steps only the outputs of %d are held".formatted(steps, outputSteps));
    }
  }

  /** [T·N, H]: a layer's hidden state after each step, counted from 0 at the input. */
  public Matrix hidden(int layer) {
    return stack.hidden(layer);
  }

  /** [T·N, H]: room for a layer's hidden states before their tanh. */
  Matrix preTanh(int layer) {
    while (preTanh.size() <= layer) {
      Matrix states = hidden(preTanh.size());
      preTanh.add(Matrix.zeros(states.type(), states.rows(), states.columns()));
    }
    return preTanh.get(layer);
  }

  /** [T·N]: the symbol read at each step. */
  public int[] inputs() {
    return stack.symbols;
  }

  /** [T·N]: the symbol that each step was given or drew. */
  public int[] outputs() {
    return outputs;
  }

  /** [T·N·W]: the vector that each step was given or drew. */
  public double[] emissions() {
    return emissions;
  }

  /** [T·N]: the negative log-likelihood of what was emitted, nats. */
  public double[] nll() {
    return nll;
  }
}
