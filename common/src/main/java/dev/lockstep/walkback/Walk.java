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
    return new Measuring(operator, temperatures, cold, noise).walk(starts);
  }

  /** The network as it is after training, and nothing learned. */
  private static final class Measuring extends Walker {
    private final TransitionOperator operator;

    Measuring(TransitionOperator operator, Temperatures temperatures, int cold, WalkNoise noise) {
      super(operator, temperatures, cold, noise);
      this.operator = operator;
    }

    @Override
    boolean shareOnePass(int step) {
      return operator.sharesParameters(step, step + 1);
    }

    @Override
    void sampleForward(int step, double[] states, TransitionOperator.Visit draw) {
      operator.visit(step, states, /* training= */ false, draw);
    }

    @Override
    void scoreReverse(int step, double[] states, TransitionOperator.Visit score) {
      operator.visit(step, states, /* training= */ false, score);
    }

    @Override
    double reverseLogDensity(
        NextState next, double temperature, double[] from, int n, double[] outputs, int o) {
      return next.logDensity(temperature, from, n);
    }
  }
}
