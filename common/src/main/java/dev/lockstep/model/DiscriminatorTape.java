package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of the discriminator over T steps of N sequences remembers; allocated once and
 * reused.
 */
public final class DiscriminatorTape {
  final int steps;
  final int rows;
  final GruTape forward;
  final GruTape backward;
  final List<Matrix> activations;
  final Matrix spare;
  final Matrix logits;
  final Matrix logitSlopes;
  final double[] logitValues;
  final double[] scores;
  private final int[] lengths;
  float[] mask;
  final Matrix behaviour;
  private List<Matrix> partSlopes;

  DiscriminatorTape(DataType type, int steps, int rows, int input, int hidden) {
    this.steps = steps;
    this.rows = rows;
    long count = (long) steps * rows;
    this.forward = new GruTape(type, steps, rows, hidden, false);
    this.backward = new GruTape(type, steps, rows, hidden, true);
    this.activations =
        Stream.generate(() -> Matrix.zeros(type, count, hidden))
            .limit(Discriminator.AFFINE_LAYERS)
            .toList();
    this.behaviour = Matrix.zeros(type, count, input);
    this.spare = Matrix.zeros(type, count, hidden);
    this.logits = Matrix.zeros(type, count, 1);
    this.logitSlopes = Matrix.zeros(type, count, 1);
    this.logitValues = new double[steps * rows];
    this.scores = new double[rows];
    this.lengths = new int[rows];
    Arrays.fill(lengths, steps);
  }

  /**
   * Bytes of a tape of these sizes that has been through a step.
   *
   * @param parts columns of each part of the behaviour
   */
  static long bytes(long width, long steps, long rows, long hidden, int... parts) {
    long count = steps * rows;
    int buffers = Discriminator.AFFINE_LAYERS + 1;
    long columns = buffers * hidden + 2;
    for (int part : parts) {
      // As place() does.
      boolean placed = buffers > 0 && part <= hidden;
      buffers -= placed ? 1 : 0;
      columns += placed ? part : 2L * part;
    }
    long floats = 2 * GruTape.size(steps, rows, hidden) + count * columns;
    return width * floats + count * Double.BYTES;
  }

  /** Whether this tape fits a pass of that size. */
  public boolean fits(int wantedSteps, int wantedRows) {
    return steps == wantedSteps && rows == wantedRows;
  }

  /** Sets which steps are real: [T·N] of 0 and 1, or null for all. */
  public void mask(float[] mask) {
    this.mask = mask;
    forward.mask(mask);
    backward.mask(mask);
    for (int n = 0; n < rows; n++) {
      lengths[n] = count(n);
    }
  }

  /** [N]: the masked time average of the clipped logits; D is its logistic function. */
  public double[] scores() {
    return scores;
  }

  /**
   * Makes a matrix for the slopes at each part of the behaviour, the same ones for every pass:
   * where they fit, in what the activations no longer need once the slopes have passed through
   * them.
   */
  void placeSlopes(List<Matrix> parts) {
    if (partSlopes == null) {
      List<Matrix> free = new ArrayList<>(activations);
      free.add(spare);
      partSlopes = parts.stream().map(part -> place(part, free)).toList();
    }
  }

  List<Matrix> partSlopes() {
    return partSlopes;
  }

  private static Matrix place(Matrix part, List<Matrix> free) {
    return !free.isEmpty() && part.columns() <= free.get(0).columns()
        ? free.remove(0).columns(0, part.columns())
        : Matrix.zeros(part.type(), part.rows(), part.columns());
  }

  boolean real(int row) {
    return mask == null || mask[row] != 0;
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
