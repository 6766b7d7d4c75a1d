package dev.lockstep.model;

import dev.lockstep.nn.LogitClip;
import dev.lockstep.nn.RowsToImages;
import dev.lockstep.nn.SequencesToRows;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.api.Layer;
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
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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
 * with leaky ReLUs (0.2) between, as in DCGAN (Radford et al. 2016), which pass slopes to every
 * pixel. Unlike there nothing is normalised over the minibatch: a score must depend on its own
 * sequence alone, or {@link #backward} could not rescale the slopes at the behaviour sequence by
 * sequence, and θg would hear of other sequences' scores.
 *
 * <p>DL4J's layers do the passes, with as many threads as {@code OMP_NUM_THREADS} says. The tape
 * keeps what each layer read; all else that they allocate lies in a workspace of the thread, where
 * the next pass overwrites it: the garbage collector, which sees little of memory outside the heap,
 * would let hundreds of megabytes a pass pile up.
 */
public final class ConvolutionalDiscriminator implements Discriminator {
  private static final int CONVOLUTIONS = 3;
  private static final int KERNEL = 5;
  private static final int STRIDE = 2;
  private static final double LEAK = 0.2;

  /** The layer that is the first to see images. */
  private static final int IMAGES = 1;

  private static final String WORKSPACE = "ConvolutionalDiscriminator";
  private static final WorkspaceConfiguration WORKSPACE_SIZE =
      WorkspaceConfiguration.builder()
          .policyLearning(LearningPolicy.FIRST_LOOP)
          .policyAllocation(AllocationPolicy.OVERALLOCATE)
          .overallocationLimit(0.02)
          .policySpill(SpillPolicy.REALLOCATE)
          .build();

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final Layer[] layers;
  private final RowsToImages images;
  private final LayerWorkspaceMgr workspace =
      LayerWorkspaceMgr.builder().defaultWorkspace(WORKSPACE, WORKSPACE_SIZE).build();

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
    this.layers = Arrays.copyOf(network.getLayers(), network.getnLayers() - 1);
    this.images = (RowsToImages) network.getLayerWiseConfigurations().getInputPreProcess(IMAGES);
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
    if (steps % images.rowLength() != 0) {
      throw new IllegalArgumentException(
          steps
              + " steps are not whole rows of an image, of "
              + images.rowLength()
              + " pixels each");
    }
    INDArray first = network.getParam("0_W");
    return new ConvolutionalDiscriminatorTape(
        first.dataType(), steps, rows, (int) first.size(0), layers.length);
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
   * Bytes of {@link #tape}'s memory in float after a step of training, and those of the workspace,
   * which holds all that DL4J's layers allocate in a backward pass: measured, three times every
   * layer's output, three times the patches that the convolutions see, and the slopes at the
   * behaviour.
   *
   * @param parts columns of each part of the behaviour
   */
  public static long tapeBytes(int steps, long rows, int rowLength, long hidden, int... parts) {
    long columns = Arrays.stream(parts).sum();
    long height = steps / rowLength;
    long width = rowLength;
    long channels = hidden;
    long outputs = hidden * steps;
    long patches = 0;
    for (int i = 0; i < CONVOLUTIONS; i++) {
      height = (height + STRIDE - 1) / STRIDE;
      width = (width + STRIDE - 1) / STRIDE;
      patches += KERNEL * KERNEL * channels * height * width;
      channels *= 2;
      outputs += channels * height * width;
    }
    long kept = 2 * columns * steps + outputs + channels;
    long workspace = columns * steps + 3 * outputs + 3 * patches;
    return DataType.FLOAT.width() * rows * (kept + workspace);
  }

  @Override
  public void run(DiscriminatorTape own, List<Matrix> parts) {
    ConvolutionalDiscriminatorTape tape = (ConvolutionalDiscriminatorTape) own;
    tape.behaviour(parts);
    tape.readBehaviour(kernels, 0, tape.behaviour.rows());
    try (MemoryWorkspace ignored = workspace()) {
      INDArray x = tape.behaviour.array();
      for (int i = 0; i < layers.length; i++) {
        if (i == IMAGES) {
          x = images.preProcess(x, tape.rows, workspace);
        }
        x = layers[i].activate(tape.keep(i, x), /* training= */ true, workspace);
      }
      Matrix.of(x).read(tape.scores);
    }
  }

  @Override
  public List<Matrix> backward(DiscriminatorTape own, double[] slopes, double[] ratios) {
    ConvolutionalDiscriminatorTape tape = (ConvolutionalDiscriminatorTape) own;
    try (MemoryWorkspace ignored = workspace()) {
      INDArray above =
          Nd4j.createFromArray(slopes).castTo(tape.behaviour.type()).reshape(tape.rows, 1);
      for (int i = layers.length - 1; i >= 0; i--) {
        layers[i].setInput(tape.kept(i), workspace);
        above = layers[i].backpropGradient(above, workspace).getSecond();
        if (i == IMAGES) {
          above = images.backprop(above, tape.rows, workspace);
        }
      }
      if (ratios == null) {
        return null;
      }
      Matrix atBehaviour = tape.slopes();
      kernels.copy(Matrix.of(above), atBehaviour);
      kernels.scaleRows(atBehaviour, ratios);
    }
    return tape.partSlopes();
  }

  private static MemoryWorkspace workspace() {
    return Nd4j.getWorkspaceManager().getAndActivateWorkspace(WORKSPACE_SIZE, WORKSPACE);
  }
}
