package dev.lockstep.algorithm;

/**
 * The losses of section 2.2 of the paper. With scores s of N sequences a mode and D = σ(s):
 *
 * <pre>
 *   C_d = mean −log D(B_tf) + mean −log(1 − D(B_fr))      gradient −(1 − D)/N and D/N
 *   C_f = mean −log D(B_fr)                               gradient −(1 − D)/N at free-running scores
 *   C_t = mean −log(1 − D(B_tf))                          gradient D/N at teacher-forced scores
 * </pre>
 */
public final class JensenShannonLosses implements AdversarialLosses {
  private final double[] scores;
  private final int sequences;

  /**
   * Losses of a pass.
   *
   * @param scores [2N], teacher-forced sequences first; kept, not copied
   */
  public JensenShannonLosses(double[] scores) {
    this.scores = scores;
    this.sequences = scores.length / 2;
  }

  @Override
  public double discriminator() {
    double sum = 0;
    for (int i = 0; i < scores.length; i++) {
      sum += teacherForced(i) ? softplus(-scores[i]) : softplus(scores[i]);
    }
    return sum / sequences;
  }

  @Override
  public double freeRunning() {
    double sum = 0;
    for (int i = sequences; i < scores.length; i++) {
      sum += softplus(-scores[i]);
    }
    return sum / sequences;
  }

  @Override
  public double teacherForced() {
    double sum = 0;
    for (int i = 0; i < sequences; i++) {
      sum += softplus(scores[i]);
    }
    return sum / sequences;
  }

  @Override
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

  /** {@inheritDoc} D is within (4.5e-5, 1 − 4.5e-5), since logits are clipped to [−10, 10]. */
  @Override
  public AdversarialGradients gradients(double weight, boolean matchTeacherForced) {
    double[] atScores = new double[scores.length];
    double[] generatorScale = new double[scores.length];
    for (int i = 0; i < scores.length; i++) {
      double d = sigmoid(scores[i]);
      double odds = Math.exp(scores[i]);
      atScores[i] = (teacherForced(i) ? d - 1 : d) / sequences;
      if (!teacherForced(i)) {
        generatorScale[i] = -weight / odds;
      } else if (matchTeacherForced) {
        generatorScale[i] = -weight * odds;
      }
    }
    return new AdversarialGradients(atScores, generatorScale, matchTeacherForced ? 0 : sequences);
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
