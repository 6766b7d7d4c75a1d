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
  /** Of the window's most, what is left when it has passed the end of its text. */
  private static final double PASSED = 0.05;

  /** The same without what was written after the window had passed the end of the text. */
  Sample untilTheTextEnds() {
    int end = attention.length;
    double most = 0;
    boolean reached = false;
    for (int t = 0; t < attention.length; t++) {
      double mass = 0;
      int at = 0;
      for (int u = 0; u < attention[t].length; u++) {
        mass += attention[t][u];
        at = attention[t][u] > attention[t][at] ? u : at;
      }
      most = Math.max(most, mass);
      reached |= at == attention[t].length - 1 && mass > most / 2;
      if (reached && mass < PASSED * most) {
        end = t;
        break;
      }
    }
    return end == 0 || end == attention.length
        ? this
        : new Sample(sequence.steps(0, end), Arrays.copyOf(attention, end));
  }
}
