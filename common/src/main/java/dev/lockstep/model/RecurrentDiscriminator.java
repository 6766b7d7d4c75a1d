package dev.lockstep.model;

import dev.lockstep.nn.GRU;
import dev.lockstep.nn.GRUParamInitializer;
import dev.lockstep.nn.LogitClip;
import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The discriminator of section 2.2 of the paper: a forward and a backward GRU over the behaviour,
 * side by side; three affine layers with ReLU shared over time; one affine map to a logit a step,
 * clipped to [−10, 10]; the sequence's score is their average over the real steps.
 */
public final class RecurrentDiscriminator implements Discriminator {
  static final int AFFINE_LAYERS = 3;

  /** Rows of one product of an affine layer where no more need to be held: enough to be fast. */
  private static final int FORWARD_ROWS = 512;

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final int hidden;
  private final GruWeights forward;
  private final GruWeights backward;
  private final PackedMatrix forwardInput;
  private final PackedMatrix backwardInput;
  private final GruWeights forwardGradient;
  private final GruWeights backwardGradient;
  private final List<AffineViews> affine;
  private final List<AffineViews> affineGradients;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public RecurrentDiscriminator(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    Map<String, INDArray> parameters = ParameterViews.of(network, network.params());
    Map<String, INDArray> gradient = ParameterViews.of(network, network.getGradientsViewArray());
    this.forward = GRUParamInitializer.weights(parameters, "0_f");
    this.backward = GRUParamInitializer.weights(parameters, "0_b");
    this.forwardInput = kernels.pack(forward.input(), true);
    this.backwardInput = kernels.pack(backward.input(), true);
    this.forwardGradient = GRUParamInitializer.weights(gradient, "0_f");
    this.backwardGradient = GRUParamInitializer.weights(gradient, "0_b");
    this.affine = affine(parameters);
    this.affineGradients = affine(gradient);
    this.hidden = forward.hidden();
  }

  private static List<AffineViews> affine(Map<String, INDArray> views) {
    List<AffineViews> list = new ArrayList<>();
    for (int i = 1; i <= AFFINE_LAYERS + 1; i++) {
      list.add(AffineViews.of(views, i + "_"));
    }
    return list;
  }

  /**
   * The DL4J network.
   *
   * @param input C, columns of the behaviour
   * @param hidden width of each GRU and of the affine layers
   * @param type {@code FLOAT} or {@code DOUBLE}
   * @param seed of the initial parameters
   */
  public static MultiLayerConfiguration configuration(
      int input, int hidden, DataType type, IUpdater updater, long seed) {
    GRU gru = new GRU.Builder().nIn(input).nOut(hidden).dataFormat(RNNFormat.NCW).build();
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(updater)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .list()
            .layer(new Bidirectional(Bidirectional.Mode.CONCAT, gru));
    for (int i = 0; i < AFFINE_LAYERS; i++) {
      list.layer(
          new DenseLayer.Builder()
              .nIn(i == 0 ? 2 * hidden : hidden)
              .nOut(hidden)
              .activation(Activation.RELU)
              .weightInit(WeightInit.RELU_UNIFORM)
              .build());
    }
    return list.layer(
            new DenseLayer.Builder().nIn(hidden).nOut(1).activation(new LogitClip()).build())
        .layer(new GlobalPoolingLayer.Builder(PoolingType.AVG).build())
        .layer(
            new LossLayer.Builder(LossFunctions.LossFunction.XENT)
                .activation(Activation.SIGMOID)
                .build())
        .inputPreProcessor(1, new RnnToFeedForwardPreProcessor())
        .inputPreProcessor(AFFINE_LAYERS + 2, new FeedForwardToRnnPreProcessor())
        .build();
  }

  @Override
  public MultiLayerNetwork network() {
    return network;
  }

  @Override
  public DiscriminatorActivations activations(int steps, int rows, int segment) {
    return new RecurrentDiscriminatorActivations(
        network.params().dataType(),
        steps,
        rows,
        GruActivations.segmentSteps(steps, segment),
        forward.input().columns(),
        hidden);
  }

  @Override
  public DiscriminatorActivations forwardActivations(int steps, int rows) {
    return activations(steps, rows, Math.max(1, FORWARD_ROWS / rows));
  }

