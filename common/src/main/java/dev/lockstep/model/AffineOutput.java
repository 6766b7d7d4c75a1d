package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;

/** What output layers have in common: the affine map, and its outputs held for windows of steps. */
abstract class AffineOutput implements OutputLayer {
  final Kernels kernels;
  private final AffineViews parameters;
  private final AffineViews gradient;
  private final PackedMatrix packed;
  private boolean stale = true;

  AffineOutput(Kernels kernels, AffineViews parameters, AffineViews gradient) {
    this.kernels = kernels;
    this.parameters = parameters;
    this.gradient = gradient;
    this.packed = kernels.pack(parameters.weight(), true);
  }

  @Override
  public final void refresh() {
    stale = true;
  }

  @Override
  public final void prepare() {
    if (stale) {
      kernels.refresh(packed);
      stale = false;
    }
  }

  /** Columns of the outputs. */
  final int columns() {
    return parameters.weight().rows();
  }

  /** The map of the top states of some rows at step t. */
  final Matrix map(GeneratorTape tape, int t, int first, int last) {
    Matrix outputs = tape.rowsOfStep(tape.logits, t, first, last);
    kernels.multiply(read(tape, t, first, last), packed, outputs, false);
    kernels.addBias(outputs, parameters.bias());
    return outputs;
  }

  /** The top states of some rows at step t, or what dropout leaves of them. */
  private Matrix read(GeneratorTape tape, int t, int first, int last) {
    Matrix top = tape.top(t).rows(first, last);
    if (tape.topMask() == null) {
      return top;
    }
    Matrix left = tape.rowsOfStep(tape.stack.masks.topLeft, t, first, last);
    int row = t * tape.rows();
    return drop(top, tape.topMask().rows(row + first, row + last), left);
  }

  private Matrix drop(Matrix top, Matrix mask, Matrix left) {
    kernels.copy(top, left);
    kernels.scaleElements(left, mask);
    return left;
  }

  @Override
  public final void backward(
      GeneratorTape tape,
      double[] weights,
      Matrix atProbabilities,
      Matrix atTop,
      boolean accumulate) {
    int windows = tape.outputWindows();
    for (int window = windows - 1; window >= 0; window--) {
      boolean last = window == windows - 1;
      int from = tape.outputRow(window);
      int to = tape.outputRow(window + 1);
      Matrix top = tape.top().rows(from, to);
      boolean drops = tape.topMask() != null;
      if (drops) {
        Matrix left = tape.stack.masks.topLeft.rows(0, to - from);
        top = last ? left : drop(top, tape.topMask().rows(from, to), left);
      }
      Matrix outputs = tape.logits.rows(0, to - from);
      if (!last) {
        kernels.multiply(top, false, parameters.weight(), true, outputs, false);
        kernels.addBias(outputs, parameters.bias());
        passAgain(tape, outputs);
      }
      slopes(tape, weights, atProbabilities, from, outputs);
      gradient.add(kernels, outputs, top, !last);
      Matrix slopes = atTop.rows(from, to);
      if (drops) {
        // What was read has served, and makes room for the slopes at it.
        kernels.multiply(outputs, false, parameters.weight(), false, top, false);
        kernels.scaleElements(top, tape.topMask().rows(from, to));
        if (accumulate) {
          kernels.add(top, slopes);
        } else {
          kernels.copy(top, slopes);
        }
      } else {
        kernels.multiply(outputs, false, parameters.weight(), false, slopes, accumulate);
      }
    }
  }

  /** Renews what a window's forward pass made of these outputs. */
  abstract void passAgain(GeneratorTape tape, Matrix outputs);

  /**
   * Overwrites a window's outputs by the slopes there.
   *
   * @param from the window's first row
   */
  abstract void slopes(
      GeneratorTape tape, double[] weights, Matrix atProbabilities, int from, Matrix outputs);
}
