package dev.lockstep.benchmarks.versus;

import java.util.Arrays;
import java.util.Optional;

/**
 * One training step: how long it took and what it saw before its update.
 *
 * @param seconds wall clock
 * @param nll of the teacher-forced rows
 * @param discriminatorLoss C_d
 * @param freeRunningLoss C_f
 * @param teacherForcedLoss C_t
 * @param accuracy of the discriminator
 */
record Measured(
    double seconds,
    double nll,
    double discriminatorLoss,
    double freeRunningLoss,
    double teacherForcedLoss,
    double accuracy) {

  /** The line that {@link #parse} reads. */
  String line() {
    return String.join(
        " ",
        "" + seconds,
        "" + nll,
        "" + discriminatorLoss,
        "" + freeRunningLoss,
        "" + teacherForcedLoss,
        "" + accuracy);
  }

  static Measured parse(String line) {
    double[] v = Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    if (v.length != 6) {
      throw new IllegalArgumentException("a step answers six numbers, not: " + line);
    }
    return new Measured(v[0], v[1], v[2], v[3], v[4], v[5]);
  }

  boolean isFinite() {
    return Double.isFinite(nll + discriminatorLoss + freeRunningLoss + teacherForcedLoss);
  }

  /** The first loss of another that is not this one's to a relative tolerance, told in words. */
  Optional<String> disagreement(Measured other, double tolerance) {
    String[] names = {"NLL", "C_d", "C_f", "C_t"};
    double[] mine = {nll, discriminatorLoss, freeRunningLoss, teacherForcedLoss};
    double[] others = {
      other.nll, other.discriminatorLoss, other.freeRunningLoss, other.teacherForcedLoss
    };
    for (int i = 0; i < names.length; i++) {
      // Not the other way round: NaN agrees with nothing.
      if (!(Math.abs(mine[i] - others[i]) <= tolerance * Math.abs(mine[i]))) {
        return Optional.of(names[i] + " " + mine[i] + " against " + others[i]);
      }
    }
    return Optional.empty();
  }
}
