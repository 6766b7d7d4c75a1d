package dev.lockstep.output;

/**
 * How much likelier than learned a draw is to be likely. A mixture takes a temperature and a bias:
 * its logits become (1 + b) π̂ / τ, its standard deviations exp(σ̂ − b) √τ, and a bit's logit ê /
 * τ. A symbol takes a temperature, after it top-k, and after that top-p; what is left is normalised
 * again.
 *
 * @param temperature τ: 1 as learned, 0 the mean of the likeliest component, the likelier bit, the
 *     likeliest symbol
 * @param bias b of Graves (2013), section 5.4, equations 61 and 62: 0 as learned
 * @param topK how many symbols may be drawn, the likeliest (Fan et al. 2018); 0 for all
 * @param topP the nucleus (Holtzman et al. 2020): only the fewest likeliest symbols that have this
 *     share of the probability may be drawn; 1 for all
 */
public record SamplingOptions(double temperature, double bias, int topK, double topP) {
  /** Draws from the distribution itself. */
  public static final SamplingOptions AS_LEARNED = new SamplingOptions(1, 0);

  /** Draws from all symbols. */
  public SamplingOptions(double temperature, double bias) {
    this(temperature, bias, 0, 1);
  }

  public SamplingOptions {
    check("temperature", temperature);
    check("bias", bias);
    if (topK < 0) {
      throw new IllegalArgumentException("top-k " + topK + " is below 0");
    }
    if (!(topP > 0 && topP <= 1)) {
      throw new IllegalArgumentException("top-p " + topP + " is not above 0 and at most 1");
    }
  }

  private static void check(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " " + value + " is not a finite number of at least 0");
    }
  }

  /** Whether some symbols may not be drawn. */
  public boolean truncates() {
    return topK > 0 || topP < 1;
  }

  double sigma(double logSigma) {
    return Math.exp(logSigma - bias) * Math.sqrt(temperature);
  }

  /** The weight of a component relative to the likeliest; the temperature is not 0. */
  double weight(double logit, double largest) {
    return Math.exp((logit - largest) * (1 + bias) / temperature);
  }

  boolean bit(double logit, double uniform) {
    // At temperature 0 the sigmoid is 0 or 1; a logit of 0, whose quotient is NaN, gives no bit.
    return uniform < Mixtures.sigmoid(logit / temperature);
  }
}
