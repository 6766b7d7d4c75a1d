package dev.lockstep.output;

import java.util.Arrays;

/**
 * Where a pen goes next: M bivariate Gaussians with correlation, and the bit of its lifting (Graves
 * 2013, section 4.1, equations 16 to 25).
 *
 * <pre>
 *   π = softmax(π̂), σ = exp(σ̂), ρ = tanh(ρ̂), e = sigmoid(ê)
 *   −log p(x, y, pen) = −log Σ_m π_m N(x, y; μ_m, σ_m, ρ_m) − log(pen ? e : 1 − e)
 * </pre>
 *
 * P = 6 M + 1 columns: M each of π̂, μ_x, μ_y, σ̂_x, σ̂_y, ρ̂, then ê. W = 3: x, y (offsets from
 * the point before) and pen, 1 where the stroke ends and 0 elsewhere.
 *
 * <p>This differs from Graves in the sign of ê (his e is the sigmoid of −ê, equation 18) and in
 * bounds that keep the likelihood of a straight or resting pen finite: σ̂ is cut off at −10 and 20,
 * ρ̂ at −10 and 10, with gradient 0 beyond. Offsets are expected to have a scale of about 1.
 *
 * @param components M
 */
public record PenMixture(int components) implements OutputDistribution {
  private static final Mixtures.Bounds CORRELATION = new Mixtures.Bounds(-10, 10);

  public PenMixture {
    Mixtures.requirePositive("components", components);
  }

  @Override
  public int parameters() {
    return 6 * components + 1;
  }

  @Override
  public int width() {
    return 3;
  }

  /** One for the component, two for the offset, one for the pen. */
  @Override
  public int uniforms() {
    return 4;
  }

  @Override
  public double nll(double[] parameters, int offset, double[] emission, int at) {
    double logit = parameters[offset + 6 * components];
    // log(1 + e^x), with no large number taken to a power.
    double softplus = Math.max(logit, 0) + Math.log1p(Math.exp(-Math.abs(logit)));
    return Mixtures.nll(parameters, offset, joint(parameters, offset, emission, at))
        + softplus
        - emission[at + 2] * logit;
  }

  @Override
  public void gradients(
      double[] parameters,
      int offset,
      double[] emission,
      int at,
      double weight,
      double[] gradients,
      int to) {
    if (weight == 0) {
      Arrays.fill(gradients, to, to + parameters(), 0);
      return;
    }
    double[] posterior = joint(parameters, offset, emission, at);
    Mixtures.gradLogits(parameters, offset, posterior, weight, gradients, to);
    for (int m = 0; m < components; m++) {
      component(parameters, offset + m, emission, at)
          .gradients(posterior[m], gradients, to + m, components);
    }
    int pen = 6 * components;
    gradients[to + pen] = weight * (Mixtures.sigmoid(parameters[offset + pen]) - emission[at + 2]);
  }

  @Override
  public void draw(
      double[] parameters,
      int offset,
      double[] uniforms,
      int at,
      SamplingOptions sampling,
      double[] emission,
      int to) {
    int m = Mixtures.component(parameters, offset, components, uniforms[at], sampling);
    double x = Mixtures.normal(uniforms, at + 1, 0);
    double correlation = CORRELATION.clip(parameters[offset + 5 * components + m]);
    // √(1 − ρ²) = 1 / cosh ρ̂.
    double y =
        Math.tanh(correlation) * x + Mixtures.normal(uniforms, at + 1, 1) / Math.cosh(correlation);
    double sigmaX = sampling.sigma(logSigma(parameters[offset + 3 * components + m]));
    double sigmaY = sampling.sigma(logSigma(parameters[offset + 4 * components + m]));
    emission[to] = parameters[offset + components + m] + sigmaX * x;
    emission[to + 1] = parameters[offset + 2 * components + m] + sigmaY * y;
    double logit = parameters[offset + 6 * components];
    emission[to + 2] = sampling.bit(logit, uniforms[at + 3]) ? 1 : 0;
  }

  /** π̂ + log density of each component. */
  private double[] joint(double[] parameters, int offset, double[] emission, int at) {
    double[] joint = new double[components];
    for (int m = 0; m < components; m++) {
      joint[m] =
          parameters[offset + m] + component(parameters, offset + m, emission, at).logDensity();
    }
    return joint;
  }

  /** The component whose column π̂ is {@code first}. */
  private Component component(double[] parameters, int first, double[] emission, int at) {
    double logX = parameters[first + 3 * components];
    double logY = parameters[first + 4 * components];
    return new Component(
        logX,
        logY,
        parameters[first + 5 * components],
        (emission[at] - parameters[first + components]) * Math.exp(-logSigma(logX)),
        (emission[at + 1] - parameters[first + 2 * components]) * Math.exp(-logSigma(logY)));
  }

  private static double logSigma(double column) {
    return Mixtures.LOG_SIGMA.clip(column);
  }

  /**
   * The columns σ̂ and ρ̂ of a component, and how many standard deviations the emission is away
   * from its mean.
   *
   * <p>Uses 1 / (1 ∓ ρ) = (1 + exp(±2 ρ̂)) / 2 along the diagonals, as 1 − tanh² ρ̂ is lost to
   * rounding long before ρ̂ is large:
   *
   * <pre>
   *   (x² + y² − 2 ρ x y) / (1 − ρ²) = (x − y)² / (2 (1 − ρ)) + (x + y)² / (2 (1 + ρ))
   * </pre>
   */
  private record Component(double logX, double logY, double correlation, double x, double y) {
    double logDensity() {
      double rho = CORRELATION.clip(correlation);
      double growth = Math.exp(2 * rho);
      double square = ((x - y) * (x - y) * (1 + growth) + (x + y) * (x + y) * (1 + 1 / growth)) / 4;
      double logCosh = Math.abs(rho) + Math.log1p(Math.exp(-2 * Math.abs(rho))) - Math.log(2);
      return logCosh - Mixtures.LOG_TWO_PI - logSigma(logX) - logSigma(logY) - square / 2;
    }

    /**
     * Writes the gradient of −{@code share} times the logarithm of the density, where columns are M
     * apart.
     */
    void gradients(double share, double[] gradients, int to, int apart) {
      double rho = CORRELATION.clip(correlation);
      double growth = Math.exp(2 * rho);
      double across = (x - y) * (1 + growth) / 4;
      double along = (x + y) * (1 + 1 / growth) / 4;
      double bend = ((x - y) * (x - y) * growth - (x + y) * (x + y) / growth) / 4;
      gradients[to + apart] = -share * (along + across) * Math.exp(-logSigma(logX));
      gradients[to + 2 * apart] = -share * (along - across) * Math.exp(-logSigma(logY));
      gradients[to + 3 * apart] =
          Mixtures.LOG_SIGMA.gradient(logX, share * (1 - x * (along + across)));
      gradients[to + 4 * apart] =
          Mixtures.LOG_SIGMA.gradient(logY, share * (1 - y * (along - across)));
      gradients[to + 5 * apart] =
          CORRELATION.gradient(correlation, share * (bend - Math.tanh(rho)));
    }
  }
}
