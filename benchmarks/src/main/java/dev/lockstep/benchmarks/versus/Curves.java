package dev.lockstep.benchmarks.versus;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** The losses of two contenders that train on the same minibatches, side by side. */
final class Curves {
  private static final int COMPARED_AT_THE_END = 50;

  private final List<Measured> ours = new ArrayList<>();
  private final List<Measured> theirs = new ArrayList<>();

  void add(Measured our, Measured their) {
    ours.add(our);
    theirs.add(their);
  }

  /** Two lines above the rows. */
  static String header(String our, String their) {
    String losses = String.format(Locale.ROOT, "%9s  %9s  %9s", "NLL", "C_d", "C_f");
    return String.format(
        Locale.ROOT, "%6s %31s   %31s%n%6s %s   %s", "", our, their, "step", losses, losses);
  }

  /** The row of the last step. */
  String last() {
    int step = ours.size();
    return String.format(
        Locale.ROOT, "%6d %s   %s", step, row(ours.get(step - 1)), row(theirs.get(step - 1)));
  }

  private static String row(Measured m) {
    return String.format(
        Locale.ROOT, "%9.5f  %9.5f  %9.5f", m.nll(), m.discriminatorLoss(), m.freeRunningLoss());
  }

  /** How far apart the two are in the end. */
  String differences() {
    return String.format(
        Locale.ROOT,
        "mean absolute difference over the last %d steps: NLL %.2g, C_d %.2g, C_f %.2g",
        Math.min(ours.size(), COMPARED_AT_THE_END),
        difference(Measured::nll),
        difference(Measured::discriminatorLoss),
        difference(Measured::freeRunningLoss));
  }

  private double difference(ToDoubleFunction<Measured> loss) {
    int from = Math.max(0, ours.size() - COMPARED_AT_THE_END);
    double sum = 0;
    for (int i = from; i < ours.size(); i++) {
      sum += Math.abs(loss.applyAsDouble(ours.get(i)) - loss.applyAsDouble(theirs.get(i)));
    }
    return sum / (ours.size() - from);
  }
}
