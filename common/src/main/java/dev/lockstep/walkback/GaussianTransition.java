package dev.lockstep.walkback;

import dev.lockstep.config.OperatorSettings.Heat;
import java.util.random.RandomGenerator;

/**
 * The operator of real numbers (section 3.2 of the paper): the next state is N(μ, σ² I) with
 *
 * <pre>
 *   μ = (1 − α) s + α F_μ(s),   σ = (σ_0 + softplus(F_σ(s))) · √T  or  the same · T
 * </pre>
 *
 * <p>With a bound σ_1 the second is σ_0 + softplus(F_σ) − softplus(F_σ − (σ_1 − σ_0)), from σ_0 to
 * σ_1. Nothing in the loss calls back a walk whose noise has grown: where it begins, the operator
 * is not judged.
 *
 * <p>The network's outputs are F_μ, then F_σ.
 *
 * @param alpha α, from 0 (states stay) to 1
 * @param heat what grows with the temperature
 * @param leastDeviation σ_0; above 0 it keeps walks, which are the harder to take back the further
 *     they go, from standing still
 * @param mostDeviation σ_1; if it is σ_0 too, nothing of the noise is learned
 */
public record GaussianTransition(
    double alpha, Heat heat, double leastDeviation, double mostDeviation) implements Transition {
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  /** Of unbounded noise. */
  public GaussianTransition(double alpha, Heat heat, double leastDeviation) {
    this(alpha, heat, leastDeviation, Double.POSITIVE_INFINITY);
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
  public NextState nextState(int dimensions) {
    return new Next(dimensions);
  }

  @Override
  public double[] logPriors(PriorMoments prior, double[] states) {
    int dimensions = prior.mean().length;
    double logDeviations = 0.5 * LogProduct.of(prior.variance());
    double[] logs = new double[states.length / dimensions];
    for (int row = 0; row < logs.length; row++) {
      double squares = 0;
      for (int d = 0; d < dimensions; d++) {
        double difference = states[row * dimensions + d] - prior.mean()[d];
        squares += difference * difference / prior.variance()[d];
      }
      logs[row] = -0.5 * squares - logDeviations - dimensions * HALF_LOG_2PI;
    }
    return logs;
  }

  @Override
  public void drawPrior(PriorMoments prior, double[] noise, double[] state, int at) {
    for (int d = 0; d < prior.mean().length; d++) {
      state[at + d] = prior.mean()[d] + Math.sqrt(prior.variance()[d]) * noise[d];
    }
  }

  /** μ, and of σ what is the same at all temperatures. */
  private final class Next implements NextState {
    private final double[] mean;
    private final double[] cold;
    private final double[] coldSlope;
    private final double[] beyond;
    private final double[] over;
    private final double[] overSlope;
    private double logCold;

    Next(int dimensions) {
      mean = new double[dimensions];
      cold = new double[dimensions];
      coldSlope = new double[dimensions];
      beyond = new double[dimensions];
      over = new double[dimensions];
      overSlope = new double[dimensions];
    }

    @Override
    public void from(double[] states, int s, double[] outputs, int o) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] = (1 - alpha) * states[s + d] + alpha * outputs[o + d];
      }
      Softplus.of(outputs, o + mean.length, cold, coldSlope);
      if (mostDeviation < Double.POSITIVE_INFINITY) {
        bound(outputs, o + mean.length);
      }
      for (int d = 0; d < mean.length; d++) {
        cold[d] += leastDeviation;
      }
      logCold = LogProduct.of(cold);
    }

    private void bound(double[] outputs, int from) {
      for (int d = 0; d < beyond.length; d++) {
        beyond[d] = outputs[from + d] - (mostDeviation - leastDeviation);
      }
      Softplus.of(beyond, 0, over, overSlope);
      for (int d = 0; d < over.length; d++) {
        cold[d] -= over[d];
        coldSlope[d] -= overSlope[d];
      }
    }

    @Override
    public double draw(double temperature, double[] noise, double[] next, int n) {
      double heated = heat.factor(temperature);
      double squares = 0;
      for (int d = 0; d < mean.length; d++) {
        next[n + d] = mean[d] + heated * cold[d] * noise[d];
        squares += noise[d] * noise[d];
      }
      return log(squares, heated);
    }

    @Override
    public double logDensity(double temperature, double[] next, int n) {
      double heated = heat.factor(temperature);
      double squares = 0;
      for (int d = 0; d < mean.length; d++) {
        double error = (next[n + d] - mean[d]) / (heated * cold[d]);
        squares += error * error;
      }
      return log(squares, heated);
    }

    @Override
    public double slopes(
        double temperature, double[] next, int n, double weight, double[] slopes, int o) {
      double heated = heat.factor(temperature);
      double squares = 0;
      for (int d = 0; d < mean.length; d++) {
        double sigma = heated * cold[d];
        double error = (next[n + d] - mean[d]) / sigma;
        squares += error * error;
        slopes[o + d] = weight * alpha * error / sigma;
        slopes[o + mean.length + d] = weight * (error * error - 1) / cold[d] * coldSlope[d];
      }
      return log(squares, heated);
    }

    /** Of errors in units of σ. */
    private double log(double squares, double heated) {
      return -0.5 * squares - logCold - mean.length * (Math.log(heated) + HALF_LOG_2PI);
    }

    @Override
    public void mean(double temperature, double[] means, int m) {
      System.arraycopy(mean, 0, means, m, mean.length);
    }
  }
}
