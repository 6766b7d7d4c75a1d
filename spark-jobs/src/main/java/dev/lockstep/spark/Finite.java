package dev.lockstep.spark;

import java.util.ArrayList;
import java.util.List;

/** Numbers for JSON, which has none that are not finite. */
final class Finite {
  private Finite() {}

  /** The number, or null. */
  static Double orNull(double value) {
    return Double.isFinite(value) ? value : null;
  }

  /** The numbers, null in the place of one that is not finite. */
  static List<Double> orNulls(List<Double> values) {
    List<Double> finite = new ArrayList<>();
    values.forEach(value -> finite.add(orNull(value)));
    return finite;
  }
}
