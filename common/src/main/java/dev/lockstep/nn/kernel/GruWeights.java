package dev.lockstep.nn.kernel;

/**
 * The parameters of one GRU layer, or their gradient: views of the network's flat vector, gates in
 * the order reset, update, new.
 *
 * @param input W_i [3H, C]
 * @param recurrent W_h [3H, H]
 * @param inputBias b_i [1, 3H]
 * @param recurrentBias b_h [1, 3H]
 * @param recurrentTransposed a copy of W_hᵀ [H, 3H]: at few rows GEMM is up to twice as fast on it
 *     (32×512×1536 on one core: 113 against 70 GFLOP/s). {@link #refresh} renews it after the
 *     parameters moved; null in a gradient.
 */
public record GruWeights(
    Matrix input,
    Matrix recurrent,
    Matrix inputBias,
    Matrix recurrentBias,
    Matrix recurrentTransposed) {

  /** Parameters, with a place for the transposed copy. */
  public static GruWeights parameters(
      Matrix input, Matrix recurrent, Matrix inputBias, Matrix recurrentBias) {
    Matrix copy =
        Matrix.zeros(
            recurrent.type(), /* rows= */ recurrent.columns(), /* columns= */ recurrent.rows());
    return new GruWeights(input, recurrent, inputBias, recurrentBias, copy);
  }

  /** A gradient, of the same shapes. */
  public static GruWeights gradient(
      Matrix input, Matrix recurrent, Matrix inputBias, Matrix recurrentBias) {
    return new GruWeights(input, recurrent, inputBias, recurrentBias, null);
  }

  /** H. */
  public int hidden() {
    return recurrent.columns();
  }

  /** Renews the transposed copy. */
  public void refresh(Kernels kernels) {
    kernels.transpose(recurrent, recurrentTransposed);
  }

  /**
   * Adds the parameter gradients of a pass whose {@link Kernels#gruBackward} has run to this
   * gradient.
   *
   * @param x the layer's input [T·N, C], or null where the caller sees to W_i and b_i itself
   */
  public void accumulate(Kernels kernels, GruTape tape, Matrix x) {
    int h = hidden();
    Matrix outer = tape.gates().columns(0, 2 * h);
    Matrix previous = tape.previousStates();
    kernels.multiply(outer, true, previous, false, recurrent.rows(0, 2 * h), true);
    kernels.multiply(tape.candidates(), true, previous, false, recurrent.rows(2 * h, 3 * h), true);
    kernels.addColumnSums(outer, recurrentBias.columns(0, 2 * h));
    kernels.addColumnSums(tape.candidates(), recurrentBias.columns(2 * h, 3 * h));
    if (x != null) {
      kernels.multiply(tape.gates(), true, x, false, input, true);
      kernels.addColumnSums(tape.gates(), inputBias);
    }
  }
}
