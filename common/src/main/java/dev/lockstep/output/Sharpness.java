package dev.lockstep.output;

/**
 * How much likelier than learned a draw is to be likely. Both may be asked for: a mixture's logits
 * become (1 + b) π̂ / τ, its deviations exp(σ̂ − b) √τ, and a bit's logit ê / τ.
 *
 * @param temperature τ: 1 as learned, 0 the mean of the likeliest component and the likelier bit
 * @param bias b of Graves (2013), section 5.4, equations 61 and 62: 0 as learned
 */
public record Sharpness(double temperature, double bias) {
  /** Draws from the distribution itself. */
  public static final Sharpness AS_LEARNED = new Sharpness(1, 0);

  public Sharpness {
    check("temperature", temperature);
    check("bias", bias);
  }

  private static void check(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " " + value + " is not a finite number of at least 0");
    }
  }

  double sigma(double logSigma) {
    return Math.exp(logSigma - bias) * Math.sqrt(temperature);
  }

  /** Of a component, relative to the likeliest; the temperature is not 0. */
  double weight(double logit, double largest) {
    return Math.exp((logit - largest) * (1 + bias) / temperature);
  }

  boolean bit(double logit, double uniform) {
    // At temperature 0 the sigmoid is 0 or 1; a logit of 0, whose quotient is NaN, gives no bit.
    return uniform < Mixtures.sigmoid(logit / temperature);
  }
}
