package dev.lockstep.walkback;

/** log(1 + eˣ), without overflow, and its slope, the logistic function. */
final class Softplus {
  private Softplus() {}

  static double of(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  static double slope(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
