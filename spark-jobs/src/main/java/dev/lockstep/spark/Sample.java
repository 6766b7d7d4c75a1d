package dev.lockstep.spark;

import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.Arrays;

/**
 * One sequence that a generator drew.
 *
 * @param sequence without what it continues
 * @param attention φ [T][U]: where on its text the window was at each step; of no length without
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
record Sample(Sequence sequence, double[][] attention) implements Serializable {
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
