package dev.lockstep.model;

/**
 * Sequences of symbols, time-major: symbol t of sequence n is {@code tokens[t·N + n]}; steps at or
 * past a sequence's length are padding.
 */
public final class SequenceBatch {
  private final int steps;
  private final int sequences;
  private final int[] tokens;
  private final int[] lengths;

  private SequenceBatch(int steps, int sequences, int[] tokens, int[] lengths) {
    this.steps = steps;
    this.sequences = sequences;
    this.tokens = tokens;
    this.lengths = lengths;
  }

  /**
   * Sequences one after another.
   *
   * @throws IllegalArgumentException if there is none, or one without symbols, which has no NLL and
   *     no score
   */
  public static SequenceBatch of(int[]... sequences) {
    if (sequences.length == 0) {
      throw new IllegalArgumentException("a batch needs at least one sequence");
    }
    int steps = 0;
    for (int n = 0; n < sequences.length; n++) {
      if (sequences[n].length == 0) {
        throw new IllegalArgumentException("sequence " + n + " of the batch has no symbols");
      }
      steps = Math.max(steps, sequences[n].length);
    }
    int[] tokens = new int[steps * sequences.length];
    int[] lengths = new int[sequences.length];
    for (int n = 0; n < sequences.length; n++) {
      lengths[n] = sequences[n].length;
      for (int t = 0; t < lengths[n]; t++) {
        tokens[t * sequences.length + n] = sequences[n][t];
      }
    }
    return new SequenceBatch(steps, sequences.length, tokens, lengths);
  }

  /** How many symbols are not padding. */
  public int symbols() {
    int sum = 0;
    for (int length : lengths) {
      sum += length;
    }
    return sum;
  }

  /** T, the length of the longest. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int sequences() {
    return sequences;
  }

  /** Symbols of a sequence, from 1 to T. */
  public int length(int sequence) {
    return lengths[sequence];
  }

  /** The symbol of a sequence at a step. */
  public int token(int step, int sequence) {
    return tokens[step * sequences + sequence];
  }

  /**
   * [T·copies·N] of 0 and 1 for {@code copies} of the sequences side by side, or null if nothing is
   * padding.
   */
  public float[] mask(int copies) {
    if (symbols() == steps * sequences) {
      return null;
    }
    int rows = copies * sequences;
    float[] mask = new float[steps * rows];
    for (int t = 0; t < steps; t++) {
      for (int row = 0; row < rows; row++) {
        mask[t * rows + row] = t < lengths[row % sequences] ? 1 : 0;
      }
    }
    return mask;
  }
}
