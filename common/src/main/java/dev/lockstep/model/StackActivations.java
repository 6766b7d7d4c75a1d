package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.WindowActivations;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;

/** What one pass of a {@link RecurrentStack} over T steps of N rows remembers. */
final class StackActivations {
  final List<GruActivations> layers;

  /** The first layer's window onto a text; null without. */
  final WindowActivations text;

  /** [T·N]: the symbol read at each step; of no length where steps are vectors. */
  final int[] symbols;

  /** [T·N, D]: the numbers read at each step, an embedding's or others; null if none. */
  final Matrix dense;

  /** What of the first layer's input is dropped; null for nothing. */
  DropoutMasks masks;

  private Matrix gradHidden;
  private Matrix gradInput;

  StackActivations(
      DataType type, RecurrentStack.Shape shape, int steps, int rows, int segmentSteps) {
    this.layers =
        IntStream.range(0, shape.layers())
            .mapToObj(
                l -> new GruActivations(type, steps, rows, shape.hidden(), false, segmentSteps))
            .toList();
    this.text =
        shape.attentionComponents() > 0
            ? new WindowActivations(layers.get(0), shape.textSymbols(), shape.attentionComponents())
            : null;
    this.symbols = new int[shape.symbols() > 0 ? steps * rows : 0];
    int numbers = shape.denseColumns();
    this.dense = numbers > 0 ? Matrix.zeros(type, (long) steps * rows, numbers) : null;
  }

  /** Bytes of activations of these sizes that have been through a step. */
  static long bytes(
      long width, RecurrentStack.Shape shape, long steps, long rows, long segmentSteps) {
    long count = steps * rows;
    long floats = shape.layers() * GruActivations.size(steps, rows, shape.hidden(), segmentSteps);
    floats += count * (shape.hidden() + shape.denseColumns() + shape.embedding());
    long text =
        shape.attentionComponents() == 0
            ? 0
            : WindowActivations.bytes(
                width, steps, rows, segmentSteps, shape.textSymbols(), shape.attentionComponents());
    return width * floats + text + (shape.symbols() > 0 ? count * Integer.BYTES : 0);
  }

  int rows() {
    return layers.get(0).sequences();
  }

  int steps() {
    return layers.get(0).steps();
  }

  /** Makes rows {@code first … last} (exclusive) start from the zero state. */
  void start(int first, int last) {
    for (GruActivations layer : layers) {
      layer.initialState().rows(first, last).array().assign(0);
    }
    if (text != null) {
      text.start(first, last);
    }
  }

  /** Makes rows {@code first … last} (exclusive) of the next pass go on where this one ended. */
  void carryState(int first, int last) {
    carryState(this, first, last);
    if (text != null) {
      text.carryState(first, last);
    }
  }

  /**
   * Makes rows {@code first … last} (exclusive) go on from where a pass ended that left other
   * activations, of as many rows, without an attention window.
   */
  void carryState(StackActivations before, int first, int last) {
    for (int l = 0; l < layers.size(); l++) {
      Matrix end = before.layers.get(l).finalState();
      layers.get(l).initialState().rows(first, last).array().assign(end.rows(first, last).array());
    }
  }

  /**
   * Makes row i of the next pass, of the first so many, go on where row {@code from[i]} ended,
   * which depends on the same.
   */
  void goOn(Kernels kernels, int rows, int[] from) {
    for (GruActivations layer : layers) {
      kernels.gather(layer.finalState(), from, 0, layer.initialState().rows(0, rows));
    }
    if (text != null) {
      text.goOn(kernels, rows, from);
    }
  }

  /** Sets which steps are real: [T·N] of 0 and 1, or null for all. */
  void mask(Optional<float[]> mask) {
    layers.forEach(layer -> layer.mask(mask.orElse(null)));
  }

  /** [T·N, H]: a layer's hidden state after each step, counted from 0 at the input. */
  Matrix hidden(int layer) {
    return layers.get(layer).outputs();
  }

  /** [T·N, H]: room for gradients at the states, where nobody else brings some. */
  Matrix gradHidden() {
    if (gradHidden == null) {
      Matrix states = hidden(0);
      gradHidden = Matrix.zeros(states.type(), states.rows(), states.columns());
    }
    return gradHidden;
  }

  /** [T·N, E]: room for gradients at the embeddings read, where nobody else brings some. */
  Matrix gradInput() {
    if (gradInput == null) {
      gradInput = Matrix.zeros(dense.type(), dense.rows(), dense.columns());
    }
    return gradInput;
  }
}
