package dev.lockstep.model;

import dev.lockstep.nn.kernel.GruTape;
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
  public static long tapeBytes(int symbols, int hidden, int layers, long steps, long rows) {
    long width = DataType.FLOAT.width();
    long slopes = (layers - 1L) * steps * rows * hidden;
    return StackTape.bytes(width, shape(symbols, hidden, layers), steps, rows, steps)
        + width * slopes;
  }

  void refresh() {
    stack.refresh();
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
        reuse != null && reuse.tape.rows() == texts.length && reuse.tape.steps() >= longest
            ? reuse
            : new Pass(stack.tape(network.params().dataType(), longest, texts.length, longest));
    pass.read(texts);
    kernels.forEachRowRange(
        texts.length,
        (first, last) -> {
          for (int t = 0; t < pass.tape.steps(); t++) {
            stack.step(pass.tape, t, first, last);
          }
        });
    return pass;
  }

  /** Writes the gradient, from the slopes at the states that a generator's pass started from. */
  void backward(Pass pass, StackTape started) {
    int n = pass.tape.rows();
    for (int l = 0; l < pass.slopes.size(); l++) {
      Matrix slopes = pass.slopes.get(l);
      kernels.clear(slopes);
      // Past the end of a text the state is carried over, and so is the slope at it.
      Matrix atEnd = slopes.rows(slopes.rows() - n, slopes.rows());
      Matrix atStart = started.layers.get(l).initialSlope();
      for (int copy = 0; copy < atStart.rows(); copy += n) {
        atEnd.array().addi(atStart.rows(copy, copy + n).array());
      }
    }
    stack.backward(pass.tape, pass.slopes.get(pass.slopes.size() - 1), pass.slopes, null);
  }

  /** Texts that were read, and the states that came of it. */
  static final class Pass {
    final StackTape tape;
    final List<Matrix> slopes = new ArrayList<>();

    Pass(StackTape tape) {
      this.tape = tape;
      for (GruTape layer : tape.layers) {
        Matrix states = layer.outputs();
        slopes.add(Matrix.zeros(states.type(), states.rows(), states.columns()));
      }
    }

    private void read(int[][] texts) {
      float[] mask = new float[tape.symbols.length];
      for (int n = 0; n < texts.length; n++) {
        for (int t = 0; t < tape.steps(); t++) {
          boolean real = t < texts[n].length;
          tape.symbols[t * texts.length + n] = real ? texts[n][t] : 0;
          mask[t * texts.length + n] = real ? 1 : 0;
        }
      }
      tape.start(0, texts.length);
      tape.mask(Optional.of(mask));
    }

    /** Makes the rows of a generator's pass start from the states at the texts' ends. */
    void start(StackTape generator) {
      for (int l = 0; l < tape.layers.size(); l++) {
        Matrix end = tape.layers.get(l).finalState();
        Matrix start = generator.layers.get(l).initialState();
        for (int copy = 0; copy < start.rows(); copy += end.rows()) {
          start.rows(copy, copy + end.rows()).array().assign(end.array());
        }
      }
    }
  }
}
