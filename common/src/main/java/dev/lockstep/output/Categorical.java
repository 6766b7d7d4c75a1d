package dev.lockstep.output;

/** Drawing one of V symbols. */
public final class Categorical {
  private Categorical() {}

  /**
   * The symbol that a uniform number falls to.
   *
   * @param probabilities V numbers from {@code offset}, which sum to 1
   * @param uniform from [0, 1)
   * @param temperature 1 for these probabilities, lower for likelier symbols, 0 for the likeliest
   */
  public static int draw(
      double[] probabilities, int offset, int vocabulary, double uniform, double temperature) {
    if (temperature == 0) {
      return likeliest(probabilities, offset, vocabulary);
    }
    double largest =
        temperature == 1 ? 1 : probabilities[offset + likeliest(probabilities, offset, vocabulary)];
    double sum = 0;
    for (int v = 0; v < vocabulary; v++) {
      sum += weight(probabilities[offset + v], largest, temperature);
    }
    double left = uniform * sum;
    int last = 0;
    for (int v = 0; v < vocabulary; v++) {
      double weight = weight(probabilities[offset + v], largest, temperature);
      if (weight > 0) {
        if (left < weight) {
          return v;
        }
        left -= weight;
        last = v;
      }
    }
    // Rounding left a crumb beyond the last symbol that can be drawn.
    return last;
  }

  /**
   * Relative to the likeliest symbol's, as the power itself would be 0 for all at temperature 0.01.
   */
  private static double weight(double probability, double largest, double temperature) {
    return temperature == 1 ? probability : Math.exp(Math.log(probability / largest) / temperature);
  }

  /** The likeliest of V symbols, the first of equals. */
  public static int likeliest(double[] probabilities, int offset, int vocabulary) {
    int best = 0;
    for (int v = 1; v < vocabulary; v++) {
      if (probabilities[offset + v] > probabilities[offset + best]) {
        best = v;
      }
    }
    return best;
  }
}
