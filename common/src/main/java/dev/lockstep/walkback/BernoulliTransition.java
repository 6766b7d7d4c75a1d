package dev.lockstep.walkback;

import java.util.random.RandomGenerator;

/**
 * The operator of bits (section 3.1 of the paper): each dimension of the next state is 1 with
 * probability
 *
 * <pre>
 *   ρ = sigmoid(((1 − α) s + α F_ρ(s)) / T)
 * </pre>
 *
 * <p>and p* has independent dimensions as well.
 *
 * @param alpha α, from 0 to 1
 */
public record BernoulliTransition(double alpha) implements Transition {
  /** A bit of p* that was always the same is still the other one with this probability. */
  private static final double LEAST_PROBABILITY = 1e-6;

  @Override
  public int outputs(int dimensions) {
    return dimensions;
  }

  /** From [0, 1). */
  @Override
  public double noise(RandomGenerator random) {
    return random.nextDouble();
  }

  @Override
  public NextState nextState(int dimensions) {
    return new Next(dimensions);
  }

  @Override
  public double[] logPriors(PriorMoments prior, double[] states) {
    int dimensions = prior.mean().length;
    double[] logits = new double[dimensions];
    double allZeros = 0;
    for (int d = 0; d < dimensions; d++) {
      double one = probability(prior, d);
      logits[d] = Math.log(one) - Math.log1p(-one);
      allZeros += Math.log1p(-one);
    }
    double[] logs = new double[states.length / dimensions];
    for (int row = 0; row < logs.length; row++) {
      logs[row] = allZeros;
      for (int d = 0; d < dimensions; d++) {
        logs[row] += states[row * dimensions + d] * logits[d];
      }
    }
    return logs;
  }

  @Override
  public void drawPrior(PriorMoments prior, double[] noise, double[] state, int at) {
    for (int d = 0; d < prior.mean().length; d++) {
      state[at + d] = noise[d] < probability(prior, d) ? 1 : 0;
    }
  }

  private static double probability(PriorMoments prior, int d) {
    return Math.min(Math.max(prior.mean()[d], LEAST_PROBABILITY), 1 - LEAST_PROBABILITY);
  }

  /** (1 − α) s + α F_ρ(s), and room for what a temperature makes of it. */
  private final class Next implements NextState {
    private final double[] cold;
    private final double[] logits;
    private final double[] softplus;
    private final double[] ones;

    Next(int dimensions) {
      cold = new double[dimensions];
      logits = new double[dimensions];
      softplus = new double[dimensions];
      ones = new double[dimensions];
    }

    @Override
    public void from(double[] states, int s, double[] outputs, int o) {
      for (int d = 0; d < cold.length; d++) {
        cold[d] = (1 - alpha) * states[s + d] + alpha * outputs[o + d];
      }
    }

    /** ρ, and what log-densities are made of. */
    private void heat(double temperature) {
      for (int d = 0; d < cold.length; d++) {
        logits[d] = cold[d] / temperature;
      }
      Softplus.of(logits, 0, softplus, ones);
    }

    @Override
    public double draw(double temperature, double[] noise, double[] next, int n) {
      heat(temperature);
      for (int d = 0; d < ones.length; d++) {
        next[n + d] = noise[d] < ones[d] ? 1 : 0;
      }
      return log(next, n);
    }

    @Override
    public double logDensity(double temperature, double[] next, int n) {
      heat(temperature);
      return log(next, n);
    }

    @Override
    public double gradients(
        double temperature, double[] next, int n, double weight, double[] gradients, int o) {
      heat(temperature);
      for (int d = 0; d < ones.length; d++) {
        gradients[o + d] = weight * alpha / temperature * (next[n + d] - ones[d]);
      }
      return log(next, n);
    }

    private double log(double[] next, int n) {
      double log = 0;
      for (int d = 0; d < logits.length; d++) {
        log += next[n + d] * logits[d] - softplus[d];
      }
      return log;
    }

    @Override
    public void mean(double temperature, double[] means, int m) {
      heat(temperature);
      System.arraycopy(ones, 0, means, m, ones.length);
    }
  }
}
