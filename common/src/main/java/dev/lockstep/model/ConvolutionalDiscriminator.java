package dev.lockstep.model;

import dev.lockstep.nn.LogitClip;
import dev.lockstep.nn.RowsToImages;
import dev.lockstep.nn.SequencesToRows;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;

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
 * with leaky ReLUs (0.2) between, as in DCGAN (Radford et al. 2016), which pass slopes to every
 * pixel. Unlike there nothing is normalised over the minibatch: a score must depend on its own
 * sequence alone, or {@link #backward} could not rescale the slopes at the behaviour sequence by
 * sequence, and θg would hear of other sequences' scores.
 *
 * <p>As a DL4J network its output for a behaviour [N, C, T] is the score s [N, 1]. DL4J's layers do
 * the passes and hold the activations, those of the last pass alone. Their convolutions have as
 * many threads as {@code OMP_NUM_THREADS} says.
 */
public final class ConvolutionalDiscriminator implements Discriminator {
  private static final int CONVOLUTIONS = 3;
  private static final int KERNEL = 5;
  private static final int STRIDE = 2;
  private static final double LEAK = 0.2;

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final int rowLength;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public ConvolutionalDiscriminator(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    this.rowLength = ((RowsToImages) images(network)).rowLength();
  }

  static boolean describes(MultiLayerNetwork network) {
    return images(network) instanceof RowsToImages;
  }

  private static Object images(MultiLayerNetwork network) {
    return network.getLayerWiseConfigurations().getInputPreProcess(1);
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
            .trainingWorkspaceMode(WorkspaceMode.NONE)
            .inferenceWorkspaceMode(WorkspaceMode.NONE)
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
        .inputPreProcessor(0, new SequencesToRows())
        .inputPreProcessor(1, new RowsToImages(rowLength))
        .build();
  }

  @Override
  public MultiLayerNetwork network() {
    return network;
  }

  /** Nothing: DL4J's layers read the parameters themselves. */
  @Override
  public void refresh() {}

  /**
   * {@inheritDoc} The window is ignored: all activations are held.
   *
   * @throws IllegalArgumentException if T steps are not whole rows of the image
   */
  @Override
  public DiscriminatorTape tape(int steps, int rows, int window) {
    if (steps % rowLength != 0) {
      throw new IllegalArgumentException(
          steps + " steps are not whole rows of an image, of " + rowLength + " pixels each");
    }
    INDArray first = network.getParam("0_W");
    return new DiscriminatorTape(first.dataType(), steps, rows, (int) first.size(0)) {
      @Override
      public void mask(float[] mask) {
        if (mask != null) {
          throw new IllegalArgumentException(
              "images have no padding: all sequences of a minibatch need " + steps + " steps");
        }
      }
    };
  }

  @Override
  public DiscriminatorTape forwardTape(int steps, int rows) {
    return tape(steps, rows);
  }

  /** Operations of scoring one image, counting a multiply-add as two. */
  public static double flops(int input, int rowLength, int steps, int hidden) {
    double sum = 2.0 * input * hidden * steps;
    long height = steps / rowLength;
    long width = rowLength;
    double channels = hidden;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      height = (height + STRIDE - 1) / STRIDE;
      width = (width + STRIDE - 1) / STRIDE;
      sum += 2.0 * KERNEL * KERNEL * channels * 2 * channels * height * width;
      channels *= 2;
    }
    return sum;
  }

  /**
   * Bytes of a step of training in float, about: what {@link #tape} holds, the slopes at it, and
   * the most that DL4J's layers hold at once. Of the first layer that is its output, the same as
   * images, and in the backward pass the output again, the slopes at it and those at its map; of a
   * convolution the output, the same again and the slopes at it; and once, of the widest
   * convolution, the patches of all pixels and the slopes at them.
   *
   * @param parts columns of each part of the behaviour
   */
  public static long tapeBytes(int steps, long rows, int rowLength, long hidden, int... parts) {
    long floats = 5 * hidden * steps;
    for (int part : parts) {
      floats += 2L * part * steps;
    }
    long patches = 0;
    long height = steps / rowLength;
    long width = rowLength;
    long channels = hidden;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      height = (height + STRIDE - 1) / STRIDE;
      width = (width + STRIDE - 1) / STRIDE;
      patches = Math.max(patches, KERNEL * KERNEL * channels * height * width);
      channels *= 2;
      floats += 3 * channels * height * width;
    }
    return DataType.FLOAT.width() * rows * (floats + 2 * patches);
  }

  @Override
  public void run(DiscriminatorTape tape, List<Matrix> parts) {
    tape.behaviour(parts);
    tape.readBehaviour(kernels, 0, tape.behaviour.rows());
    network.setInput(SequencesToRows.sequences(tape.behaviour.array(), tape.rows));
    List<INDArray> activations = network.feedForward(/* train= */ true, /* clearInputs= */ false);
    Matrix.of(activations.get(activations.size() - 1)).read(tape.scores);
  }

  @Override
  public List<Matrix> backward(DiscriminatorTape tape, double[] slopes, double[] ratios) {
    INDArray atScores = Nd4j.createFromArray(slopes).castTo(tape.behaviour.type());
    INDArray atBehaviour =
        network
            .backpropGradient(atScores.reshape(tape.rows, 1), LayerWorkspaceMgr.noWorkspaces())
            .getSecond();
    if (ratios == null) {
      return null;
    }
    Matrix rows = Matrix.of(SequencesToRows.rows(atBehaviour));
    kernels.scaleRows(rows, ratios);
    List<Matrix> partSlopes = new ArrayList<>();
    int column = 0;
    for (Matrix part : tape.parts()) {
      partSlopes.add(rows.columns(column, column + part.columns()));
      column += part.columns();
    }
    return partSlopes;
  }
}
