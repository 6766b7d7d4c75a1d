package dev.lockstep.nn.kernel;

/**
 * The parameters of a convolution of k × k pixels, or their gradient: views of the network's flat
 * vector, and beside them the weight as the products with patches read it, in which the channels of
 * a pixel stand together.
 *
 * <pre>
 *   weight   [C', C, k²]   as DL4J keeps it
 *   filters  [C', k², C]   the same numbers, a row for each channel of the output
 * </pre>
 */
public final class ConvolutionWeights {
  private final Matrix weight;
  private final Matrix bias;
  private final Matrix filters;
  private final Matrix offsets;

  /**
   * Views of parameters, or of a gradient.
   *
   * @param weight [C'·C, k²]
   * @param bias [1, C']
   */
  public ConvolutionWeights(Matrix weight, Matrix bias) {
    this.weight = weight;
    this.bias = bias;
    this.offsets = Matrix.zeros(weight.type(), (long) outputs() * area(), inputs());
    this.filters = Matrix.of(offsets.array().reshape('c', outputs(), (long) area() * inputs()));
  }

  /** C. */
  int inputs() {
    return weight.rows() / outputs();
  }

  /** C'. */
  int outputs() {
    return bias.columns();
  }

  /** k². */
  int area() {
    return weight.columns();
  }

  /** [1, C']. */
  Matrix bias() {
    return bias;
  }

  /** [C', k²·C]. */
  Matrix filters() {
    return filters;
  }

  /** Makes the filters of the weight. */
  void readWeight(Kernels kernels) {
    transpose(kernels, weight, inputs(), offsets, area());
  }

  /** Makes the weight of the filters. */
  void writeWeight(Kernels kernels) {
    transpose(kernels, offsets, area(), weight, inputs());
  }

  /** Each output channel's [rows, columns] into its [columns, rows]. */
  private void transpose(Kernels kernels, Matrix from, int rows, Matrix to, int columns) {
    kernels.forEachRowRange(
        outputs(),
        (first, last) -> {
          for (int o = first; o < last; o++) {
            kernels.transpose(
                from.rows(o * rows, (o + 1) * rows), to.rows(o * columns, (o + 1) * columns));
          }
        });
  }
}
