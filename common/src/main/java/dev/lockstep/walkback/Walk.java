package dev.lockstep.walkback;

import java.util.Arrays;

/**
 * What a walk of N rows away from its start came to: sums over its K steps, each N numbers in nats.
 *
 * @param end s_K, N·D
 * @param logReverse Σ_t log p_{T_t}(s_{t−1} | s_t), of the steps back
 * @param logForward Σ_t log q_{T_t}(s_t | s_{t−1}), of the steps that were drawn
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Walk(double[] end, double[] logReverse, double[] logForward) {
  /**
   * The bound on the log-likelihood of each start: log p*(s_K) + Σ_t log p − log q (equation 7 of
   * the paper), whose exponential is an unbiased estimate of the likelihood.
   *
   * @param logPriors of the ends
   */
  public double[] logWeights(double[] logPriors) {
    double[] weights = new double[logPriors.length];
    Arrays.setAll(weights, n -> logPriors[n] + logReverse[n] - logForward[n]);
    return weights;
  }

  /**
   * Walks away from some states without learning, the networks as they are after training.
   *
   * @param starts s_0, N·D
   * @param cold n, steps before it heats up
   */
  public static Walk from(
      TransitionOperator operator,
      Temperatures temperatures,
      int cold,
      double[] starts,
      WalkNoise noise) {
    int rows = starts.length / operator.dimensions();
    double[] logReverse = new double[rows];
    double[] logForward = new double[rows];
    double[] logs = new double[rows];
    double[] states = starts;
    for (int t = 1; t <= temperatures.steps(cold); t++) {
      double temperature = temperatures.at(t, cold);
      double[] next = new double[states.length];
      operator.draw(t, states, operator.outputs(t, states), temperature, noise, next, logs);
      add(logs, logForward);
      operator.logDensities(
          next, operator.outputs(t, next), temperature, /* target= */ states, logs);
      add(logs, logReverse);
      states = next;
    }
    return new Walk(states, logReverse, logForward);
  }

  static void add(double[] from, double[] to) {
    for (int n = 0; n < to.length; n++) {
      to[n] += from[n];
    }
  }
}
