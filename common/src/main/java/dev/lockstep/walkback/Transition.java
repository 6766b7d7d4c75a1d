package dev.lockstep.walkback;

import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * What a network's output means: a distribution over the next state, a point of D dimensions, given
 * this one and a temperature; and p*, the distribution that walks end in.
 *
 * <p>Implementations are immutable. Log-densities are in nats.
 */
public interface Transition extends Serializable {
  /** Columns that the network must have for states of D dimensions. */
  int outputs(int dimensions);

  /** One number of noise, as {@link NextState#draw} and {@link #drawPrior} want them. */
  double noise(RandomGenerator random);

  /** As much of it as there is room. */
  default void fill(double[] noise, RandomGenerator random) {
    for (int d = 0; d < noise.length; d++) {
      noise[d] = noise(random);
    }
  }

  /** Memory for the next states of one thread. */
  NextState nextState(int dimensions);

  /**
   * The log-densities of states under p*.
   *
   * @param prior moments of the D dimensions
   * @param states N·D, row-major
   * @return N
   */
  double[] logPriors(PriorMoments prior, double[] states);

  /**
   * Draws a state from p*.
   *
   * @param noise D numbers
   * @param at where the state begins
   */
  void drawPrior(PriorMoments prior, double[] noise, double[] state, int at);
}
