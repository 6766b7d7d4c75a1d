package dev.lockstep.model;

import dev.lockstep.nn.GRUParamInitializer;
import dev.lockstep.nn.WindowedGRUParamInitializer;
import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import dev.lockstep.nn.kernel.WindowedGru;
import dev.lockstep.nn.kernel.WindowedGruWeights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An input and GRU layers above it, over a DL4J network's parameters where they are: what the
 * generator and its encoder have in common.
 *
 * <p>The first layer reads, side by side, a symbol (one-hot, or an embedding of it), D dense
 * numbers, and what an attention window onto a text shows. A one-hot symbol's product is a row of a
 * table, which is W_i transposed. An embedding is read like dense numbers: a table of its products
 * would have as many rows as there are words, of which a minibatch has a few.
 */
final class RecurrentStack {
  /**
   * Sizes.
   *
   * @param symbols that can be read; 0 where steps are vectors
   * @param embedding width of the embedding, or 0 for one-hot input
   * @param dense D
   * @param hidden H of each layer
   * @param layers number of GRU layers
   * @param textSymbols of the text under the attention window
   * @param attentionComponents of the attention window; 0 without
   */
  record Shape(
      int symbols,
      int embedding,
      int dense,
      int hidden,
      int layers,
      int textSymbols,
      int attentionComponents) {
    /** Columns of the first layer's W_i that read the symbol. */
    int symbolColumns() {
      return embedding > 0 ? embedding : symbols;
    }

    /** Columns of it that read a one-hot code, the first. */
    int oneHotColumns() {
      return embedding > 0 ? 0 : symbols;
    }

    /** Columns of it, after these, that read numbers: an embedding's, or D. */
    int denseColumns() {
      return embedding + dense;
    }
  }

  private final Shape shape;
  private final Kernels kernels;
  private final List<GruWeights> layers;
  private final List<GruWeights> gradients;
  private final List<PackedMatrix> upperInputs;
  private final PackedMatrix denseInput;
  private final WindowedGru windowed;
  private final WindowedGruWeights windowGradient;
  private final Matrix embedding;
  private final Matrix embeddingGradient;

  /** What is gathered for a symbol, and its gradients: one row of W_iᵀ, or the embedding. */
  private final Matrix table;

  private final Matrix gradTable;

  /** The layers that a network begins with. */
  RecurrentStack(MultiLayerNetwork network, Shape shape, Kernels kernels) {
    this.shape = shape;
    this.kernels = kernels;
    Map<String, INDArray> parameters = ParameterViews.of(network, network.params());
    Map<String, INDArray> gradient = ParameterViews.of(network, network.getGradientsViewArray());
    this.layers = gruLayers(parameters);
    this.gradients = gruLayers(gradient);
    this.upperInputs =
        layers.stream().skip(1).map(layer -> kernels.pack(layer.input(), true)).toList();
    int from = shape.oneHotColumns();
    int to = from + shape.denseColumns();
    this.denseInput =
        to > from ? kernels.pack(layers.get(0).input().columns(from, to), true) : null;
    boolean attends = shape.attentionComponents() > 0;
    this.windowed =
        attends
            ? new WindowedGru(windowWeights(parameters, layers), shape.textSymbols(), kernels)
            : null;
    this.windowGradient = attends ? windowWeights(gradient, gradients) : null;
    boolean embeds = shape.embedding() > 0;
    this.embedding = embeds ? Matrix.ofWeight(parameters.get("0_W")) : null;
    this.embeddingGradient = embeds ? Matrix.ofWeight(gradient.get("0_W")) : null;
    this.table = table(network.params().dataType());
    this.gradTable = table(network.params().dataType());
  }

  private Matrix table(DataType type) {
    int columns = shape.embedding() > 0 ? shape.embedding() : 3 * shape.hidden();
    return shape.symbols() > 0 ? Matrix.zeros(type, shape.symbols(), columns) : null;
  }

  private int firstLayer() {
    return shape.embedding() > 0 ? 1 : 0;
  }

  private List<GruWeights> gruLayers(Map<String, INDArray> views) {
    List<GruWeights> list = new ArrayList<>();
    for (int l = 0; l < shape.layers(); l++) {
      list.add(GRUParamInitializer.weights(views, (firstLayer() + l) + "_"));
    }
    return list;
  }

