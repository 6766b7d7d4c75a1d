package dev.lockstep.model;

import dev.lockstep.nn.LogitClip;
import dev.lockstep.nn.RowsToImages;
import dev.lockstep.nn.SequencesToRows;
import dev.lockstep.nn.kernel.Convolution;
import dev.lockstep.nn.kernel.ConvolutionWeights;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A discriminator for images that are generated pixel by pixel (section 4.2 of the paper): sees the
 * behaviour as an image of C channels, step t at row t / rowLength and column t mod rowLength. With
 * D the width and h × w the image's size:
 *
 * <pre>
 *   [N, C, h, w]          the behaviour
 *   [N, D, h, w]          1×1 convolution, which is one affine map of all T·N time-major rows
 *   [N, 2D, h/2, w/2]     three 5×5 convolutions of stride 2, sizes rounded up;
 *   [N, 4D, h/4, w/4]       a number of the last one sees 29×29 pixels, a 28×28 image at once
 *   [N, 8D, h/8, w/8]
 *   [N, 8D]               averages over the image, so that the height is free
 *   [N, 1]                affine map to the score, clipped to [−10, 10]
 * </pre>
 *
 * with leaky ReLUs (0.2) between, as in DCGAN (Radford et al. 2016), which pass gradients to every
 * pixel. Unlike there nothing is normalised over the minibatch: a score must depend on its own
 * sequence alone, or a gradient at the behaviour could not be rescaled sequence by sequence, and θg
 * would be moved by other sequences' scores.
 */
public final class ConvolutionalDiscriminator implements Discriminator {
  private static final int CONVOLUTIONS = 3;
  private static final int KERNEL = 5;
  private static final int STRIDE = 2;
  private static final double LEAK = 0.2;

  /** The layer that is the first to see images. */
  private static final int IMAGES = 1;

  private static final String LAST = (CONVOLUTIONS + 2) + "_";

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final int rowLength;
  private final List<Convolution> convolutions = new ArrayList<>();
  private final AffineViews first;
  private final AffineViews last;
  private final AffineViews firstGradient;
  private final AffineViews lastGradient;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public ConvolutionalDiscriminator(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    this.rowLength =
        ((RowsToImages) network.getLayerWiseConfigurations().getInputPreProcess(IMAGES))
            .rowLength();
    Map<String, INDArray> parameters = ParameterViews.of(network, network.params());
    Map<String, INDArray> gradient = ParameterViews.of(network, network.getGradientsViewArray());
    this.first = AffineViews.of(parameters, "0_");
    this.last = AffineViews.of(parameters, LAST);
    this.firstGradient = AffineViews.of(gradient, "0_");
    this.lastGradient = AffineViews.of(gradient, LAST);
    for (int i = IMAGES; i < IMAGES + CONVOLUTIONS; i++) {
      convolutions.add(
          new Convolution(
              convolution(parameters, i + "_"),
              convolution(gradient, i + "_"),
              STRIDE,
              LEAK,
              kernels));
    }
  }

  private static ConvolutionWeights convolution(Map<String, INDArray> views, String prefix) {
    INDArray weight = views.get(prefix + "W");
    long filters = weight.size(0) * weight.size(1);
    return new ConvolutionWeights(
        Matrix.of(weight.reshape('c', filters, KERNEL * KERNEL)),
        Matrix.ofVector(views.get(prefix + "b")));
  }

  static boolean describes(MultiLayerNetwork network) {
    return network.getLayerWiseConfigurations().getInputPreProcess(IMAGES) instanceof RowsToImages;
  }

