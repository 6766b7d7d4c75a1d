package dev.lockstep.nn.kernel;

import dev.lockstep.testing.Close;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Every implementation against the definition, number by number, at strides and sizes of which some
 * leave an odd zero over at the border.
 */
class ConvolutionTest {
  private static final double LEAK = 0.2;

  /** One convolution and its arrays, in double and in the definition's own order. */
  private static final class Definition {
    final int size;
    final int stride;
    final int height;
    final int width;
    final int count = 2;
    final int inputs = 3;
    final int outputs = 4;
    final double[] x;
    final double[] weight;
    final double[] bias;
    final double[] y;
    final double[] dy;
    final double[] dx;
    final double[] gradient;
    final double[] biasGradient;

    Definition(int size, int stride, int height, int width) {
      this.size = size;
      this.stride = stride;
      this.height = height;
      this.width = width;
      Random random = new Random(size + 10L * stride + 100L * height + 1000L * width);
      int patches = strided(height) * strided(width) * count;
      this.x = random.doubles((long) height * width * count * inputs, -1, 1).toArray();
      this.weight = random.doubles((long) outputs * inputs * size * size, -1, 1).toArray();
      this.bias = random.doubles(outputs, -1, 1).toArray();
      this.dy = random.doubles((long) patches * outputs, -1, 1).toArray();
      this.y = new double[patches * outputs];
      this.dx = new double[x.length];
      this.gradient = new double[weight.length];
      this.biasGradient = new double[outputs];
      for (int at = 0; at < y.length; at++) {
        number(at);
      }
    }

    int strided(int pixels) {
      return (int) Math.ceil((double) pixels / stride);
    }

    /** Zeros before the first of so many pixels: half of those that the last patch needs. */
    int padding(int pixels) {
      return ((strided(pixels) - 1) * stride + size - pixels) / 2;
    }

    /** Forward and backward. */
    private void number(int at) {
      int o = at % outputs;
      double sum = bias[o];
      for (int k = 0; k < inputs * size * size; k++) {
        int from = source(at, k);
        sum += from < 0 ? 0 : weight[o * inputs * size * size + k] * x[from];
      }
      y[at] = sum < 0 ? LEAK * sum : sum;
      double atSum = sum < 0 ? LEAK * dy[at] : dy[at];
      biasGradient[o] += atSum;
      for (int k = 0; k < inputs * size * size; k++) {
        int from = source(at, k);
        if (from >= 0) {
          gradient[o * inputs * size * size + k] += atSum * x[from];
          dx[from] += atSum * weight[o * inputs * size * size + k];
        }
      }
    }

    /** What the k-th weight of a number of the output reads, or −1 outside the image. */
    private int source(int at, int k) {
      int n = at / outputs % count;
      int pixel = at / outputs / count;
      int c = k / (size * size);
      int i = pixel / strided(width) * stride - padding(height) + k % (size * size) / size;
      int j = pixel % strided(width) * stride - padding(width) + k % size;
      boolean inside = i >= 0 && i < height && j >= 0 && j < width;
      return inside ? ((i * width + j) * count + n) * inputs + c : -1;
    }
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void isWhatItsDefinitionSays(KernelCases.Case implementation) {
    for (int[] sizes :
        new int[][] {{5, 2, 6, 7}, {5, 2, 3, 1}, {3, 1, 4, 5}, {4, 3, 7, 8}, {2, 2, 5, 4}}) {
      check(implementation, new Definition(sizes[0], sizes[1], sizes[2], sizes[3]));
    }
  }

  private static void check(KernelCases.Case implementation, Definition expected) {
    DataType type = implementation.type();
    Kernels kernels = implementation.kernels();
    Matrix weight = matrix(type, expected.weight, expected.size * expected.size);
    Matrix bias = matrix(type, expected.bias, expected.outputs);
    Matrix gradient = matrix(type, expected.weight, expected.size * expected.size);
    Matrix biasGradient = matrix(type, expected.bias, expected.outputs);
    Convolution convolution =
        new Convolution(
            new ConvolutionWeights(weight, bias),
            new ConvolutionWeights(gradient, biasGradient),
            expected.stride,
            LEAK,
            kernels);
    Images input =
        new Images(type, expected.height, expected.width, expected.count, expected.inputs);
    ConvolutionActivations activations = convolution.activations(input);
    convolution.repack();
    // A second pass must not add to what the first left.
    for (int pass = 0; pass < 2; pass++) {
      input.rows().write(expected.x);
      convolution.forward(activations);
      activations.output().gradients().write(expected.dy);
      convolution.backward(activations);
    }
    double tolerance = type == DataType.DOUBLE ? 1e-12 : 2e-5;
    Close.check("y", activations.output().rows().toArray(), expected.y, tolerance);
    Close.check("dx", input.gradients().toArray(), expected.dx, tolerance);
    Close.check("dW", gradient.toArray(), expected.gradient, tolerance);
    Close.check("db", biasGradient.toArray(), expected.biasGradient, tolerance);
  }

  private static Matrix matrix(DataType type, double[] values, int columns) {
    Matrix matrix = Matrix.zeros(type, values.length / columns, columns);
    matrix.write(values);
    return matrix;
  }
}
