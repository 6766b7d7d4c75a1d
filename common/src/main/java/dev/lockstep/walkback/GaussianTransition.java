package dev.lockstep.walkback;

import java.util.random.RandomGenerator;

/**
 * The operator of real numbers (section 3.2 of the paper): the next state is N(μ, σ² I) with
 *
 * <pre>
 *   μ = (1 − α) s + α F_μ(s),   σ = (σ_0 + softplus(F_σ(s))) · √T  or  the same · T
 * </pre>
 *
 * <p>The network's outputs are F_μ, then F_σ.
 *
 * @param alpha α, from 0 (states stay) to 1
 * @param heat what grows with the temperature
 * @param leastDeviation σ_0; above 0 it keeps walks, which are the harder to take back the further
 *     they go, from standing still
 */
public record GaussianTransition(double alpha, Heat heat, double leastDeviation)
    implements Transition {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  /** What grows in proportion to the temperature: the paper's text can be read either way. */
  public enum Heat {
    /** The variance of the noise. */
    VARIANCE {
      @Override
      double factor(double temperature) {
        return Math.sqrt(temperature);
      }
    },
    /** Its standard deviation. */
    DEVIATION {
      @Override
      double factor(double temperature) {
        return temperature;
      }
    };

    /** What σ is multiplied by. */
    abstract double factor(double temperature);
  }

  @Override
  public int outputs(int dimensions) {
    return 2 * dimensions;
  }

  @Override
  public double noise(RandomGenerator random) {
    return random.nextGaussian();
  }

  @Override
  public double draw(Rows from, double temperature, double[] noise, double[] next) {
    double heated = heat.factor(temperature);
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double sigma = sigma(from, d) * heated;
      next[from.state() + d] = mean(from, d) + sigma * noise[d];
      log -= 0.5 * noise[d] * noise[d] + Math.log(sigma) + HALF_LOG_2PI;
    }
    return log;
  }

  @Override
  public double logDensity(Rows from, double temperature, double[] next) {
    double heated = heat.factor(temperature);
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double sigma = sigma(from, d) * heated;
      double error = (next[from.state() + d] - mean(from, d)) / sigma;
      log -= 0.5 * error * error + Math.log(sigma) + HALF_LOG_2PI;
    }
    return log;
  }

  @Override
  public double slopes(
      Rows from, double temperature, double[] next, double weight, double[] slopes) {
    double heated = heat.factor(temperature);
    int width = outputs(from.dimensions());
    int at = from.output(width);
    double log = 0;
    for (int d = 0; d < from.dimensions(); d++) {
      double raw = from.outputs()[at + from.dimensions() + d];
      double cold = leastDeviation + Softplus.of(raw);
      double sigma = cold * heated;
      double error = (next[from.state() + d] - mean(from, d)) / sigma;
      log -= 0.5 * error * error + Math.log(sigma) + HALF_LOG_2PI;
      slopes[at + d] = weight * alpha * error / sigma;
      slopes[at + from.dimensions() + d] =
          weight * (error * error - 1) / cold * Softplus.slope(raw);
    }
    return log;
  }

  @Override
  public void mean(Rows from, double temperature, double[] mean) {
    for (int d = 0; d < from.dimensions(); d++) {
      mean[from.state() + d] = mean(from, d);
    }
  }

  private double mean(Rows from, int d) {
    double moved = from.outputs()[from.output(outputs(from.dimensions())) + d];
    return (1 - alpha) * from.states()[from.state() + d] + alpha * moved;
  }

  private double sigma(Rows from, int d) {
    int at = from.output(outputs(from.dimensions())) + from.dimensions();
    return leastDeviation + Softplus.of(from.outputs()[at + d]);
  }

  @Override
  public double logPrior(PriorMoments prior, double[] state, int at) {
    double log = 0;
    for (int d = 0; d < prior.mean().length; d++) {
      double difference = state[at + d] - prior.mean()[d];
      double variance = prior.variance()[d];
      log -= 0.5 * (difference * difference / variance + Math.log(variance)) + HALF_LOG_2PI;
    }
    return log;
  }

  @Override
  public void drawPrior(PriorMoments prior, double[] noise, double[] state, int at) {
    for (int d = 0; d < prior.mean().length; d++) {
      state[at + d] = prior.mean()[d] + Math.sqrt(prior.variance()[d]) * noise[d];
    }
  }
}
