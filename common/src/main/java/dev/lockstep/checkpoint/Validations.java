package dev.lockstep.checkpoint;

/**
 * How validation has gone so far.
 *
 * @param bestRound the round with the best validation, 0 before the first
 * @param bestNll its NLL, nats
 * @param sinceBest validations since then
 */
public record Validations(int bestRound, double bestNll, int sinceBest) {
  /** Before the first. */
  public static final Validations NONE = new Validations(0, Double.POSITIVE_INFINITY, 0);

  /** After one more. */
  public Validations with(int round, double nll) {
    return nll < bestNll
        ? new Validations(round, nll, 0)
        : new Validations(bestRound, bestNll, sinceBest + 1);
  }
}
