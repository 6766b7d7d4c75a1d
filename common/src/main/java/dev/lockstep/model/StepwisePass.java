package dev.lockstep.model;

/**
 * A pass whose steps are decided one at a time, for searches: after each step the caller sees what
 * every row gives every symbol, and says which row each row goes on from and what it reads.
 *
 * <p>Row {@code c · N + n} is copy c of sequence n. Only the first rows of those that there are
 * need take part in a step.
 */
public final class StepwisePass {
  private final Generator generator;
  private final GeneratorActivations activations;

  /**
   * A pass that has read nothing.
   *
   * @param generator of symbols
   * @param conditions the symbols that each of N sequences depends on
   * @param copies of each sequence
   */
  public StepwisePass(Generator generator, int[][] conditions, int copies) {
    this.generator = generator;
    this.activations =
        generator.forwardActivations(1, Math.multiplyExact(conditions.length, copies));
    generator.start(activations, conditions);
    generator.output().prepare();
  }

  /** Rows that there are. */
  public int rows() {
    return activations.rows();
  }

  /** Moves the state of the first so many rows by what they read: at first the start symbol. */
  public void step(int rows) {
    generator
        .kernels()
        .forEachRowRange(
            rows, (first, last) -> generator.stack().step(activations.stack, 0, first, last));
  }

  /**
   * What the first so many rows give each symbol after the step.
   *
   * @param to [rows, V], written: the logarithm of the softmax, nats
   */
  public void logProbabilities(int rows, double[] to) {
    generator
        .kernels()
        .forEachRowRange(
            rows,
            (first, last) -> generator.output().logProbabilities(activations, 0, first, last, to));
  }

  /**
   * Makes row i of the first so many go on from the state of row {@code from[i]}, another copy of
   * the same sequence, and read {@code symbols[i]} at the next step.
   */
  public void goOn(int rows, int[] from, int[] symbols) {
    activations.stack.goOn(generator.kernels(), rows, from);
    System.arraycopy(symbols, 0, activations.stack.symbols, 0, rows);
  }
}
