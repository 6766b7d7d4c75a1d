package dev.lockstep.nn.kernel;

/**
 * One step of Adam (Kingma and Ba, algorithm 1).
 *
 * @param rate α
 * @param beta1 β₁
 * @param beta2 β₂
 * @param epsilon ε
 * @param count t, from 1
 * @param scale that the gradient is multiplied by first
 */
public record AdamStep(
    double rate, double beta1, double beta2, double epsilon, int count, double scale) {
  /** α over the bias correction of the first moment. */
  public double correctedRate() {
    return rate / (1 - Math.pow(beta1, count));
  }

  /** What the root of the second moment is multiplied by to correct its bias. */
  public double rootCorrection() {
    return 1 / Math.sqrt(1 - Math.pow(beta2, count));
  }
}
