package dev.lockstep.decode;

import java.util.SplittableRandom;

/**
 * Draws symbols from the generator's distribution at a temperature. All uniform numbers are drawn
 * beforehand, so the samples do not depend on which thread asks first.
 */
public final class AncestralSampler {
  private final double[] uniforms;
  private final int rows;
  private final double temperature;

  /** One uniform number from [0, 1) for each step and row. */
  AncestralSampler(double[] uniforms, int rows, double temperature) {
    this.uniforms = uniforms;
    this.rows = rows;
    this.temperature = temperature;
  }

  /**
   * A sampler for T steps of N rows.
   *
   * @param temperature 1 for the model's own distribution, lower for likelier symbols, 0 for the
   *     likeliest
   */
  public static AncestralSampler of(
      SplittableRandom random, int steps, int rows, double temperature) {
    double[] uniforms = random.doubles((long) steps * rows).toArray();
    return new AncestralSampler(uniforms, rows, checked(temperature));
  }

  /**
   * A sampler for T steps of as many rows as there are streams, each row drawing from its own.
   *
   * @param temperature 1 for the model's own distribution, lower for likelier symbols, 0 for the
   *     likeliest
   */
  public static AncestralSampler perRow(SplittableRandom[] streams, int steps, double temperature) {
    double[] uniforms = new double[steps * streams.length];
    for (int row = 0; row < streams.length; row++) {
      for (int t = 0; t < steps; t++) {
        uniforms[t * streams.length + row] = streams[row].nextDouble();
      }
    }
    return new AncestralSampler(uniforms, streams.length, checked(temperature));
  }

  /**
   * The symbol of a row at a step.
   *
   * @param probabilities V numbers from {@code offset}, which sum to 1
   */
  public int draw(int step, int row, double[] probabilities, int offset, int vocabulary) {
    if (temperature == 0) {
      return likeliest(probabilities, offset, vocabulary);
    }
    double largest =
        temperature == 1 ? 1 : probabilities[offset + likeliest(probabilities, offset, vocabulary)];
    double sum = 0;
    for (int v = 0; v < vocabulary; v++) {
      sum += weight(probabilities[offset + v], largest);
    }
    double left = uniforms[step * rows + row] * sum;
    int last = 0;
    for (int v = 0; v < vocabulary; v++) {
      double weight = weight(probabilities[offset + v], largest);
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

  private static double checked(double temperature) {
    if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature " + temperature + " is not a finite number of at least 0");
    }
    return temperature;
  }

  /**
   * Relative to the likeliest symbol's, as the power itself would be 0 for all at temperature 0.01.
   */
  private double weight(double probability, double largest) {
    return temperature == 1 ? probability : Math.exp(Math.log(probability / largest) / temperature);
  }

  private static int likeliest(double[] probabilities, int offset, int vocabulary) {
    int best = 0;
    for (int v = 1; v < vocabulary; v++) {
      if (probabilities[offset + v] > probabilities[offset + best]) {
        best = v;
      }
    }
    return best;
  }
}
