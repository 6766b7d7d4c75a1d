package dev.lockstep.nn.kernel;

/**
 * A convolution of k × k pixels (no flip) with stride s and a leaky ReLU, over images whose size it
 * divides by s, rounding up. It reads zeros outside the image, as many on both sides, the odd one
 * at the bottom and on the right: DL4J's {@code ConvolutionMode.Same}.
 *
 * <pre>
 *   y[i, j] = leaky(b + Σ_{u,v} W[u, v] x[s·i + u − p, s·j + v − q])
 * </pre>
 *
 * What a pixel of the output sees is gathered into one row, its patch, so that both directions are
 * products of large matrices. Patches are held from the forward pass to the backward one, which
 * writes the slopes at them in their place; gathering them again would let layers share their
 * memory, for a fifth more time where channels are few.
 */
public final class Convolution {
  private final ConvolutionWeights weights;
  private final ConvolutionWeights gradient;
  private final int size;
  private final int stride;
  private final double leak;
  private final Kernels kernels;

  /**
   * A convolution over parameters where they are.
   *
   * @param gradient of the same shapes, written by {@link #backward}
   * @param stride s, at most k
   * @param leak slope of the ReLU below 0
   */
  public Convolution(
      ConvolutionWeights weights,
      ConvolutionWeights gradient,
      int stride,
      double leak,
      Kernels kernels) {
    this.weights = weights;
    this.gradient = gradient;
    this.size = (int) Math.sqrt(weights.area());
    this.stride = stride;
    this.leak = leak;
    this.kernels = kernels;
  }

  /** Memory for passes over these images. */
  public ConvolutionTape tape(Images input) {
    Images output =
        new Images(
            input.rows().type(),
            strided(input.height()),
            strided(input.width()),
            input.count(),
            weights.outputs());
    return new ConvolutionTape(input, output, weights.area());
  }

  private int strided(int pixels) {
    return (pixels + stride - 1) / stride;
  }

  /** Pixels outside the image that its first pixel's patch begins with. */
  private int padding(int pixels) {
    return ((strided(pixels) - 1) * stride + size - pixels) / 2;
  }

  /** Renews what is derived from the parameters; to be called after they moved. */
  public void refresh() {
    weights.readWeight(kernels);
  }

  /** Writes the output. */
  public void forward(ConvolutionTape tape) {
    Images output = tape.output();
    gather(tape);
    kernels.multiply(tape.patches(), false, weights.filters(), true, output.rows(), false);
    kernels.addBias(output.rows(), weights.bias(), leak);
  }

  /**
   * Writes the gradient and the slopes at the input; those at the output are overwritten by the
   * slopes before the ReLU, the patches by the slopes at them.
   */
  public void backward(ConvolutionTape tape) {
    Images output = tape.output();
    Matrix slopes = output.slopes();
    kernels.reluBackward(output.rows(), slopes, leak);
    kernels.columnSums(slopes, gradient.bias(), false);
    kernels.multiply(slopes, true, tape.patches(), false, gradient.filters(), false);
    gradient.writeWeight(kernels);
    kernels.multiply(slopes, false, weights.filters(), false, tape.patches(), false);
    scatter(tape);
  }

  /** Copies what each pixel of the output sees into its patch. */
  private void gather(ConvolutionTape tape) {
    Images input = tape.input();
    Images output = tape.output();
    kernels.forEachRowRange(
        output.pixels(),
        (first, last) -> {
          for (int pixel = first; pixel < last; pixel++) {
            int top = pixel / output.width() * stride - padding(input.height());
            int left = pixel % output.width() * stride - padding(input.width());
            for (int offset = 0; offset < size * size; offset++) {
              int i = top + offset / size;
              int j = left + offset % size;
              Matrix patch = tape.patch(pixel, offset);
              if (input.contains(i, j)) {
                kernels.copy(input.pixel(input.rows(), i * input.width() + j), patch);
              } else {
                kernels.clear(patch);
              }
            }
          }
        });
  }

  /** Adds up the slopes at each pixel of the input over the patches that it is in. */
  private void scatter(ConvolutionTape tape) {
    Images input = tape.input();
    // Not in the threads: it may allocate.
    Matrix slopes = input.slopes();
    // By pixels of the input: two threads never add to the same one, and each adds in one order.
    kernels.forEachRowRange(
        input.pixels(),
        (first, last) -> {
          for (int pixel = first; pixel < last; pixel++) {
            int i = pixel / input.width();
            int j = pixel % input.width();
            Matrix sum = input.pixel(slopes, pixel);
            kernels.clear(sum);
            addPatches(tape, i + padding(input.height()), j + padding(input.width()), sum);
          }
        });
  }

  /**
   * The patches that contain a pixel of the input.
   *
   * @param i the pixel's row, and j its column, in the input with its padding
   */
  private void addPatches(ConvolutionTape tape, int i, int j, Matrix sum) {
    Images output = tape.output();
    for (int offset = 0; offset < size * size; offset++) {
      int top = i - offset / size;
      int left = j - offset % size;
      boolean starts = top % stride == 0 && left % stride == 0;
      if (starts && output.contains(top / stride, left / stride)) {
        int pixel = top / stride * output.width() + left / stride;
        kernels.add(tape.patch(pixel, offset), sum);
      }
    }
  }
}
