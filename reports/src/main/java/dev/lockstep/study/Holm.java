package dev.lockstep.study;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Holm's step-down correction of p-values for their number (1979). */
final class Holm {
  private Holm() {}

  /** The adjusted p-values, in the same order. */
  static double[] adjust(double... p) {
    List<Integer> ascending =
        IntStream.range(0, p.length).boxed().sorted(Comparator.comparingDouble(i -> p[i])).toList();
    double[] adjusted = new double[p.length];
    double largest = 0;
    for (int k = 0; k < p.length; k++) {
      int i = ascending.get(k);
      largest = Math.max(largest, Math.min(1, (p.length - k) * p[i]));
      adjusted[i] = largest;
    }
    return adjusted;
  }
}
