package dev.lockstep.model;

import dev.lockstep.nn.kernel.Convolution;
import dev.lockstep.nn.kernel.ConvolutionActivations;
import dev.lockstep.nn.kernel.Images;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Activations of the convolutional discriminator: every layer's output and the gradients at it. The
 * gradients at the behaviour, the averages and the logits take the place of what they are at.
 */
final class ConvolutionalDiscriminatorActivations extends DiscriminatorActivations {
  final Images images;
  final List<ConvolutionActivations> convolutions = new ArrayList<>();
  final Matrix averages;
  final Matrix logits;
  final double[] logitValues;

  ConvolutionalDiscriminatorActivations(
      int steps, int rows, int rowLength, Matrix first, List<Convolution> layers) {
    super(first.type(), steps, rows, first.columns());
    DataType type = first.type();
    this.images = new Images(type, steps / rowLength, rowLength, rows, first.rows());
    Images top = images;
    for (Convolution layer : layers) {
      ConvolutionActivations activations = layer.activations(top);
      convolutions.add(activations);
      top = activations.output();
    }
    this.averages = Matrix.zeros(type, rows, top.rows().columns());
    this.logits = Matrix.zeros(type, rows, 1);
    this.logitValues = new double[rows];
  }

  @Override
  public void mask(Optional<float[]> mask) {
    if (mask.isPresent()) {
      throw new IllegalArgumentException(
          "images have no padding: all sequences of a minibatch need " + steps + " steps");
    }
  }

  private Images top() {
    return convolutions.get(convolutions.size() - 1).output();
  }

  private double[] oneByPixels() {
    return new double[] {1.0 / top().pixels()};
  }

  /** Averages each image over its last pixels. */
  void average(Kernels kernels) {
    kernels.clear(averages);
    for (int pixel = 0; pixel < top().pixels(); pixel++) {
      kernels.add(top().pixel(top().rows(), pixel), averages);
    }
    kernels.scaleRows(averages, oneByPixels());
  }

  /** From the gradients that stand in the averages' place to those at the last pixels. */
  void spreadGradients(Kernels kernels) {
    kernels.scaleRows(averages, oneByPixels());
    for (int pixel = 0; pixel < top().pixels(); pixel++) {
      kernels.copy(averages, top().pixel(top().gradients(), pixel));
    }
  }

  /** The gradient that stands in the behaviour's place, part by part. */
  List<Matrix> partGradients() {
    List<Matrix> views = new ArrayList<>();
    int column = 0;
    for (Matrix part : parts()) {
      views.add(behaviour.columns(column, column + part.columns()));
      column += part.columns();
    }
    return views;
  }
}
