package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Activations of the recurrent discriminator. Gates and activations are held for a segment of
 * steps, as {@link GruActivations} does; states, and what the backward pass brings to them, for
 * all.
 */
final class RecurrentDiscriminatorActivations extends DiscriminatorActivations {
  /** Activations that have room for gradients at the behaviour, if the segment holds all steps. */
  private static final int ROOMS = 2;

  private final int segmentSteps;
  final GruActivations forward;
  final GruActivations backward;
  final List<Matrix> affineOutputs;
  final Matrix logits;
  final Matrix gradLogits;
  final double[] logitValues;
  private final int[] lengths;
  private Optional<float[]> mask = Optional.empty();
  private List<Matrix> partGradients;
  private Matrix gradFirstAffine;

  RecurrentDiscriminatorActivations(
      DataType type, int steps, int rows, int segmentSteps, int input, int hidden) {
    super(type, steps, rows, input);
    this.segmentSteps = segmentSteps;
    long count = (long) steps * rows;
    this.forward = new GruActivations(type, steps, rows, hidden, false, segmentSteps);
    this.backward = new GruActivations(type, steps, rows, hidden, true, segmentSteps);
    this.affineOutputs =
        Stream.generate(() -> Matrix.zeros(type, (long) segmentSteps * rows, hidden))
            .limit(RecurrentDiscriminator.AFFINE_LAYERS)
            .toList();
    this.logits = Matrix.zeros(type, count, 1);
    this.gradLogits = Matrix.zeros(type, count, 1);
    this.logitValues = new double[steps * rows];
    this.lengths = new int[rows];
    Arrays.fill(lengths, steps);
  }

  /**
   * Bytes of activations of these sizes that have been through a step.
   *
   * @param parts columns of each part of the behaviour
   */
  static long bytes(
      long width, long steps, long rows, long segmentSteps, long hidden, int... parts) {
    int room = segmentSteps == steps ? ROOMS : 0;
    long columns = hidden + 2;
    for (int part : parts) {
      // As place() does.
      boolean placed = room > 0 && part <= hidden;
      room -= placed ? 1 : 0;
      columns += placed ? part : 2L * part;
    }
    long floats = 2 * GruActivations.size(steps, rows, hidden, segmentSteps);
    floats +=
        rows * (steps * columns + segmentSteps * RecurrentDiscriminator.AFFINE_LAYERS * hidden);
    return width * floats + steps * rows * Double.BYTES;
  }

  @Override
  public void mask(Optional<float[]> mask) {
    this.mask = mask;
    forward.mask(mask.orElse(null));
    backward.mask(mask.orElse(null));
    for (int n = 0; n < rows; n++) {
      lengths[n] = count(n);
    }
  }

  /**
   * A matrix for the gradient at each part of the behaviour, the same ones for every pass: where
   * they fit, in what the activations no longer need once the gradients have passed through them.
   */
  List<Matrix> partGradients() {
    if (partGradients == null) {
      List<Matrix> free = new ArrayList<>();
      if (segmentSteps == steps) {
        // The first activation holds the gradients at the states meanwhile.
        free.addAll(affineOutputs.subList(1, 1 + ROOMS));
      }
      partGradients = parts().stream().map(part -> place(part, free)).toList();
    }
    return partGradients;
  }

  /** [T·N, D]: room for the gradients at the first affine layer, before its ReLU. */
  Matrix gradFirstAffine() {
    if (gradFirstAffine == null) {
      Matrix states = forward.outputs();
      gradFirstAffine = Matrix.zeros(states.type(), states.rows(), states.columns());
    }
    return gradFirstAffine;
  }

  private static Matrix place(Matrix part, List<Matrix> free) {
    return !free.isEmpty() && part.columns() <= free.get(0).columns()
        ? free.remove(0).columns(0, part.columns())
        : Matrix.zeros(part.type(), part.rows(), part.columns());
  }

  /** How many segments of time there are; not a GRU's, whose order of time may be the other. */
  int segments() {
    return (steps + segmentSteps - 1) / segmentSteps;
  }

  /** The first row of a segment of time; of the one after the last, T·N. */
  int firstRow(int segment) {
    return Math.min(steps, segment * segmentSteps) * rows;
  }

  boolean real(int row) {
    return mask.isEmpty() || mask.get()[row] != 0;
  }

  /** How many real steps a sequence has. */
  int length(int sequence) {
    return lengths[sequence];
  }

  private int count(int sequence) {
    int count = 0;
    for (int t = 0; t < steps; t++) {
      count += real(t * rows + sequence) ? 1 : 0;
    }
    return count;
  }
}
