package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * GRU layers that read the text that a sequence depends on, one-hot: the generator's layers start
 * from the states in which these end (Sutskever et al. 2014). It is a DL4J network of its own.
 */
public final class Encoder {
  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final RecurrentStack stack;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public Encoder(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    var first = (dev.lockstep.nn.GRU) network.getLayer(0).conf().getLayer();
    this.stack =
        new RecurrentStack(
            network,
            shape((int) first.getNIn(), (int) first.getNOut(), network.getnLayers()),
            kernels);
  }

  private static RecurrentStack.Shape shape(int symbols, int hidden, int layers) {
    return new RecurrentStack.Shape(symbols, 0, 0, hidden, layers, 0, 0);
  }

  /**
   * The DL4J network.
   *
   * @param symbols of the texts
   * @param hidden H of each layer
   * @param layers as many as the generator has
   * @param type {@code FLOAT} or {@code DOUBLE}
   * @param seed of the initial parameters
   */
  public static MultiLayerConfiguration configuration(
      int symbols, int hidden, int layers, DataType type, IUpdater updater, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(updater)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .list();
    for (int l = 0; l < layers; l++) {
      list.layer(Generator.layer(l == 0 ? symbols : hidden, hidden));
    }
    return list.build();
  }

  public MultiLayerNetwork network() {
    return network;
  }

  /** Bytes that a pass takes in float, for texts of U symbols. */
  public static long activationBytes(int symbols, int hidden, int layers, long steps, long rows) {
    long width = DataType.FLOAT.width();
    long gradients = (layers - 1L) * steps * rows * hidden;
    return StackActivations.bytes(width, shape(symbols, hidden, layers), steps, rows, steps)
        + width * gradients;
  }

  void parametersChanged() {
    stack.parametersChanged();
  }

  /**
   * Reads texts.
   *
   * @param reuse an earlier pass whose memory may serve again, or null
   * @param texts each of at least one symbol
   */
  Pass run(Pass reuse, int[][] texts) {
    int longest = Arrays.stream(texts).mapToInt(text -> text.length).max().orElseThrow();
    Pass pass =
        reuse != null
                && reuse.activations.rows() == texts.length
                && reuse.activations.steps() >= longest
            ? reuse
            : new Pass(
                stack.activations(network.params().dataType(), longest, texts.length, longest));
    pass.read(texts);
    kernels.forEachRowRange(
        texts.length,
        (first, last) -> {
          for (int t = 0; t < pass.activations.steps(); t++) {
            stack.step(pass.activations, t, first, last);
          }
        });
    return pass;
  }

  /** Writes the gradient, from the gradients at the states that a generator's pass started from. */
  void backward(Pass pass, StackActivations started) {
    int n = pass.activations.rows();
    for (int l = 0; l < pass.gradients.size(); l++) {
      Matrix gradients = pass.gradients.get(l);
      kernels.clear(gradients);
      // Past the end of a text the state is carried over, and so is the gradient at it.
      Matrix atEnd = gradients.rows(gradients.rows() - n, gradients.rows());
      Matrix atStart = started.layers.get(l).gradInitialState();
      for (int copy = 0; copy < atStart.rows(); copy += n) {
        atEnd.array().addi(atStart.rows(copy, copy + n).array());
      }
    }
    stack.backward(
        pass.activations, pass.gradients.get(pass.gradients.size() - 1), pass.gradients, null);
  }

  /** Texts that were read, and the states that came of it. */
  static final class Pass {
    final StackActivations activations;
    final List<Matrix> gradients = new ArrayList<>();

    Pass(StackActivations activations) {
      this.activations = activations;
      for (GruActivations layer : activations.layers) {
        Matrix states = layer.outputs();
        gradients.add(Matrix.zeros(states.type(), states.rows(), states.columns()));
      }
    }

    private void read(int[][] texts) {
      float[] mask = new float[activations.symbols.length];
      for (int n = 0; n < texts.length; n++) {
        for (int t = 0; t < activations.steps(); t++) {
          boolean real = t < texts[n].length;
          activations.symbols[t * texts.length + n] = real ? texts[n][t] : 0;
          mask[t * texts.length + n] = real ? 1 : 0;
        }
      }
      activations.start(0, texts.length);
      activations.mask(Optional.of(mask));
    }

    /** Makes the rows of a generator's pass start from the states at the texts' ends. */
    void start(StackActivations generator) {
      for (int l = 0; l < activations.layers.size(); l++) {
        Matrix end = activations.layers.get(l).finalState();
        Matrix start = generator.layers.get(l).initialState();
        for (int copy = 0; copy < start.rows(); copy += end.rows()) {
          start.rows(copy, copy + end.rows()).array().assign(end.array());
        }
      }
    }
  }
}
