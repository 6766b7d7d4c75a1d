package dev.lockstep.nn.kernel;

/** What one pass of a {@link Convolution} remembers; allocated once and reused. */
public final class ConvolutionActivations {
  private final Images input;
  private final Images output;
  private final Matrix patches;

  ConvolutionActivations(Images input, Images output, int area) {
    this.input = input;
    this.output = output;
    Matrix read = input.rows();
    this.patches = Matrix.zeros(read.type(), output.rows().rows(), (long) area * read.columns());
  }

  Images input() {
    return input;
  }

  /** What the next layer reads. */
  public Images output() {
    return output;
  }

  /** [h'·w'·N, k²·C]: what each pixel of the output sees, then the gradients at it. */
  public Matrix patches() {
    return patches;
  }

  /**
   * Columns of the patches that the pixel at an offset fills, for one pixel of the output [N, C].
   */
  Matrix patch(int pixel, int offset) {
    int channels = input.rows().columns();
    return patches
        .rows(pixel * output.count(), (pixel + 1) * output.count())
        .columns(offset * channels, (offset + 1) * channels);
  }
}
