package dev.lockstep.walkback;

import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * What a network's output means: a distribution over the next state, a point of D dimensions, given
 * this one and a temperature. Rows stand side by side in arrays, row-major; a row of states has D
 * numbers, a row of outputs {@link #outputs} of them.
 *
 * <p>Implementations are immutable. Log-densities are in nats.
 */
public interface Transition extends Serializable {
  /** Columns that the network must have for states of D dimensions. */
  int outputs(int dimensions);

  /** One number of noise, as {@link #draw} wants them. */
  double noise(RandomGenerator random);

  /**
   * Draws the next state.
   *
   * @param noise D numbers
   * @param next written in the row
   * @return its log-density
   */
  double draw(Rows from, double temperature, double[] noise, double[] next);

  /** The log-density of a next state, which stands in the same row of {@code next}. */
  double logDensity(Rows from, double temperature, double[] next);

  /**
   * Writes the slopes of a weight times the log-density at the network's outputs.
   *
   * @param slopes written in the row
   * @return the log-density
   */
  double slopes(Rows from, double temperature, double[] next, double weight, double[] slopes);

  /** The mean of the next state, written in the row. */
  void mean(Rows from, double temperature, double[] mean);

  /**
   * The log-density of a state under p*, the distribution with given moments that a walk ends in.
   *
   * @param prior moments of the D dimensions
   * @param at where the state begins
   */
  double logPrior(PriorMoments prior, double[] state, int at);

  /**
   * Draws a state from p*.
   *
   * @param noise D numbers
   * @param at where the state begins
   */
  void drawPrior(PriorMoments prior, double[] noise, double[] state, int at);

  /**
   * One row of states and of what the network makes of them.
   *
   * @param states of all rows
   * @param outputs of all rows
   * @param row which
   * @param dimensions D
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Rows(double[] states, double[] outputs, int row, int dimensions) {
    /** Where the row's state begins. */
    int state() {
      return row * dimensions;
    }

    /**
     * Where the row's outputs begin.
     *
     * @param width columns of the outputs
     */
    int output(int width) {
      return row * width;
    }
  }
}