  /**
   * Bytes of {@link #activations}'s memory in float, with all that a step of training adds.
   *
   * @param parts columns of each part of the behaviour
   */
  public static long activationBytes(int steps, long rows, int segment, long hidden, int... parts) {
    int held = GruActivations.segmentSteps(steps, segment);
    return RecurrentDiscriminatorActivations.bytes(
        DataType.FLOAT.width(), steps, rows, held, hidden, parts);
  }

  @Override
  public void parametersChanged() {
    forward.repack(kernels);
    backward.repack(kernels);
    kernels.repack(forwardInput, backwardInput);
  }

  @Override
  public double[] score(DiscriminatorActivations own, List<Matrix> behaviour) {
    RecurrentDiscriminatorActivations activations = (RecurrentDiscriminatorActivations) own;
    activations.behaviour(behaviour);
    kernels.forEachRowRange(
        activations.rows,
        (first, last) -> {
          for (int t = 0; t < activations.steps; t++) {
            activations.readBehaviour(
                kernels, t * activations.rows + first, t * activations.rows + last);
            step(forward, forwardInput, activations.forward, activations, t, first, last);
          }
          for (int k = 0; k < activations.steps; k++) {
            step(backward, backwardInput, activations.backward, activations, k, first, last);
          }
        });
    for (int segment = 0; segment < activations.segments(); segment++) {
      affineForward(activations, activations.firstRow(segment), activations.firstRow(segment + 1));
    }
    score(activations);
    return activations.scores();
  }

  private void affineForward(RecurrentDiscriminatorActivations activations, int from, int to) {
    Matrix below = null;
    for (int i = 0; i < AFFINE_LAYERS; i++) {
      Matrix above = activations.affineOutputs.get(i).rows(0, to - from);
      Matrix weight = affine.get(i).weight();
      if (i == 0) {
        Matrix left = activations.forward.outputs().rows(from, to);
        Matrix right = activations.backward.outputs().rows(from, to);
        kernels.multiply(left, false, weight.columns(0, hidden), true, above, false);
        kernels.multiply(right, false, weight.columns(hidden, 2 * hidden), true, above, true);
      } else {
        kernels.multiply(below, false, weight, true, above, false);
      }
      kernels.addBias(above, affine.get(i).bias(), 0);
      below = above;
    }
    Matrix logits = activations.logits.rows(from, to);
    kernels.multiply(below, false, affine.get(AFFINE_LAYERS).weight(), true, logits, false);
    kernels.addBias(logits, affine.get(AFFINE_LAYERS).bias());
  }

  /**
   * The k-th step of a GRU in its own order of time. The input's product is taken step by step,
   * like the state's, while the gates are in the cache; in one product for all steps they would go
   * through memory twice more.
   */
  private void step(
      GruWeights weights,
      PackedMatrix input,
      GruActivations gru,
      RecurrentDiscriminatorActivations activations,
      int k,
      int first,
      int last) {
    int t = gru.time(k);
    int from = t * activations.rows + first;
    int to = t * activations.rows + last;
    Matrix gates = gru.gates(t).rows(first, last);
    kernels.multiply(activations.behaviour.rows(from, to), input, gates, false);
    kernels.gruForward(weights, gru, k, k + 1, first, last);
  }

  private static void score(RecurrentDiscriminatorActivations activations) {
    activations.logits.read(activations.logitValues);
    Arrays.fill(activations.scores, 0);
    for (int row = 0; row < activations.logitValues.length; row++) {
      if (activations.real(row)) {
        double logit = activations.logitValues[row];
        activations.scores[row % activations.rows] +=
            Math.max(-LogitClip.BOUND, Math.min(LogitClip.BOUND, logit));
      }
    }
    for (int n = 0; n < activations.rows; n++) {
      activations.scores[n] /= activations.length(n);
    }
  }

  @Override
  public void backward(DiscriminatorActivations own, double[] scoreGradients) {
    RecurrentDiscriminatorActivations activations = (RecurrentDiscriminatorActivations) own;
    backward(activations, scoreGradients, activations.rows, List.of());
  }