  private WindowedGruWeights windowWeights(Map<String, INDArray> views, List<GruWeights> layers) {
    String prefix = firstLayer() + "_";
    return new WindowedGruWeights(
        layers.get(0),
        Matrix.ofWeight(views.get(prefix + WindowedGRUParamInitializer.WINDOW_WEIGHT)),
        Matrix.ofVector(views.get(prefix + WindowedGRUParamInitializer.WINDOW_BIAS)));
  }

  Shape shape() {
    return shape;
  }

  StackActivations activations(DataType type, int steps, int rows, int segmentSteps) {
    return new StackActivations(type, shape, steps, rows, segmentSteps);
  }

  /** φ of a row of the last pass, [T, U]. */
  double[][] phi(StackActivations activations, int row) {
    return windowed.phi(activations.text, row);
  }

  /** Renews what is derived from the parameters. */
  void parametersChanged() {
    // An attention window renews its own layer, the first.
    layers.stream().skip(windowed == null ? 0 : 1).forEach(layer -> layer.repack(kernels));
    upperInputs.forEach(kernels::repack);
    if (denseInput != null) {
      kernels.repack(denseInput);
    }
    if (windowed != null) {
      windowed.repack();
    }
    if (embedding != null) {
      kernels.transpose(embedding, table);
    } else if (table != null) {
      kernels.transpose(layers.get(0).input().columns(0, shape.symbols()), table);
    }
  }

  /** One step of all layers for rows {@code first … last}. */
  void step(StackActivations activations, int t, int first, int last) {
    for (int l = 0; l < layers.size(); l++) {
      step(activations, l, t, first, last);
    }
  }

  private void step(StackActivations activations, int l, int t, int first, int last) {
    GruActivations layer = activations.layers.get(l);
    Matrix gates = layer.gates(t).rows(first, last);
    if (l == 0) {
      readInput(activations, t * activations.rows() + first, gates);
    } else {
      Matrix below = activations.layers.get(l - 1).output(t).rows(first, last);
      kernels.multiply(below, upperInputs.get(l - 1), gates, false);
    }
    if (l == 0 && windowed != null) {
      windowed.step(activations.text, t, first, last);
    } else {
      kernels.gruForward(layers.get(l), layer, t, t + 1, first, last);
    }
  }

  private void readInput(StackActivations activations, int from, Matrix gates) {
    Matrix numbers = denseInput == null ? null : activations.dense.rows(from, from + gates.rows());
    if (table != null) {
      kernels.gather(table, activations.symbols, from, embedding == null ? gates : numbers);
    }
    if (activations.masks != null && activations.masks.symbols != null) {
      double[] factors = Arrays.copyOfRange(activations.masks.symbols, from, from + gates.rows());
      kernels.scaleRows(gates, factors);
    }
    if (denseInput != null) {
      kernels.multiply(
          read(activations, numbers, from), denseInput, gates, shape.oneHotColumns() > 0);
    }
  }

  /** The numbers from a row on, or what dropout leaves of them. */
  private Matrix read(StackActivations activations, Matrix numbers, int from) {
    if (!dropsNumbers(activations)) {
      return numbers;
    }
    int to = from + numbers.rows();
    Matrix left = activations.masks.numbersLeft.rows(from, to);
    kernels.copy(numbers, left);
    kernels.scaleElements(left, activations.masks.numbers.rows(from, to));
    return left;
  }

  private static boolean dropsNumbers(StackActivations activations) {
    return activations.masks != null && activations.masks.numbers != null;
  }

