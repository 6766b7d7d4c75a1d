package dev.lockstep.output;

import java.util.Arrays;

/**
 * M Gaussians with diagonal covariance over D channels (Bishop 1994, with a standard deviation for
 * each channel).
 *
 * <pre>
 *   π = softmax(π̂), σ = exp(σ̂)
 *   −log p(x) = −log Σ_m π_m Π_d N(x_d; μ_md, σ_md²)
 * </pre>
 *
 * P = M (1 + 2 D) columns: π̂ [M], then μ [M, D], then σ̂ [M, D], component-major. W = D.
 *
 * <p>σ̂ is cut off at −10 and 20, with gradient 0 beyond, so a channel that is constant makes an
 * emission no likelier than e^10 / √(2π) for each channel. Channels are expected to have a scale of
 * about 1.
 *
 * @param channels D
 * @param components M
 */
public record GaussianMixture(int channels, int components) implements OutputDistribution {

  public GaussianMixture {
    Mixtures.requirePositive("channels", channels);
    Mixtures.requirePositive("components", components);
  }

  @Override
  public int parameters() {
    return components * (1 + 2 * channels);
  }

  @Override
  public int width() {
    return channels;
  }

  /** One for the component, and pairs for the normal numbers. */
  @Override
  public int uniforms() {
    return 1 + channels + channels % 2;
  }

  @Override
  public double nll(double[] parameters, int offset, double[] emission, int at) {
    return Mixtures.nll(parameters, offset, joint(parameters, offset, emission, at));
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
    for (int i = 0; i < components * channels; i++) {
      double share = posterior[i / channels];
      int mean = mean(0) + i;
      int logSigma = logSigma(0) + i;
      double hat = parameters[offset + logSigma];
      double precision = Math.exp(-Mixtures.LOG_SIGMA.clip(hat));
      double z = (emission[at + i % channels] - parameters[offset + mean]) * precision;
      gradients[to + mean] = -share * z * precision;
      gradients[to + logSigma] = Mixtures.LOG_SIGMA.gradient(hat, share * (1 - z * z));
    }
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
    for (int d = 0; d < channels; d++) {
      double logSigma = Mixtures.LOG_SIGMA.clip(parameters[offset + logSigma(m) + d]);
      double normal = Mixtures.normal(uniforms, at + 1, d);
      emission[to + d] = parameters[offset + mean(m) + d] + sampling.sigma(logSigma) * normal;
    }
  }

  /** π̂ + log density of each component. */
  private double[] joint(double[] parameters, int offset, double[] emission, int at) {
    double[] joint = new double[components];
    for (int m = 0; m < components; m++) {
      double sum = parameters[offset + m] - channels * Mixtures.LOG_TWO_PI / 2;
      for (int d = 0; d < channels; d++) {
        double logSigma = Mixtures.LOG_SIGMA.clip(parameters[offset + logSigma(m) + d]);
        double z = (emission[at + d] - parameters[offset + mean(m) + d]) * Math.exp(-logSigma);
        sum -= logSigma + z * z / 2;
      }
      joint[m] = sum;
    }
    return joint;
  }

  private int mean(int m) {
    return components + m * channels;
  }

  private int logSigma(int m) {
    return components * (1 + channels) + m * channels;
  }
}
