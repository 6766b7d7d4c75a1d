package dev.lockstep.render;

import java.util.Arrays;

/**
 * One channel's past and what is said of its future. NaN and infinity leave gaps.
 *
 * @param channel the quantity with its unit, for the axis
 * @param history [P] the values given
 * @param truth [up to H] what came after them, as far as known
 * @param quantiles [5][H] the 5, 25, 50, 75 and 95 % quantiles of what is said to come
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Forecast(String channel, double[] history, double[] truth, double[][] quantiles) {
  private static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  public Forecast {
    if (quantiles.length != LEVELS.length) {
      throw new IllegalArgumentException(
          "%s: %d quantiles; allowed: 5".formatted(channel, quantiles.length));
    }
    int horizon = Math.max(truth.length, 1);
    for (double[] quantile : quantiles) {
      if (quantile.length != quantiles[0].length || quantile.length < horizon) {
        throw new IllegalArgumentException(
            "%s: a quantile of %d steps; allowed: as many as the first, %d, and at least %d"
                .formatted(channel, quantile.length, quantiles[0].length, horizon));
      }
    }
  }

  /** How many steps it looks ahead. */
  int horizon() {
    return quantiles[0].length;
  }

  /**
   * A forecast by sampling.
   *
   * @param draws [S][H] sampled futures; NaN is left out
   */
  public static Forecast ofDraws(
      String channel, double[] history, double[] truth, double[][] draws) {
    int horizon = draws.length == 0 ? 0 : draws[0].length;
    double[][] quantiles = new double[LEVELS.length][horizon];
    for (int h = 0; h < horizon; h++) {
      int step = h;
      double[] sorted =
          Arrays.stream(draws)
              .mapToDouble(draw -> draw[step])
              .filter(value -> !Double.isNaN(value))
              .sorted()
              .toArray();
      for (int level = 0; level < LEVELS.length; level++) {
        quantiles[level][h] = quantile(sorted, LEVELS[level]);
      }
    }
    return new Forecast(channel, history, truth, quantiles);
  }

  /** Linear between order statistics, as R's type 7 and NumPy's default; NaN of nothing. */
  private static double quantile(double[] sorted, double level) {
    if (sorted.length == 0) {
      return Double.NaN;
    }
    double place = level * (sorted.length - 1);
    int below = (int) place;
    double share = place - below;
    return share == 0 ? sorted[below] : (1 - share) * sorted[below] + share * sorted[below + 1];
  }
}
