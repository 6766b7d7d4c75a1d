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
 * writes the gradients at them in their place; gathering them again would let layers share their
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
   * @param leak gradient of the ReLU below 0
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
  public ConvolutionActivations activations(Images input) {
    Images output =
        new Images(
            input.rows().type(),
            strided(input.height()),
            strided(input.width()),
            input.count(),
            weights.outputs());
    return new ConvolutionActivations(input, output, weights.area());
  }

  private int strided(int pixels) {
    return (pixels + stride - 1) / stride;
  }

  /** Pixels outside the image that its first pixel's patch begins with. */
  private int padding(int pixels) {
    return ((strided(pixels) - 1) * stride + size - pixels) / 2;
  }

  /** Renews what is derived from the parameters; to be called after they moved. */
  public void repack() {
    weights.readWeight(kernels);
  }

  /** Writes the output. */
  public void forward(ConvolutionActivations activations) {
    Images output = activations.output();
    gather(activations);
    kernels.multiply(activations.patches(), false, weights.filters(), true, output.rows(), false);
    kernels.addBias(output.rows(), weights.bias(), leak);
  }

  /**
   * Writes the gradient and the gradients at the input; those at the output are overwritten by the
   * gradients before the ReLU, the patches by the gradients at them.
   */
  public void backward(ConvolutionActivations activations) {
    Images output = activations.output();
    Matrix gradients = output.gradients();
    kernels.reluBackward(output.rows(), gradients, leak);
    kernels.columnSums(gradients, gradient.bias(), false);
    kernels.multiply(gradients, true, activations.patches(), false, gradient.filters(), false);
    gradient.writeWeight(kernels);
    kernels.multiply(gradients, false, weights.filters(), false, activations.patches(), false);
    scatter(activations);
  }

  /** Copies what each pixel of the output sees into its patch. */
  private void gather(ConvolutionActivations activations) {
    Images input = activations.input();
    Images output = activations.output();
    kernels.forEachRowRange(
        output.pixels(),
        (first, last) -> {
          for (int pixel = first; pixel < last; pixel++) {
            int top = pixel / output.width() * stride - padding(input.height());
            int left = pixel % output.width() * stride - padding(input.width());
            for (int offset = 0; offset < size * size; offset++) {
              int i = top + offset / size;
              int j = left + offset % size;
              Matrix patch = activations.patch(pixel, offset);
              if (input.contains(i, j)) {
                kernels.copy(input.pixel(input.rows(), i * input.width() + j), patch);
              } else {
                kernels.clear(patch);
              }
            }
          }
        });
  }

  /** Adds up the gradients at each pixel of the input over the patches that it is in. */
  private void scatter(ConvolutionActivations activations) {
    Images input = activations.input();
    // Not in the threads: it may allocate.
    Matrix gradients = input.gradients();
    // By pixels of the input: two threads never add to the same one, and each adds in one order.
    kernels.forEachRowRange(
        input.pixels(),
        (first, last) -> {
          for (int pixel = first; pixel < last; pixel++) {
            int i = pixel / input.width();
            int j = pixel % input.width();
            Matrix sum = input.pixel(gradients, pixel);
            kernels.clear(sum);
            addPatches(activations, i + padding(input.height()), j + padding(input.width()), sum);
          }
        });
  }

  /**
   * The patches that contain a pixel of the input.
   *
   * @param i the pixel's row, and j its column, in the input with its padding
   */
  private void addPatches(ConvolutionActivations activations, int i, int j, Matrix sum) {
    Images output = activations.output();
    for (int offset = 0; offset < size * size; offset++) {
      int top = i - offset / size;
      int left = j - offset % size;
      boolean starts = top % stride == 0 && left % stride == 0;
      if (starts && output.contains(top / stride, left / stride)) {
        int pixel = top / stride * output.width() + left / stride;
        kernels.add(activations.patch(pixel, offset), sum);
      }
    }
  }
}
