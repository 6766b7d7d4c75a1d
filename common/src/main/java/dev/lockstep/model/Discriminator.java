package dev.lockstep.model;

import dev.lockstep.nn.GRU;
import dev.lockstep.nn.GRUParamInitializer;
import dev.lockstep.nn.LogitClip;
import dev.lockstep.nn.kernel.GruTape;
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
 * The discriminator θd (section 2.2 of the paper): a forward and a backward GRU over the behaviour,
 * side by side; three affine layers with ReLU shared over time; one affine map to a logit a step,
 * clipped to [−10, 10]; the sequence's score is their average over the real steps, and D its
 * logistic function.
 *
 * <p>As a DL4J network its output for a behaviour [N, C, T] is D [N, 1].
 */
public final class Discriminator {
  static final int AFFINE_LAYERS = 3;

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final int hidden;
  private final GruWeights forward;
  private final GruWeights backward;
  private final PackedMatrix forwardInput;
  private final PackedMatrix backwardInput;
  private final GruWeights forwardGradient;
  private final GruWeights backwardGradient;
  private final List<Affine> affine;
  private final List<Affine> affineGradients;

  /** An affine layer's weight [out, in] and bias [1, out]. */
  private record Affine(Matrix weight, Matrix bias) {}

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public Discriminator(MultiLayerNetwork network, Kernels kernels) {
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

  private static List<Affine> affine(Map<String, INDArray> views) {
    List<Affine> list = new ArrayList<>();
    for (int i = 1; i <= AFFINE_LAYERS + 1; i++) {
      Matrix weight = Matrix.ofWeight(views.get(i + "_W"));
      list.add(new Affine(weight, Matrix.ofVector(views.get(i + "_b"))));
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

  public MultiLayerNetwork network() {
    return network;
  }

  /** Memory for passes of T steps over N rows. */
  public DiscriminatorTape tape(int steps, int rows) {
    return new DiscriminatorTape(
        network.params().dataType(), steps, rows, forward.input().columns(), hidden);
  }

  /**
   * Bytes of {@link #tape}'s memory in float, with all that a step of training adds.
   *
   * @param parts columns of each part of the behaviour
   */
  public static long tapeBytes(long steps, long rows, long hidden, int... parts) {
    return DiscriminatorTape.bytes(DataType.FLOAT.width(), steps, rows, hidden, parts);
  }

  /**
   * Renews what is derived from the parameters; to be called after they moved and before {@link
   * #run}.
   */
  public void refresh() {
    forward.refresh(kernels);
    backward.refresh(kernels);
    kernels.refresh(forwardInput, backwardInput);
  }

  /**
   * Scores every sequence.
   *
   * @param parts of the behaviour: matrices of T·N rows that stand side by side
   */
  public void run(DiscriminatorTape tape, List<Matrix> parts) {
    tape.placeSlopes(parts);
    kernels.forEachRowRange(
        tape.rows,
        (first, last) -> {
          for (int t = 0; t < tape.steps; t++) {
            readBehaviour(tape, parts, t * tape.rows + first, t * tape.rows + last);
            step(forward, forwardInput, tape.forward, tape, t, first, last);
          }
          for (int k = 0; k < tape.steps; k++) {
            step(backward, backwardInput, tape.backward, tape, k, first, last);
          }
        });
    Matrix below = null;
    for (int i = 0; i < AFFINE_LAYERS; i++) {
      Matrix above = tape.activations.get(i);
      Matrix weight = affine.get(i).weight();
      if (i == 0) {
        kernels.multiply(
            tape.forward.outputs(), false, weight.columns(0, hidden), true, above, false);
        kernels.multiply(
            tape.backward.outputs(), false, weight.columns(hidden, 2 * hidden), true, above, true);
      } else {
        kernels.multiply(below, false, weight, true, above, false);
      }
      kernels.addBias(above, affine.get(i).bias(), true);
      below = above;
    }
    kernels.multiply(below, false, affine.get(AFFINE_LAYERS).weight(), true, tape.logits, false);
    kernels.addBias(tape.logits, affine.get(AFFINE_LAYERS).bias(), false);
    score(tape);
  }

  private void readBehaviour(DiscriminatorTape tape, List<Matrix> parts, int from, int to) {
    int column = 0;
    for (Matrix part : parts) {
      int end = column + part.columns();
      kernels.copy(part.rows(from, to), tape.behaviour.rows(from, to).columns(column, end));
      column = end;
    }
  }

  /**
   * The k-th step of a GRU in its own order of time. The input's product is taken step by step,
   * like the state's, while the gates are in the cache; in one product for all steps they would go
   * through memory twice more.
   */
  private void step(
      GruWeights weights,
      PackedMatrix input,
      GruTape gru,
      DiscriminatorTape tape,
      int k,
      int first,
      int last) {
    int t = gru.time(k);
    int from = t * tape.rows + first;
    int to = t * tape.rows + last;
    kernels.multiply(tape.behaviour.rows(from, to), input, gru.gates().rows(from, to), false);
    kernels.gruForward(weights, gru, k, k + 1, first, last);
  }

  private static void score(DiscriminatorTape tape) {
    tape.logits.read(tape.logitValues);
    Arrays.fill(tape.scores, 0);
    for (int row = 0; row < tape.logitValues.length; row++) {
      if (tape.real(row)) {
        double logit = tape.logitValues[row];
        tape.scores[row % tape.rows] +=
            Math.max(-LogitClip.BOUND, Math.min(LogitClip.BOUND, logit));
      }
    }
    for (int n = 0; n < tape.rows; n++) {
      tape.scores[n] /= tape.length(n);
    }
  }

  /**
   * Writes the gradient of a loss into the network's gradient vector, and leaves on the tape what
   * {@link #slopesAtBehaviour} needs.
   *
   * @param tape of a pass just run; its activations are overwritten
   * @param slopes [N] of the loss at the scores
   */
  public void backward(DiscriminatorTape tape, double[] slopes) {
    double[] atLogits = new double[tape.logitValues.length];
    for (int row = 0; row < atLogits.length; row++) {
      boolean inside = Math.abs(tape.logitValues[row]) <= LogitClip.BOUND;
      int n = row % tape.rows;
      atLogits[row] = tape.real(row) && inside ? slopes[n] / tape.length(n) : 0;
    }
    tape.logitSlopes.write(atLogits);
    Matrix above = tape.logitSlopes;
    Matrix free = tape.spare;
    for (int i = AFFINE_LAYERS; i > 0; i--) {
      Matrix activation = tape.activations.get(i - 1);
      affineBackward(i, activation, above);
      kernels.multiply(above, false, affine.get(i).weight(), false, free, false);
      kernels.reluBackward(activation, free);
      above = free;
      // Nobody needs the activation any more: the next slope goes there.
      free = activation;
    }
    recurrentBackward(tape, above);
  }

  private void affineBackward(int i, Matrix input, Matrix slopes) {
    Affine gradient = affineGradients.get(i);
    kernels.multiply(slopes, true, input, false, gradient.weight(), false);
    kernels.columnSums(slopes, gradient.bias());
  }

  private void recurrentBackward(DiscriminatorTape tape, Matrix slopes) {
    Matrix weight = affine.get(0).weight();
    Matrix gradient = affineGradients.get(0).weight();
    Matrix left = gradient.columns(0, hidden);
    Matrix right = gradient.columns(hidden, 2 * hidden);
    kernels.multiply(slopes, true, tape.forward.outputs(), false, left, false);
    kernels.multiply(slopes, true, tape.backward.outputs(), false, right, false);
    kernels.columnSums(slopes, affineGradients.get(0).bias());
    // The second activation holds these slopes; of the others only the room is still used.
    Matrix forwardSlopes = tape.activations.get(0);
    Matrix backwardSlopes = tape.activations.get(2);
    kernels.multiply(slopes, false, weight.columns(0, hidden), false, forwardSlopes, false);
    kernels.multiply(
        slopes, false, weight.columns(hidden, 2 * hidden), false, backwardSlopes, false);
    kernels.gruBackward(forward, tape.forward, forwardSlopes);
    kernels.gruBackward(backward, tape.backward, backwardSlopes);
    forwardGradient.writeGradient(kernels, tape.forward, tape.behaviour);
    backwardGradient.writeGradient(kernels, tape.backward, tape.behaviour);
  }

  /**
   * The slopes at the behaviour, after {@link #backward}, of a loss whose slope at each score is
   * {@code ratios} times that one's: a sequence has one score, so its slopes all scale with the one
   * at the score, and a second pass is not needed.
   *
   * @param ratios [N]; sequences before the first that is not 0 cost nothing
   * @return for each part of the behaviour a matrix of its shape, which the next pass overwrites
   */
  public List<Matrix> slopesAtBehaviour(DiscriminatorTape tape, double[] ratios) {
    int silent = 0;
    // Were all 0, the last would still be multiplied, and then scaled away.
    while (silent < ratios.length - 1 && ratios[silent] == 0) {
      silent++;
    }
    int column = 0;
    for (Matrix slopes : tape.partSlopes()) {
      forward.inputSlopes(kernels, tape.forward, silent, column, slopes, false);
      backward.inputSlopes(kernels, tape.backward, silent, column, slopes, true);
      for (int t = 0; t < tape.steps; t++) {
        kernels.clear(slopes.rows(t * tape.rows, t * tape.rows + silent));
      }
      kernels.scaleRows(slopes, ratios);
      column += slopes.columns();
    }
    return tape.partSlopes();
  }
}
