package dev.lockstep.nn.kernel;

/**
 * The soft window onto a text of U characters (Graves 2013, equations 46 to 51), of one row of one
 * step, with K components:
 *
 * <pre>
 *   α = exp(α̂)   β = exp(β̂)   κ = κ₋ + exp(κ̂)
 *   φ(u) = Σ_k α_k exp(−β_k (κ_k − u)²)      u = 0 … U−1
 *   w    = Σ_u φ(u) one_hot(c_u)
 * </pre>
 *
 * Arrays hold many rows; each comes with the index where its row begins.
 */
final class SoftWindow {
  /** exp(−x) is 0 in double from here on. */
  private static final double ZERO_FROM = 746;

  private final int components;

  SoftWindow(int components) {
    this.components = components;
  }

  /**
   * Moves the components on.
   *
   * @param exponents (α̂, β̂, κ̂), 3K
   * @param kappas κ₋ from {@code before}, K, and κ from {@code after}
   */
  void move(double[] exponents, int e, double[] kappas, int before, int after) {
    for (int k = 0; k < components; k++) {
      kappas[after + k] = kappas[before + k] + Math.exp(exponents[e + 2 * components + k]);
    }
  }

  /**
   * Adds φ(u) to the element of w that character u names.
   *
   * @param kappas κ from {@code at}
   */
  void look(
      int[] text, double[] exponents, int e, double[] kappas, int at, double[] window, int w) {
    for (int k = 0; k < components; k++) {
      double alpha = Math.exp(exponents[e + k]);
      double beta = Math.exp(exponents[e + components + k]);
      double kappa = kappas[at + k];
      int end = end(beta, kappa, text.length);
      for (int u = begin(beta, kappa); u < end; u++) {
        double d = kappa - u;
        window[w + text[u]] += alpha * Math.exp(-beta * d * d);
      }
    }
  }

  /**
   * Backward through {@link #look} and {@link #move}.
   *
   * @param exponents overwritten by the gradients at them
   * @param gradWindow dw
   * @param gradKappas from {@code s}, K: at κ from later steps before, at κ₋ after
   */
  void backward(
      int[] text,
      double[] exponents,
      int e,
      double[] kappas,
      int at,
      double[] gradWindow,
      int w,
      double[] gradKappas,
      int s) {
    for (int k = 0; k < components; k++) {
      double alpha = Math.exp(exponents[e + k]);
      double beta = Math.exp(exponents[e + components + k]);
      double kappa = kappas[at + k];
      // Moments of dφ(u) exp(−β (κ − u)²) about κ.
      double sum = 0;
      double first = 0;
      double second = 0;
      int end = end(beta, kappa, text.length);
      for (int u = begin(beta, kappa); u < end; u++) {
        double d = kappa - u;
        double part = gradWindow[w + text[u]] * Math.exp(-beta * d * d);
        sum += part;
        first += part * d;
        second += part * d * d;
      }
      int advance = e + 2 * components + k;
      gradKappas[s + k] -= 2 * alpha * beta * first;
      exponents[e + k] = alpha * sum;
      exponents[e + components + k] = -alpha * beta * second;
      exponents[advance] = gradKappas[s + k] * Math.exp(exponents[advance]);
    }
  }

  /** The first character whose part is not 0 in double: of narrow components, most are left out. */
  private static int begin(double beta, double kappa) {
    return (int) Math.max(0, Math.ceil(kappa - Math.sqrt(ZERO_FROM / beta)));
  }

  /** One past the last of them. */
  private static int end(double beta, double kappa, int length) {
    return (int) Math.min(length, Math.floor(kappa + Math.sqrt(ZERO_FROM / beta)) + 1);
  }
}
