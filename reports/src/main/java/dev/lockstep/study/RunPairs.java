package dev.lockstep.study;

import java.util.ArrayList;
import java.util.List;

/** Each two of some runs. */
final class RunPairs {
  private RunPairs() {}

  /** The numbers {a, b}, a below b, in their order. */
  static List<int[]> of(int runs) {
    List<int[]> pairs = new ArrayList<>();
    for (int a = 0; a < runs; a++) {
      for (int b = a + 1; b < runs; b++) {
        pairs.add(new int[] {a, b});
      }
    }
    return pairs;
  }
}
