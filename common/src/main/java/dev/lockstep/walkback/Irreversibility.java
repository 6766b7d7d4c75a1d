package dev.lockstep.walkback;

/**
 * How far a chain at temperature 1 is from detailed balance (section 3.3.1 of the thesis): the
 * Kullback-Leibler divergence of its steps from those of the reversed chain, which where the chain
 * is stationary is the mean of log p(s' | s) − log p(s | s'), estimated along the chain.
 *
 * @param divergence nats a step, 0 where the chain is reversible
 * @param entropy of a step, the mean of −log p(s' | s), nats
 */
public record Irreversibility(double divergence, double entropy) {
  /**
   * Along so many more steps.
   *
   * @param chain which has become stationary
   */
  public static Irreversibility of(Chain chain, int steps) {
    double forward = 0;
    double reverse = 0;
    for (int step = 0; step < steps; step++) {
      Chain.Crossing crossing = chain.cross();
      forward += crossing.logForward() / steps;
      reverse += crossing.logReverse() / steps;
    }
    return new Irreversibility(forward - reverse, -forward);
  }

  /**
   * The divergence over the entropy (equation 3.14). Of real numbers the entropy depends on their
   * unit and can be below 0: then this says nothing.
   */
  public double degree() {
    return divergence / entropy;
  }
}
