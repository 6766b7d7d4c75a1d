package dev.lockstep.spark;

import dev.lockstep.decode.Hypothesis;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.Arrays;

/**
 * One sequence that a generator drew, or that was searched for.
 *
 * @param sequence without what it continues
 * @param attention φ [T][U]: where on its text the window was at each step; of no length without
 * @param found by which search; null where it was drawn
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Sample(Sequence sequence, double[][] attention, Found found) implements Serializable {
  /**
   * Where it stands.
   *
   * @param search number from 1
   * @param rank among those of the search, from 1
   */
  record Found(Hypothesis hypothesis, int search, int rank) implements Serializable {}

  /** One that was drawn. */
  Sample(Sequence sequence, double[][] attention) {
    this(sequence, attention, null);
  }

  /** One that was searched for. */
  static Sample of(Hypothesis hypothesis, int search, int rank) {
    return new Sample(hypothesis.sequence(), new double[0][], new Found(hypothesis, search, rank));
  }

  /**
   * The sample of a sequence and its window.
   *
   * @param phi [T][U+1], the last column being one past the text
   * @return what was written until the window saw most of what is past the text, which is how
   *     Graves (2013, section 5.1) ends a line; a step at least
   */
  static Sample untilTheTextEnds(Sequence sequence, double[][] phi) {
    int end = 1;
    while (end < phi.length && !isPast(phi[end])) {
      end++;
    }
    double[][] attention = new double[end][];
    Arrays.setAll(attention, t -> Arrays.copyOf(phi[t], phi[t].length - 1));
    return new Sample(sequence.steps(0, end), attention);
  }

  private static boolean isPast(double[] phi) {
    int last = phi.length - 1;
    return Arrays.stream(phi, 0, last).allMatch(seen -> seen < phi[last]);
  }
}