  /**
   * The DL4J network.
   *
   * @param columns C of the behaviour
   * @param rowLength w, pixels in a row of the image
   * @param hidden D, channels after the first convolution
   * @param type {@code FLOAT} or {@code DOUBLE}
   * @param seed of the initial parameters
   */
  public static MultiLayerConfiguration configuration(
      int columns, int rowLength, int hidden, DataType type, IUpdater updater, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(updater)
            .weightInit(WeightInit.RELU_UNIFORM)
            .activation(new ActivationLReLU(LEAK))
            .convolutionMode(ConvolutionMode.Same)
            .list()
            .layer(new DenseLayer.Builder().nIn(columns).nOut(hidden).build());
    int channels = hidden;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      list.layer(
          new ConvolutionLayer.Builder(KERNEL, KERNEL)
              .stride(STRIDE, STRIDE)
              .nIn(channels)
              .nOut(2 * channels)
              .build());
      channels *= 2;
    }
    return list.layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
        .layer(
            new DenseLayer.Builder()
                .nIn(channels)
                .nOut(1)
                .activation(new LogitClip())
                .weightInit(WeightInit.XAVIER_UNIFORM)
                .build())
        .layer(
            new LossLayer.Builder(LossFunctions.LossFunction.XENT)
                .activation(Activation.SIGMOID)
                .build())
        .inputPreProcessor(0, new SequencesToRows())
        .inputPreProcessor(IMAGES, new RowsToImages(rowLength))
        .build();
  }

  @Override
  public MultiLayerNetwork network() {
    return network;
  }

  @Override
  public void parametersChanged() {
    convolutions.forEach(Convolution::repack);
  }

  /**
   * {@inheritDoc} The segment is ignored: all activations are held.
   *
   * @throws IllegalArgumentException if T steps are not whole rows of the image
   */
  @Override
  public DiscriminatorActivations activations(int steps, int rows, int segment) {
    if (steps % rowLength != 0) {
      throw new IllegalArgumentException(
          steps + " steps are not whole rows of an image, of " + rowLength + " pixels each");
    }
    return new ConvolutionalDiscriminatorActivations(
        steps, rows, rowLength, first.weight(), convolutions);
  }

  /** {@inheritDoc} The same, since gradients get memory when a pass first goes backward. */
  @Override
  public DiscriminatorActivations forwardActivations(int steps, int rows) {
    return activations(steps, rows);
  }

  /** Operations of scoring one image, counting a multiply-add as two. */
  public static double flops(int input, int rowLength, int steps, int hidden) {
    double sum = 2.0 * input * hidden * steps;
    for (Size size : sizes(steps, rowLength, hidden)) {
      sum += 2.0 * size.patch() * size.channels() * size.pixels();
    }
    return sum;
  }

  /**
   * Bytes of {@link #activations}'s memory in float after a step of training.
   *
   * @param columns C of the behaviour
   */
  public static long activationBytes(int steps, long rows, int rowLength, int hidden, int columns) {
    long floats = (columns + 2L * hidden) * steps;
    long averages = 0;
    for (Size size : sizes(steps, rowLength, hidden)) {
      floats += size.pixels() * (size.patch() + 2 * size.channels());
      averages = size.channels();
    }
    return rows * (DataType.FLOAT.width() * (floats + averages + 1) + Double.BYTES);
  }

  /** Numbers of the largest matrix of {@link #activations}. */
  public static long largestArray(int steps, long rows, int rowLength, int hidden, int columns) {
    return rows
        * sizes(steps, rowLength, hidden).stream()
            .mapToLong(size -> size.pixels() * size.patch())
            .reduce((long) steps * Math.max(columns, hidden), Math::max);
  }

  /** Numbers held in the layout of the products: the weights of the convolutions, twice. */
  public static long copies(int hidden) {
    return sizes(1, 1, hidden).stream().mapToLong(size -> 2 * size.patch() * size.channels()).sum();
  }

  /**
   * A convolution's output, and what a number of it sees.
   *
   * @param patch numbers of the input
   */
  private record Size(long pixels, long channels, long patch) {}

  private static List<Size> sizes(int steps, int rowLength, int hidden) {
    List<Size> sizes = new ArrayList<>();
    long height = steps / rowLength;
    long width = rowLength;
    long channels = hidden;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      height = (height + STRIDE - 1) / STRIDE;
      width = (width + STRIDE - 1) / STRIDE;
      sizes.add(new Size(height * width, 2 * channels, KERNEL * KERNEL * channels));
      channels *= 2;
    }
    return sizes;
  }

  @Override
  public double[] score(DiscriminatorActivations own, List<Matrix> behaviour) {
    ConvolutionalDiscriminatorActivations activations = (ConvolutionalDiscriminatorActivations) own;
    activations.behaviour(behaviour);
    activations.readBehaviour(kernels, 0, activations.behaviour.rows());
    Matrix pixels = activations.images.rows();
    kernels.multiply(activations.behaviour, false, first.weight(), true, pixels, false);
    kernels.addBias(pixels, first.bias(), LEAK);
    for (int i = 0; i < CONVOLUTIONS; i++) {
      convolutions.get(i).forward(activations.convolutions.get(i));
    }
    activations.average(kernels);
    kernels.multiply(activations.averages, false, last.weight(), true, activations.logits, false);
    kernels.addBias(activations.logits, last.bias());
    activations.logits.read(activations.logitValues);
    Arrays.setAll(
        activations.scores,
        n -> Math.max(-LogitClip.BOUND, Math.min(LogitClip.BOUND, activations.logitValues[n])));
    return activations.scores();
  }

  @Override
  public List<Matrix> backward(
      DiscriminatorActivations own, double[] scoreGradients, int firstSequence) {
    backward(own, scoreGradients);
    ConvolutionalDiscriminatorActivations activations = (ConvolutionalDiscriminatorActivations) own;
    // Nobody needs the behaviour any more.
    kernels.multiply(
        activations.images.gradients(), false, first.weight(), false, activations.behaviour, false);
    for (int t = 0; t < activations.steps; t++) {
      kernels.clear(
          activations.behaviour.rows(t * activations.rows, t * activations.rows + firstSequence));
    }
    return activations.partGradients();
  }

  @Override
  public void backward(DiscriminatorActivations own, double[] scoreGradients) {
    ConvolutionalDiscriminatorActivations activations = (ConvolutionalDiscriminatorActivations) own;
    double[] atLogits = new double[activations.rows];
    Arrays.setAll(
        atLogits,
        n -> Math.abs(activations.logitValues[n]) <= LogitClip.BOUND ? scoreGradients[n] : 0);
    activations.logits.write(atLogits);
    lastGradient.add(kernels, activations.logits, activations.averages, false);
    kernels.multiply(activations.logits, false, last.weight(), false, activations.averages, false);
    activations.spreadGradients(kernels);
    for (int i = CONVOLUTIONS - 1; i >= 0; i--) {
      convolutions.get(i).backward(activations.convolutions.get(i));
    }
    Matrix above = activations.images.gradients();
    kernels.reluBackward(activations.images.rows(), above, LEAK);
    firstGradient.add(kernels, above, activations.behaviour, false);
  }
}
