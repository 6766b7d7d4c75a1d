package dev.lockstep.output;

/** What mixtures of Gaussians share: components' weights, bounds of their columns, draws. */
final class Mixtures {
  /**
   * Bounds of log σ. Where a channel is constant, the likelihood has no bound as σ goes to 0; here
   * it has. The upper bound only keeps all that is computed finite.
   */
  static final Bounds LOG_SIGMA = new Bounds(-10, 20);

  static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  private Mixtures() {}

  /** A column is cut off at its bounds; beyond them its gradient is 0. */
  record Bounds(double least, double most) {
    double clip(double x) {
      return Math.max(least, Math.min(most, x));
    }

    double gradient(double x, double gradient) {
      return x < least || x > most ? 0 : gradient;
    }
  }

  /** −log Σ π density, where {@code joint} is π̂ + log density of each component. */
  static double nll(double[] parameters, int offset, double[] joint) {
    return logSumExp(parameters, offset, joint.length) - logSumExp(joint, 0, joint.length);
  }

  /**
   * Writes the weighted gradients at the logits π̂, which are the prior less the posterior, and
   * turns {@code joint} into the posterior times the weight.
   */
  static void gradLogits(
      double[] parameters, int offset, double[] joint, double weight, double[] gradients, int to) {
    double prior = logSumExp(parameters, offset, joint.length);
    double posterior = logSumExp(joint, 0, joint.length);
    for (int m = 0; m < joint.length; m++) {
      joint[m] = weight * Math.exp(joint[m] - posterior);
      gradients[to + m] = weight * Math.exp(parameters[offset + m] - prior) - joint[m];
    }
  }

  private static double logSumExp(double[] values, int from, int count) {
    double largest = values[from + likeliest(values, from, count)];
    double sum = 0;
    for (int m = 0; m < count; m++) {
      sum += Math.exp(values[from + m] - largest);
    }
    return largest + Math.log(sum);
  }

  private static int likeliest(double[] logits, int from, int count) {
    int best = 0;
    for (int m = 1; m < count; m++) {
      if (logits[from + m] > logits[from + best]) {
        best = m;
      }
    }
    return best;
  }

  /** The component where the cumulative distribution passes a number from [0, 1). */
  static int component(
      double[] logits, int from, int count, double uniform, SamplingOptions sampling) {
    int likeliest = likeliest(logits, from, count);
    if (sampling.temperature() == 0) {
      return likeliest;
    }
    double[] cumulative = new double[count];
    double sum = 0;
    for (int m = 0; m < count; m++) {
      sum += sampling.weight(logits[from + m], logits[from + likeliest]);
      cumulative[m] = sum;
    }
    // A number below 1 times the sum rounds to less than the sum, so this ends.
    int m = 0;
    while (cumulative[m] <= uniform * sum) {
      m++;
    }
    return m;
  }

  /** Number i of the standard normal numbers that pairs of uniform ones from {@code at} give. */
  static double normal(double[] uniforms, int at, int i) {
    int pair = at + i - i % 2;
    // From (0, 1], as the logarithm wants it.
    double radius = Math.sqrt(-2 * Math.log(1 - uniforms[pair]));
    double angle = 2 * Math.PI * uniforms[pair + 1];
    return radius * (i % 2 == 0 ? Math.cos(angle) : Math.sin(angle));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " is not at least 1");
    }
  }
}
