package dev.lockstep.walkback;

/**
 * The distributions p_T(s' | s) of the next state from one state s at a time: memory of one thread,
 * which holds what does not depend on the temperature T. Places in arrays are where a row begins.
 * Log-densities are in nats.
 */
public interface NextState {
  /**
   * Takes up a state.
   *
   * @param states D numbers from {@code s}
   * @param outputs of the network for it, from {@code o}
   */
  void from(double[] states, int s, double[] outputs, int o);

  /**
   * Draws the next state.
   *
   * @param noise D numbers, as {@link Transition#noise} makes them
   * @param next written
   * @return its log-density
   */
  double draw(double temperature, double[] noise, double[] next, int n);

  /** The log-density of a next state. */
  double logDensity(double temperature, double[] next, int n);

  /**
   * Writes the gradients of a weight times the log-density at the network's outputs.
   *
   * @param gradients may be the outputs themselves
   * @return the log-density
   */
  double gradients(
      double temperature, double[] next, int n, double weight, double[] gradients, int o);

  /** Writes the mean of the next state. */
  void mean(double temperature, double[] mean, int m);
}
