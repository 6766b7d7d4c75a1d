package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of a discriminator over T steps of N sequences remembers; allocated once and
 * reused.
 */
public abstract class DiscriminatorActivations {
  final int steps;
  final int rows;
  final Matrix behaviour;
  final double[] scores;
  private List<Matrix> parts;

  DiscriminatorActivations(DataType type, int steps, int rows, int input) {
    this.steps = steps;
    this.rows = rows;
    this.behaviour = Matrix.zeros(type, (long) steps * rows, input);
    this.scores = new double[rows];
  }

  /** Whether these activations fit a pass of that size. */
  public final boolean fits(int wantedSteps, int wantedRows) {
    return steps == wantedSteps && rows == wantedRows;
  }

  /**
   * Sets which steps are real: [T·N] of 0 and 1; empty for all.
   *
   * @throws IllegalArgumentException if the discriminator takes no padding and there is a mask
   */
  public abstract void mask(Optional<float[]> mask);

  /** [N]: s of each sequence; D is its logistic function. */
  public final double[] scores() {
    return scores;
  }

  /** Sets the behaviour that is read: matrices of T·N rows, of the same shapes in every pass. */
  final void behaviour(List<Matrix> read) {
    this.parts = read;
  }

  final List<Matrix> parts() {
    return parts;
  }

  /** Copies rows {@code from} to {@code to} (exclusive) of the parts, side by side. */
  final void readBehaviour(Kernels kernels, int from, int to) {
    int column = 0;
    for (Matrix part : parts) {
      int end = column + part.columns();
      kernels.copy(part.rows(from, to), behaviour.rows(from, to).columns(column, end));
      column = end;
    }
  }
}
