package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;

/**
 * What output layers have in common: the affine map, and its outputs held for segments of steps.
 */
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
  public final void parametersChanged() {
    stale = true;
  }

  @Override
  public final void prepare() {
    if (stale) {
      kernels.repack(packed);
      stale = false;
    }
  }

  /** Columns of the outputs. */
  final int columns() {
    return parameters.weight().rows();
  }

  /** The map of the top states of some rows at step t. */
  final Matrix map(GeneratorActivations activations, int t, int first, int last) {
    Matrix outputs = activations.rowsOfStep(activations.logits, t, first, last);
    kernels.multiply(read(activations, t, first, last), packed, outputs, false);
    kernels.addBias(outputs, parameters.bias());
    return outputs;
  }

  /** The top states of some rows at step t, or what dropout leaves of them. */
  private Matrix read(GeneratorActivations activations, int t, int first, int last) {
    Matrix top = activations.top(t).rows(first, last);
    if (activations.topMask() == null) {
      return top;
    }
    Matrix left = activations.rowsOfStep(activations.stack.masks.topLeft, t, first, last);
    int row = t * activations.rows();
    return drop(top, activations.topMask().rows(row + first, row + last), left);
  }

  private Matrix drop(Matrix top, Matrix mask, Matrix left) {
    kernels.copy(top, left);
    kernels.scaleElements(left, mask);
    return left;
  }

  @Override
  public final void backward(
      GeneratorActivations activations,
      double[] weights,
      Matrix atProbabilities,
      Matrix atTop,
      boolean accumulate) {
    int segments = activations.outputSegments();
    for (int segment = segments - 1; segment >= 0; segment--) {
      boolean last = segment == segments - 1;
      int from = activations.outputRow(segment);
      int to = activations.outputRow(segment + 1);
      Matrix top = activations.top().rows(from, to);
      boolean drops = activations.topMask() != null;
      if (drops) {
        Matrix left = activations.stack.masks.topLeft.rows(0, to - from);
        top = last ? left : drop(top, activations.topMask().rows(from, to), left);
      }
      Matrix outputs = activations.logits.rows(0, to - from);
      if (!last) {
        kernels.multiply(top, false, parameters.weight(), true, outputs, false);
        kernels.addBias(outputs, parameters.bias());
        recompute(activations, outputs);
      }
      gradients(activations, weights, atProbabilities, from, outputs);
      gradient.add(kernels, outputs, top, !last);
      Matrix gradients = atTop.rows(from, to);
      if (drops) {
        // What was read has served, and makes room for the gradients at it.
        kernels.multiply(outputs, false, parameters.weight(), false, top, false);
        kernels.scaleElements(top, activations.topMask().rows(from, to));
        if (accumulate) {
          kernels.add(top, gradients);
        } else {
          kernels.copy(top, gradients);
        }
      } else {
        kernels.multiply(outputs, false, parameters.weight(), false, gradients, accumulate);
      }
    }
  }

  /** Renews what a segment's forward pass made of these outputs. */
  abstract void recompute(GeneratorActivations activations, Matrix outputs);

  /**
   * Overwrites a segment's outputs by the gradients there.
   *
   * @param from the segment's first row
   */
  abstract void gradients(
      GeneratorActivations activations,
      double[] weights,
      Matrix atProbabilities,
      int from,
      Matrix outputs);
}
