package dev.lockstep.objective;

/**
 * The losses of section 2.2 from the scores of 2N sequences, teacher-forced ones first, and their
 * slopes at those scores. With D = σ(s):
 *
 * <pre>
 *   C_d = mean −log D(B_tf) + mean −log(1 − D(B_fr))      slopes −(1 − D)/N and D/N
 *   C_f = mean −log D(B_fr)                               slope  −(1 − D)/N at free-running scores
 *   C_t = mean −log(1 − D(B_tf))                          slope  D/N at teacher-forced scores
 * </pre>
 */
public final class AdversarialLosses {
  private final double[] scores;
  private final int sequences;

  /**
   * The losses of a pass.
   *
   * @param scores [2N], teacher-forced sequences first; kept, not copied
   */
  public AdversarialLosses(double[] scores) {
    this.scores = scores;
    this.sequences = scores.length / 2;
  }

  double discriminator() {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += teacherForced(i) ? softplus(-scores[i]) : softplus(scores[i]);
    }
    return sum / sequences;
  }

  double freeRunning() {
    double sum = 0;
    for (int i = sequences; i < scores.length; i++) {
      sum += softplus(-scores[i]);
    }
    return sum / sequences;
  }

  double teacherForced() {
    double sum = 0;
    for (int i = 0; i < sequences; i++) {
      sum += softplus(scores[i]);
    }
    return sum / sequences;
  }

  /**
   * Share of the sequences on the right side of D = 1/2; a score that is not a number is on
   * neither, and the share then is none.
   */
  public double accuracy() {
    int right = 0;
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        return Double.NaN;
      }
      right += (teacherForced(i) ? scores[i] > 0 : scores[i] < 0) ? 1 : 0;
    }
    return (double) right / scores.length;
  }

  /** [2N]: of C_d. */
  public double[] discriminatorSlopes() {
    double[] slopes = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      double d = sigmoid(scores[i]);
      slopes[i] = (teacherForced(i) ? d - 1 : d) / sequences;
    }
    return slopes;
  }

  /**
   * [2N]: slopes of λ C_f, or of λ (C_f + C_t), over those of C_d. D is within (4.5e-5, 1 − 4.5e-5)
   * because logits are clipped, so none divides by zero.
   *
   * @param weight λ
   */
  double[] generatorRatios(boolean withTeacherForced, double weight) {
    double[] ratios = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      double odds = Math.exp(scores[i]);
      if (!teacherForced(i)) {
        ratios[i] = -weight / odds;
      } else if (withTeacherForced) {
        ratios[i] = -weight * odds;
      }
    }
    return ratios;
  }

  private boolean teacherForced(int i) {
    return i < sequences;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** {@code log(1 + eˣ) = −log σ(−x)}. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
