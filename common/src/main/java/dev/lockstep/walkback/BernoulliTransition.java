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
  public double draw(Rows from, double temperature, double[] noise, double[] next) {
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double logit = logit(from, temperature, d);
      double bit = noise[d] < Softplus.slope(logit) ? 1 : 0;
      next[from.state() + d] = bit;
      log += bit * logit - Softplus.of(logit);
    }
    return log;
  }

  @Override
  public double logDensity(Rows from, double temperature, double[] next) {
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double logit = logit(from, temperature, d);
      log += next[from.state() + d] * logit - Softplus.of(logit);
    }
    return log;
  }

  @Override
  public double slopes(
      Rows from, double temperature, double[] next, double weight, double[] slopes) {
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double logit = logit(from, temperature, d);
      double bit = next[from.state() + d];
      log += bit * logit - Softplus.of(logit);
      slopes[from.state() + d] = weight * alpha / temperature * (bit - Softplus.slope(logit));
    }
    return log;
  }

  @Override
  public void mean(Rows from, double temperature, double[] mean) {
    for (int d = 0; d < from.dimensions(); d++) {
      mean[from.state() + d] = Softplus.slope(logit(from, temperature, d));
    }
  }

  private double logit(Rows from, double temperature, int d) {
    int i = from.state() + d;
    return ((1 - alpha) * from.states()[i] + alpha * from.outputs()[i]) / temperature;
  }

  @Override
  public double logPrior(PriorMoments prior, double[] state, int at) {
    double log = 0;
    for (int d = 0; d < prior.mean().length; d++) {
      double one = prior.mean()[d];
      log += state[at + d] * Math.log(one) + (1 - state[at + d]) * Math.log1p(-one);
    }
    return log;
  }

  @Override
  public void drawPrior(PriorMoments prior, double[] noise, double[] state, int at) {
    for (int d = 0; d < prior.mean().length; d++) {
      state[at + d] = noise[d] < prior.mean()[d] ? 1 : 0;
    }
  }
}
