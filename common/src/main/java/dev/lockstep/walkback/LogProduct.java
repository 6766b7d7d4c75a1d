package dev.lockstep.walkback;

/** Σ log xᵢ as the logarithm of products: one logarithm for as many factors as a double holds. */
final class LogProduct {
  private static final double LEAST = 0x1p-500;
  private static final double MOST = 0x1p500;

  private LogProduct() {}

  /** The logarithm of a product of factors of at least 0. */
  static double of(double[] factors) {
    double log = 0;
    double product = 1;
    for (double factor : factors) {
      if (!holds(factor)) {
        log += Math.log(factor);
        continue;
      }
      product *= factor;
      if (!holds(product)) {
        log += Math.log(product);
        product = 1;
      }
    }
    return log + Math.log(product);
  }

  /** Whether the product with another such number neither overflows nor underflows. */
  private static boolean holds(double x) {
    return x > LEAST && x < MOST;
  }
}