  @Override
  public List<Matrix> backward(
      DiscriminatorActivations own, double[] scoreGradients, int firstSequence) {
    RecurrentDiscriminatorActivations activations = (RecurrentDiscriminatorActivations) own;
    List<Matrix> parts = activations.partGradients();
    backward(activations, scoreGradients, firstSequence, parts);
    for (Matrix part : parts) {
      for (int t = 0; t < activations.steps; t++) {
        kernels.clear(part.rows(t * activations.rows, t * activations.rows + firstSequence));
      }
    }
    return parts;
  }

  private void backward(
      RecurrentDiscriminatorActivations activations,
      double[] scoreGradients,
      int firstSequence,
      List<Matrix> parts) {
    double[] atLogits = new double[activations.logitValues.length];
    for (int row = 0; row < atLogits.length; row++) {
      boolean inside = Math.abs(activations.logitValues[row]) <= LogitClip.BOUND;
      int n = row % activations.rows;
      atLogits[row] =
          activations.real(row) && inside ? scoreGradients[n] / activations.length(n) : 0;
    }
    activations.gradLogits.write(atLogits);
    int last = activations.segments() - 1;
    for (int segment = last; segment >= 0; segment--) {
      int from = activations.firstRow(segment);
      int to = activations.firstRow(segment + 1);
      if (segment < last) {
        affineForward(activations, from, to);
      }
      affineBackward(activations, from, to, segment < last);
    }
    recurrentBackward(activations, false, firstSequence, parts);
    recurrentBackward(activations, true, firstSequence, parts);
  }

  /** From the logits of some rows to the first affine layer, before its map. */
  private void affineBackward(
      RecurrentDiscriminatorActivations activations, int from, int to, boolean accumulate) {
    Matrix above = activations.gradLogits.rows(from, to);
    Matrix free = activations.gradFirstAffine().rows(from, to);
    for (int i = AFFINE_LAYERS; i > 0; i--) {
      Matrix activation = activations.affineOutputs.get(i - 1).rows(0, to - from);
      affineGradients.get(i).add(kernels, above, activation, accumulate);
      kernels.multiply(above, false, affine.get(i).weight(), false, free, false);
      kernels.reluBackward(activation, free, 0);
      // Nobody needs the activation any more, nor, a layer further down, these gradients. After
      // three
      // layers the room that holds all steps has the result.
      Matrix done = i == AFFINE_LAYERS ? activation : above;
      above = free;
      free = done;
    }
    AffineViews gradient = affineGradients.get(0);
    Matrix left = gradient.weight().columns(0, hidden);
    Matrix right = gradient.weight().columns(hidden, 2 * hidden);
    kernels.multiply(
        above, true, activations.forward.outputs().rows(from, to), false, left, accumulate);
    kernels.multiply(
        above, true, activations.backward.outputs().rows(from, to), false, right, accumulate);
    kernels.columnSums(above, gradient.bias(), accumulate);
  }

  /** One of the two GRUs, from the gradient at the first affine layer. */
  private void recurrentBackward(
      RecurrentDiscriminatorActivations activations,
      boolean reverse,
      int firstSequence,
      List<Matrix> parts) {
    GruWeights weights = reverse ? backward : forward;
    GruWeights gradient = reverse ? backwardGradient : forwardGradient;
    PackedMatrix input = reverse ? backwardInput : forwardInput;
    GruActivations gru = reverse ? activations.backward : activations.forward;
    int column = reverse ? hidden : 0;
    Matrix weight = affine.get(0).weight().columns(column, column + hidden);
    for (GruActivations.Segment segment : gru.segments()) {
      if (!segment.last()) {
        kernels.forEachRowRange(
            activations.rows,
            (first, last) -> {
              for (int k = segment.firstStep(); k < segment.lastStep(); k++) {
                step(weights, input, gru, activations, k, first, last);
              }
            });
      }
      Matrix above = segment.of(activations.gradFirstAffine());
      Matrix atStates = activations.affineOutputs.get(0).rows(0, above.rows());
      kernels.multiply(above, false, weight, false, atStates, false);
      kernels.gruBackward(weights, gru, segment, atStates);
      gradient.writeGradient(kernels, gru, segment, activations.behaviour);
      int inputColumn = 0;
      for (Matrix part : parts) {
        weights.gradInput(kernels, gru, segment, firstSequence, inputColumn, part, reverse);
        inputColumn += part.columns();
      }
    }
  }
}
