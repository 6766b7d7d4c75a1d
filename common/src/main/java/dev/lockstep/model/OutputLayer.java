package dev.lockstep.model;

import dev.lockstep.nn.kernel.Matrix;

/** The generator's last layer: an affine map of the top state, and what its columns mean. */
interface OutputLayer {
  /** To be called after the parameters moved. */
  void parametersChanged();

  /** Renews what is derived from the parameters, if they moved; before any cursor of a pass. */
  void prepare();

  /** Random numbers that one draw takes. */
  int uniforms();

  /** What takes rows {@code first … last} (exclusive) of a pass through its steps. */
  Cursor cursor(GeneratorActivations activations, int first, int last, EmissionSource source);

  /**
   * Writes the logarithm of each symbol's probability after step t, for rows {@code first … last}
   * (exclusive).
   *
   * @param to [N, V]
   */
  void logProbabilities(GeneratorActivations activations, int t, int first, int last, double[] to);

  /**
   * Writes the layer's gradient, and the gradients at the top states, of the sum of the nlls times
   * their weights plus whatever has the given gradients at the probabilities.
   *
   * @param weights [T·N]
   * @param atProbabilities [T·N, V], or null for none
   * @param atTop [T·N, H], written, or added to where {@code accumulate}
   */
  void backward(
      GeneratorActivations activations,
      double[] weights,
      Matrix atProbabilities,
      Matrix atTop,
      boolean accumulate);

  /** Some rows of a pass. */
  interface Cursor {
    /** From the top states of step t to what the rows emit. */
    void step(int t);
  }
}
