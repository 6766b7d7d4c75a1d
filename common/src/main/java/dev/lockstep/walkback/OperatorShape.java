package dev.lockstep.walkback;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.StepwiseBatchNormalization;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * F, the network of a transition operator, as DL4J layers. The last begins at zero, so that the
 * first steps are (1 − α) s and noise: of the ways back that can be learned, those near staying
 * have the better bound.
 *
 * @param dimensions D
 * @param outputs columns that the transition wants
 * @param hidden width of the hidden layers; of a convolutional network, channels of its first
 * @param layers hidden layers; of a convolutional network, those that halve the image
 * @param activation of the hidden layers
 * @param normalised steps that have batch normalisation of their own; 1 for the same at all steps,
 *     0 for none
 */
public record OperatorShape(
    int dimensions, int outputs, int hidden, int layers, Activation activation, int normalised) {
  private static final int KERNEL = 5;
  private static final int STRIDE = 2;

  /** Fully connected layers. */
  public MultiLayerConfiguration dense(DataType type, IUpdater updater, long seed) {
    ListBuilder list = list(type, updater, seed);
    for (int layer = 0; layer < layers; layer++) {
      hidden(list, new DenseLayer.Builder().nIn(layer == 0 ? dimensions : hidden).nOut(hidden));
    }
    list.layer(
        new DenseLayer.Builder()
            .nIn(hidden)
            .nOut(outputs)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.ZERO)
            .build());
    return list.layer(moments()).build();
  }

  /**
   * An encoder of convolutions that each halve the image and double the channels, and a decoder
   * that mirrors it.
   *
   * @param height of the image, divided by two {@code layers} times without remainder
   * @param width likewise
   */
  public MultiLayerConfiguration convolutional(
      int height, int width, DataType type, IUpdater updater, long seed) {
    int pixels = height * width;
    ListBuilder list = list(type, updater, seed);
    for (int layer = 0; layer < layers; layer++) {
      hidden(
          list,
          new ConvolutionLayer.Builder(KERNEL, KERNEL)
              .stride(STRIDE, STRIDE)
              .convolutionMode(ConvolutionMode.Same)
              .nOut((long) hidden << layer));
    }
    for (int layer = layers - 2; layer >= 0; layer--) {
      hidden(list, up().nOut((long) hidden << layer));
    }
    list.layer(
        up().nOut(outputs / pixels)
            .activation(Activation.IDENTITY)
            .weightInit(WeightInit.ZERO)
            .build());
    return list.layer(moments())
        .setInputType(InputType.convolutionalFlat(height, width, dimensions / pixels))
        .build();
  }

  private static Deconvolution2D.Builder up() {
    return new Deconvolution2D.Builder()
        .kernelSize(KERNEL, KERNEL)
        .stride(STRIDE, STRIDE)
        .convolutionMode(ConvolutionMode.Same);
  }

  private ListBuilder list(DataType type, IUpdater updater, long seed) {
    return new NeuralNetConfiguration.Builder()
        .dataType(type)
        .seed(seed)
        .updater(updater)
        .weightInit(WeightInit.XAVIER)
        .list();
  }

  private void hidden(
      ListBuilder list, org.deeplearning4j.nn.conf.layers.FeedForwardLayer.Builder<?> layer) {
    if (normalised == 0) {
      list.layer(layer.activation(activation).build());
      return;
    }
    list.layer(layer.activation(Activation.IDENTITY).build());
    list.layer(new StepwiseBatchNormalization.Builder(normalised).activation(activation).build());
  }

  private RunningMoments moments() {
    return new RunningMoments.Builder(dimensions).build();
  }

  /**
   * Numbers that a pass over one point of a dense network remembers: inputs, hidden layers (once
   * more where they are normalised), outputs.
   */
  public long denseNumbers() {
    return dimensions + (long) layers * hidden * (normalised > 0 ? 2 : 1) + outputs;
  }

  /**
   * Parameters of a convolutional network, whose layers halve the image and double the channels.
   */
  public long convolutionalNumbers(int pixels) {
    long hiddenLayers = 0;
    for (int layer = 0; layer < layers; layer++) {
      long size = ((long) hidden * pixels) >> (layer + 2);
      hiddenLayers += layer == layers - 1 ? size : 2 * size;
    }
    return dimensions + hiddenLayers * (normalised > 0 ? 2 : 1) + outputs;
  }

  /** Floating-point operations of a forward pass over one point, a multiply-add counting as two. */
  public double denseFlops() {
    double h = hidden;
    return 2 * (dimensions * h + (layers - 1) * h * h + h * outputs);
  }

  /** Operations of a pass of a convolutional network. */
  public double convolutionalFlops(int pixels) {
    double flops = 0;
    for (int layer = 0; layer < layers; layer++) {
      double halved = (double) pixels / (1L << (2 * layer + 2));
      double above = (double) hidden * (1L << layer);
      double down = layer == 0 ? (double) dimensions / pixels : above / 2;
      double up = layer == 0 ? (double) outputs / pixels : above / 2;
      flops += 2.0 * KERNEL * KERNEL * above * (down + up) * halved;
    }
    return flops;
  }
}
