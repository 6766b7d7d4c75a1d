package dev.lockstep.model;

import dev.lockstep.nn.kernel.Matrix;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a pass drops: factors, each 0 or one over the share that is kept, which stand until others
 * are drawn. Passes over the same minibatch, and the parts of a pass that are computed again, see
 * the same ones.
 */
final class DropoutMasks {
  private final Dropout dropout;
  private final int steps;
  private final int rows;
  private final int inputColumns;

  /** [T·N] of symbols that are read as one-hot codes; null where they are not dropped. */
  final double[] symbols;

  /** [T·N, D] of the numbers read, 1 for those that are never dropped; null without. */
  final Matrix numbers;

  /** [T·N, D]: the numbers that are left; null without. */
  final Matrix numbersLeft;

  /** [T·N, H] of the top states; null without. */
  final Matrix top;

  /**
   * [some steps' N, H]: of the steps whose outputs are held, the top states that are left, then
   * their gradients; null without.
   */
  final Matrix topLeft;

  /** [rows, H]: factors of states that are scored by some words; null without. */
  final Matrix scored;

  /**
   * Memory for masks, none drawn yet.
   *
   * @param outputSteps steps whose outputs are held
   * @param scoredRows states that are scored by some words at a time; 0 without
   */
  DropoutMasks(
      Dropout dropout,
      DataType type,
      int steps,
      int rows,
      int outputSteps,
      int scoredRows,
      Generator.Shape shape) {
    this.dropout = dropout;
    this.steps = steps;
    this.rows = rows;
    this.inputColumns = numbers(shape);
    long count = (long) steps * rows;
    boolean input = dropout.input() > 0;
    boolean output = dropout.output() > 0;
    int columns = shape.stack().denseColumns();
    this.symbols = input && inputColumns == 0 ? new double[steps * rows] : null;
    this.numbers = input && inputColumns > 0 ? Matrix.zeros(type, count, columns) : null;
    this.numbersLeft = input && inputColumns > 0 ? Matrix.zeros(type, count, columns) : null;
    if (numbers != null && inputColumns < columns) {
      numbers.columns(inputColumns, columns).array().assign(1);
    }
    int h = shape.hidden();
    this.top = output ? Matrix.zeros(type, count, h) : null;
    this.topLeft = output ? Matrix.zeros(type, (long) outputSteps * rows, h) : null;
    this.scored = output && scoredRows > 0 ? Matrix.zeros(type, scoredRows, h) : null;
  }

  /** Bytes of masks of these sizes. */
  static long bytes(
      Dropout dropout,
      long width,
      long steps,
      long rows,
      long outputSteps,
      long scoredRows,
      Generator.Shape shape) {
    long count = steps * rows;
    long bytes = 0;
    if (dropout.input() > 0) {
      bytes +=
          numbers(shape) == 0
              ? count * Double.BYTES
              : 2 * width * count * shape.stack().denseColumns();
    }
    if (dropout.output() > 0) {
      bytes += width * (count + outputSteps * rows + scoredRows) * shape.hidden();
    }
    return bytes;
  }

  /**
   * How many of the values read may be dropped: an embedding's, or a vector's, which come first.
   */
  private static int numbers(Generator.Shape shape) {
    return shape.embedding() + shape.channels();
  }

  /** Draws all factors anew. */
  void draw(SplittableRandom random) {
    if (symbols != null) {
      draw(random, dropout.input(), symbols);
    }
    if (numbers != null) {
      draw(random, dropout.input(), numbers.columns(0, inputColumns));
    }
    if (top != null) {
      draw(random, dropout.output(), top);
    }
  }

  /** A step at a time: all at once on the host would be as much memory again, twice. */
  private void draw(SplittableRandom random, double share, Matrix to) {
    double[] step = new double[rows * to.columns()];
    for (int t = 0; t < steps; t++) {
      draw(random, share, step);
      to.rows(t * rows, (t + 1) * rows).write(step);
    }
  }

  private static void draw(SplittableRandom random, double share, double[] to) {
    double kept = 1 / (1 - share);
    for (int i = 0; i < to.length; i++) {
      to[i] = random.nextDouble() < share ? 0 : kept;
    }
  }
}
