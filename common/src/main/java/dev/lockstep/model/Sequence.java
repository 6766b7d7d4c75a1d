package dev.lockstep.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One sequence of a corpus: T symbols, or T vectors of W numbers, and what it depends on, if
 * anything.
 */
public final class Sequence implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int[] NOTHING = {};

  private final int[] symbols;
  private final float[] values;
  private final int channels;
  private final int[] condition;

  private Sequence(int[] symbols, float[] values, int channels, int[] condition) {
    this.symbols = symbols;
    this.values = values;
    this.channels = channels;
    this.condition = condition;
  }

  /** Symbols; kept, not copied. */
  public static Sequence ofSymbols(int... symbols) {
    return new Sequence(symbols, null, 0, NOTHING);
  }

  /**
   * Vectors.
   *
   * @param channels W
   * @param values T·W, one step after another; kept, not copied
   */
  public static Sequence ofVectors(int channels, float... values) {
    if (channels < 1 || values.length % channels != 0) {
      throw new IllegalArgumentException(values.length + " numbers are no vectors of " + channels);
    }
    return new Sequence(null, values, channels, NOTHING);
  }

  /** This sequence, depending on these symbols; kept, not copied. */
  public Sequence given(int... symbolsOfCondition) {
    return new Sequence(symbols, values, channels, symbolsOfCondition);
  }

  /** T. */
  public int length() {
    return symbols != null ? symbols.length : values.length / channels;
  }

  /** W, or 0 where a step is a symbol. */
  public int channels() {
    return channels;
  }

  /** Makes a row emit step t. */
  public void emit(int t, StepOutput output) {
    if (symbols != null) {
      output.emit(symbols[t]);
    } else {
      output.emit(values, t * channels);
    }
  }

  /** Steps {@code from} (inclusive) to {@code to} (exclusive), depending on the same. */
  public Sequence steps(int from, int to) {
    return symbols != null
        ? new Sequence(Arrays.copyOfRange(symbols, from, to), null, 0, condition)
        : new Sequence(
            null, Arrays.copyOfRange(values, from * channels, to * channels), channels, condition);
  }

  /**
   * Consecutive pieces, depending on the same.
   *
   * @param length steps of each but the last
   * @param fewest of the last, which is dropped if it has not so many
   */
  public List<Sequence> pieces(int length, int fewest) {
    List<Sequence> pieces = new ArrayList<>();
    for (int from = 0; from + fewest <= length(); from += length) {
      pieces.add(steps(from, Math.min(length(), from + length)));
    }
    return pieces;
  }

  /**
   * The symbols; not a copy.
   *
   * @throws IllegalStateException if steps are vectors
   */
  public int[] symbols() {
    if (symbols == null) {
      throw new IllegalStateException("a sequence of vectors has no symbols");
    }
    return symbols;
  }

  /**
   * The vectors, one step after another; not a copy.
   *
   * @throws IllegalStateException if steps are symbols
   */
  public float[] values() {
    if (values == null) {
      throw new IllegalStateException("a sequence of symbols has no vectors");
    }
    return values;
  }

  /**
   * The first vectors of some sequences, N·W numbers, row-major: all there is of sequences that are
   * one step, which are points.
   */
  public static double[] points(List<Sequence> some) {
    int width = some.get(0).channels;
    double[] points = new double[some.size() * width];
    for (int n = 0; n < some.size(); n++) {
      for (int i = 0; i < width; i++) {
        points[n * width + i] = some.get(n).values[i];
      }
    }
    return points;
  }

  /** The symbols that it depends on, of no length if on nothing; not a copy. */
  public int[] condition() {
    return condition;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Sequence that
        && channels == that.channels
        && Arrays.equals(symbols, that.symbols)
        && Arrays.equals(values, that.values)
        && Arrays.equals(condition, that.condition);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(symbols)
        + 31 * Arrays.hashCode(values)
        + 17 * Arrays.hashCode(condition);
  }

  @Override
  public String toString() {
    return (symbols != null ? Arrays.toString(symbols) : Arrays.toString(values))
        + " given "
        + Arrays.toString(condition);
  }
}
