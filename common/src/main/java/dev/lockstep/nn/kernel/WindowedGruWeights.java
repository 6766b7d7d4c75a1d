package dev.lockstep.nn.kernel;

/**
 * The parameters of a {@link WindowedGru}, or their gradient: views of the network's flat vector.
 *
 * @param gru W_i [3H, I + C], of which the first I columns read x and the last C the window
 * @param window W_a [3K, H]: rows of α̂, β̂, κ̂
 * @param windowBias b_a [1, 3K]
 */
public record WindowedGruWeights(GruWeights gru, Matrix window, Matrix windowBias) {
  /** K. */
  public int components() {
    return window.rows() / 3;
  }

  /** As {@link GruWeights#writeGradient}, of all but the first I columns of W_i. */
  void writeGradient(Kernels kernels, WindowActivations activations, GruActivations.Segment steps) {
    GruActivations layer = activations.layer();
    gru.writeRecurrentGradient(kernels, layer, steps);
    gru.writeInputBiasGradient(kernels, layer, steps);
    Matrix read = activations.previousWindows();
    gru.writeInputGradient(kernels, layer, steps, gru.input().columns() - read.columns(), read);
    boolean add = !steps.last();
    Matrix gradients = activations.exponents(steps);
    kernels.multiply(gradients, true, steps.of(layer.outputs()), false, window, add);
    kernels.columnSums(gradients, windowBias, add);
  }
}
