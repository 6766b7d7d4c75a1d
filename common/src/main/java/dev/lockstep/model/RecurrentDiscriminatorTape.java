package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Of the recurrent discriminator. Gates and activations are held for a window of steps, as {@link
 * GruTape} does; states, and what the backward pass brings to them, for all.
 */
final class RecurrentDiscriminatorTape extends DiscriminatorTape {
  /** Activations that have room for slopes at the behaviour, if the window holds all steps. */
  private static final int ROOMS = 2;

  private final int windowSteps;
  final GruTape forward;
  final GruTape backward;
  final List<Matrix> activations;
  final Matrix logits;
  final Matrix logitSlopes;
  final double[] logitValues;
  private final int[] lengths;
  private Optional<float[]> mask = Optional.empty();
  private List<Matrix> partGradients;
  private Matrix firstSlopes;

  RecurrentDiscriminatorTape(
      DataType type, int steps, int rows, int windowSteps, int input, int hidden) {
    super(type, steps, rows, input);
    this.windowSteps = windowSteps;
    long count = (long) steps * rows;
    this.forward = new GruTape(type, steps, rows, hidden, false, windowSteps);
    this.backward = new GruTape(type, steps, rows, hidden, true, windowSteps);
    this.activations =
        Stream.generate(() -> Matrix.zeros(type, (long) windowSteps * rows, hidden))
            .limit(RecurrentDiscriminator.AFFINE_LAYERS)
            .toList();
    this.logits = Matrix.zeros(type, count, 1);
    this.logitSlopes = Matrix.zeros(type, count, 1);
    this.logitValues = new double[steps * rows];
    this.lengths = new int[rows];
    Arrays.fill(lengths, steps);
  }

  /**
   * Bytes of a tape of these sizes that has been through a step.
   *
   * @param parts columns of each part of the behaviour
   */
  static long bytes(
      long width, long steps, long rows, long windowSteps, long hidden, int... parts) {
    int room = windowSteps == steps ? ROOMS : 0;
    long columns = hidden + 2;
    for (int part : parts) {
      // As place() does.
      boolean placed = room > 0 && part <= hidden;
      room -= placed ? 1 : 0;
      columns += placed ? part : 2L * part;
    }
    long floats = 2 * GruTape.size(steps, rows, hidden, windowSteps);
    floats +=
        rows * (steps * columns + windowSteps * RecurrentDiscriminator.AFFINE_LAYERS * hidden);
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
   * they fit, in what the activations no longer need once the slopes have passed through them.
   */
  List<Matrix> partGradients() {
    if (partGradients == null) {
      List<Matrix> free = new ArrayList<>();
      if (windowSteps == steps) {
        // The first activation holds the slopes at the states meanwhile.
        free.addAll(activations.subList(1, 1 + ROOMS));
      }
      partGradients = parts().stream().map(part -> place(part, free)).toList();
    }
    return partGradients;
  }

  /** [T·N, D]: room for the slopes at the first affine layer, before its ReLU. */
  Matrix firstSlopes() {
    if (firstSlopes == null) {
      Matrix states = forward.outputs();
      firstSlopes = Matrix.zeros(states.type(), states.rows(), states.columns());
    }
    return firstSlopes;
  }

  private static Matrix place(Matrix part, List<Matrix> free) {
    return !free.isEmpty() && part.columns() <= free.get(0).columns()
        ? free.remove(0).columns(0, part.columns())
        : Matrix.zeros(part.type(), part.rows(), part.columns());
  }

  /** How many windows of time there are; not a GRU's, whose order of time may be the other. */
  int windows() {
    return (steps + windowSteps - 1) / windowSteps;
  }

  /** The first row of a window of time; of the one after the last, T·N. */
  int firstRow(int window) {
    return Math.min(steps, window * windowSteps) * rows;
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
