package dev.lockstep.model;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Sequences side by side, time-major: symbols, or vectors of W numbers, and what each sequence
 * depends on; steps at or past a sequence's length are padding.
 */
public final class SequenceBatch {
  private final int steps;
  private final List<Sequence> sequences;
  private final int[] symbols;
  private final float[] values;
  private final int channels;

  private SequenceBatch(List<Sequence> sequences) {
    this.sequences = List.copyOf(sequences);
    this.steps = sequences.stream().mapToInt(Sequence::length).max().orElseThrow();
    this.channels = sequences.get(0).channels();
    this.symbols = new int[channels == 0 ? steps * sequences.size() : 0];
    this.values = new float[steps * sequences.size() * channels];
    for (int n = 0; n < sequences.size(); n++) {
      fill(n, sequences.get(n));
    }
  }

  private void fill(int n, Sequence sequence) {
    for (int t = 0; t < sequence.length(); t++) {
      int row = t * sequences.size() + n;
      if (channels == 0) {
        symbols[row] = sequence.symbols()[t];
      } else {
        System.arraycopy(sequence.values(), t * channels, values, row * channels, channels);
      }
    }
  }

  /**
   * Sequences one after another.
   *
   * @throws IllegalArgumentException if there is none, or one without steps, which has no NLL and
   *     no score, or if they are not of the same kind
   */
  public static SequenceBatch of(List<Sequence> sequences) {
    if (sequences.isEmpty()) {
      throw new IllegalArgumentException("a batch needs at least one sequence");
    }
    for (int n = 0; n < sequences.size(); n++) {
      if (sequences.get(n).length() == 0) {
        throw new IllegalArgumentException("sequence " + n + " of the batch has no symbols");
      }
      if (sequences.get(n).channels() != sequences.get(0).channels()) {
        throw new IllegalArgumentException(
            "sequence " + n + " of the batch has steps of another kind than sequence 0");
      }
    }
    return new SequenceBatch(sequences);
  }

  /** Sequences of symbols that depend on nothing. */
  public static SequenceBatch of(int[]... sequences) {
    return of(Arrays.stream(sequences).map(Sequence::ofSymbols).toList());
  }

  /** These sequences, of each no more than the first steps. */
  public SequenceBatch first(int most) {
    return most >= steps
        ? this
        : of(sequences.stream().map(s -> s.steps(0, Math.min(most, s.length()))).toList());
  }

  /** How many steps are not padding. */
  public int symbols() {
    return sequences.stream().mapToInt(Sequence::length).sum();
  }

  /** T, the length of the longest. */
  public int steps() {
    return steps;
  }

  /** N. */
  public int sequences() {
    return sequences.size();
  }

  /** The sequences. */
  public List<Sequence> list() {
    return sequences;
  }

  /** A sequence. */
  public Sequence sequence(int n) {
    return sequences.get(n);
  }

  /** Steps of a sequence, from 1 to T. */
  public int length(int sequence) {
    return sequences.get(sequence).length();
  }

  /** The symbol of a sequence at a step. */
  public int token(int step, int sequence) {
    return symbols[step * sequences.size() + sequence];
  }

  /** Makes a row emit what a sequence has at a step; padding is symbol 0 or zeros. */
  public void emit(int step, int sequence, StepOutput output) {
    if (channels == 0) {
      output.emit(token(step, sequence));
    } else {
      output.emit(values, (step * sequences.size() + sequence) * channels);
    }
  }

  /** What each sequence depends on, N of any length. */
  public int[][] conditions() {
    return sequences.stream().map(Sequence::condition).toArray(int[][]::new);
  }

  /**
   * [T·copies·N] of 0 and 1 for {@code copies} of the sequences side by side; empty if nothing is
   * padding.
   */
  public Optional<float[]> mask(int copies) {
    if (symbols() == steps * sequences()) {
      return Optional.empty();
    }
    int rows = copies * sequences();
    float[] mask = new float[steps * rows];
    for (int t = 0; t < steps; t++) {
      for (int row = 0; row < rows; row++) {
        mask[t * rows + row] = t < length(row % sequences()) ? 1 : 0;
      }
    }
    return Optional.of(mask);
  }
}