  /**
   * Writes the gradient of these layers.
   *
   * @param atTop [T·N, H] gradients at the top states; overwritten
   * @param below gradients at the states of each layer, of which those under the top are added to,
   *     or null for none from outside
   * @param atInput gradients at the embeddings read from outside, which may be added to, or null
   *     for none
   */
  void backward(StackActivations activations, Matrix atTop, List<Matrix> below, Matrix atInput) {
    Matrix atStates = atTop;
    for (int l = layers.size() - 1; l > 0; l--) {
      Matrix atBelow = below != null ? below.get(l - 1) : atStates;
      for (GruActivations.Segment segment : activations.layers.get(l).segments()) {
        recompute(activations, l, segment);
        kernels.gruBackward(
            layers.get(l), activations.layers.get(l), segment, segment.of(atStates));
        gradients
            .get(l)
            .writeGradient(kernels, activations.layers.get(l), segment, activations.hidden(l - 1));
        layers
            .get(l)
            .gradInput(kernels, activations.layers.get(l), segment, 0, 0, atBelow, below != null);
      }
      atStates = atBelow;
    }
    if (table != null) {
      kernels.clear(gradTable);
    }
    // Where some are dropped, the gradients from outside are at what they were before.
    boolean adds = atInput != null && !dropsNumbers(activations);
    Matrix atEmbeddings = embedding == null || adds ? atInput : activations.gradInput();
    for (GruActivations.Segment segment : activations.layers.get(0).segments()) {
      recompute(activations, 0, segment);
      firstBackward(activations, segment, segment.of(atStates));
      if (embedding != null) {
        layers
            .get(0)
            .gradInput(kernels, activations.layers.get(0), segment, 0, 0, atEmbeddings, adds);
      }
    }
    if (embedding != null && dropsNumbers(activations)) {
      kernels.scaleElements(atEmbeddings, activations.masks.numbers);
      if (atInput != null) {
        kernels.add(atInput, atEmbeddings);
      }
    }
    if (embedding != null) {
      kernels.scatterAdd(atEmbeddings, activations.symbols, 0, gradTable);
      kernels.transpose(gradTable, embeddingGradient);
    } else if (table != null) {
      kernels.transpose(gradTable, gradients.get(0).input().columns(0, shape.symbols()));
    }
  }

  /** Computes a segment's gates again unless the forward pass has left them. */
  private void recompute(StackActivations activations, int l, GruActivations.Segment segment) {
    if (!segment.last()) {
      kernels.forEachRowRange(
          activations.rows(),
          (first, last) -> {
            for (int t = segment.firstStep(); t < segment.lastStep(); t++) {
              step(activations, l, t, first, last);
            }
          });
    }
  }

  private void firstBackward(
      StackActivations activations, GruActivations.Segment segment, Matrix atStates) {
    GruActivations layer = activations.layers.get(0);
    GruWeights gradient = gradients.get(0);
    if (windowed != null) {
      windowed.backward(activations.text, segment, atStates, null, windowGradient);
    } else {
      kernels.gruBackward(layers.get(0), layer, segment, atStates);
      gradient.writeRecurrentGradient(kernels, layer, segment);
      gradient.writeInputBiasGradient(kernels, layer, segment);
    }
    if (denseInput != null) {
      Matrix numbers =
          dropsNumbers(activations) ? activations.masks.numbersLeft : activations.dense;
      gradient.writeInputGradient(kernels, layer, segment, shape.oneHotColumns(), numbers);
    }
    if (shape.oneHotColumns() > 0) {
      addTableGradients(activations, segment);
    }
  }

  private void addTableGradients(StackActivations activations, GruActivations.Segment segment) {
    GruActivations layer = activations.layers.get(0);
    int h = shape.hidden();
    if (activations.masks != null && activations.masks.symbols != null) {
      // All others have had their share of these gradients: nobody needs them whole any more.
      double[] factors =
          Arrays.copyOfRange(activations.masks.symbols, segment.firstRow(), segment.lastRow());
      kernels.scaleRows(layer.gates(segment).columns(0, 2 * h), factors);
      kernels.scaleRows(layer.candidates(segment), factors);
    }
    kernels.scatterAdd(
        layer.gates(segment).columns(0, 2 * h),
        activations.symbols,
        segment.firstRow(),
        gradTable.columns(0, 2 * h));
    kernels.scatterAdd(
        layer.candidates(segment),
        activations.symbols,
        segment.firstRow(),
        gradTable.columns(2 * h, 3 * h));
  }

  /** The embedding, or the one-hot code, of the symbol read at each step. */
  Matrix symbolsRead(StackActivations activations) {
    if (embedding != null) {
      return activations.dense;
    }
    int symbols = shape.symbols();
    Matrix codes = Matrix.zeros(table.type(), symbols, symbols);
    for (int v = 0; v < symbols; v++) {
      codes.array().putScalar(v, v, 1);
    }
    Matrix rows = Matrix.zeros(table.type(), activations.symbols.length, symbols);
    kernels.gather(codes, activations.symbols, 0, rows);
    return rows;
  }
}
