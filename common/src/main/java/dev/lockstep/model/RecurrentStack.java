package dev.lockstep.model;

import dev.lockstep.nn.GRUParamInitializer;
import dev.lockstep.nn.WindowedGRUParamInitializer;
import dev.lockstep.nn.kernel.GruTape;
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
 * numbers, and what a window onto a text shows. A one-hot symbol's product is a row of a table,
 * which is W_i transposed. An embedding is read like dense numbers: a table of its products would
 * have as many rows as there are words, of which a minibatch has a few.
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
   * @param textSymbols of the text under the window
   * @param window components of the window; 0 without
   */
  record Shape(
      int symbols, int embedding, int dense, int hidden, int layers, int textSymbols, int window) {
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

  /** What is gathered for a symbol, and its slopes: one row of W_iᵀ, or the embedding. */
  private final Matrix table;

  private final Matrix tableSlopes;

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
    boolean window = shape.window() > 0;
    this.windowed =
        window
            ? new WindowedGru(windowWeights(parameters, layers), shape.textSymbols(), kernels)
            : null;
    this.windowGradient = window ? windowWeights(gradient, gradients) : null;
    boolean embeds = shape.embedding() > 0;
    this.embedding = embeds ? Matrix.ofWeight(parameters.get("0_W")) : null;
    this.embeddingGradient = embeds ? Matrix.ofWeight(gradient.get("0_W")) : null;
    this.table = table(network.params().dataType());
    this.tableSlopes = table(network.params().dataType());
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

  StackTape tape(DataType type, int steps, int rows, int windowSteps) {
    return new StackTape(type, shape, steps, rows, windowSteps);
  }

  /** φ of a row of the last pass, [T, U]. */
  double[][] phi(StackTape tape, int row) {
    return windowed.phi(tape.text, row);
  }

  /** Renews what is derived from the parameters. */
  void refresh() {
    // A window renews its own layer, the first.
    layers.stream().skip(windowed == null ? 0 : 1).forEach(layer -> layer.refresh(kernels));
    upperInputs.forEach(kernels::refresh);
    if (denseInput != null) {
      kernels.refresh(denseInput);
    }
    if (windowed != null) {
      windowed.refresh();
    }
    if (embedding != null) {
      kernels.transpose(embedding, table);
    } else if (table != null) {
      kernels.transpose(layers.get(0).input().columns(0, shape.symbols()), table);
    }
  }

  /** One step of all layers for rows {@code first … last}. */
  void step(StackTape tape, int t, int first, int last) {
    for (int l = 0; l < layers.size(); l++) {
      step(tape, l, t, first, last);
    }
  }

  private void step(StackTape tape, int l, int t, int first, int last) {
    GruTape layer = tape.layers.get(l);
    Matrix gates = layer.gates(t).rows(first, last);
    if (l == 0) {
      readInput(tape, t * tape.rows() + first, gates);
    } else {
      Matrix below = tape.layers.get(l - 1).output(t).rows(first, last);
      kernels.multiply(below, upperInputs.get(l - 1), gates, false);
    }
    if (l == 0 && windowed != null) {
      windowed.step(tape.text, t, first, last);
    } else {
      kernels.gruForward(layers.get(l), layer, t, t + 1, first, last);
    }
  }

  private void readInput(StackTape tape, int from, Matrix gates) {
    Matrix numbers = denseInput == null ? null : tape.dense.rows(from, from + gates.rows());
    if (table != null) {
      kernels.gather(table, tape.symbols, from, embedding == null ? gates : numbers);
    }
    if (tape.masks != null && tape.masks.symbols != null) {
      double[] factors = Arrays.copyOfRange(tape.masks.symbols, from, from + gates.rows());
      kernels.scaleRows(gates, factors);
    }
    if (denseInput != null) {
      kernels.multiply(read(tape, numbers, from), denseInput, gates, shape.oneHotColumns() > 0);
    }
  }

  /** The numbers from a row on, or what dropout leaves of them. */
  private Matrix read(StackTape tape, Matrix numbers, int from) {
    if (!dropsNumbers(tape)) {
      return numbers;
    }
    int to = from + numbers.rows();
    Matrix left = tape.masks.numbersLeft.rows(from, to);
    kernels.copy(numbers, left);
    kernels.scaleElements(left, tape.masks.numbers.rows(from, to));
    return left;
  }

  private static boolean dropsNumbers(StackTape tape) {
    return tape.masks != null && tape.masks.numbers != null;
  }

  /**
   * Writes the gradient of these layers.
   *
   * @param atTop [T·N, H] slopes at the top states; overwritten
   * @param below slopes at the states of each layer, of which those under the top are added to, or
   *     null for none from outside
   * @param atInput slopes at the embeddings read from outside, which may be added to, or null for
   *     none
   */
  void backward(StackTape tape, Matrix atTop, List<Matrix> below, Matrix atInput) {
    Matrix atStates = atTop;
    for (int l = layers.size() - 1; l > 0; l--) {
      Matrix atBelow = below != null ? below.get(l - 1) : atStates;
      for (GruTape.Window window : tape.layers.get(l).windows()) {
        passAgain(tape, l, window);
        kernels.gruBackward(layers.get(l), tape.layers.get(l), window, window.of(atStates));
        gradients.get(l).writeGradient(kernels, tape.layers.get(l), window, tape.hidden(l - 1));
        layers
            .get(l)
            .inputSlopes(kernels, tape.layers.get(l), window, 0, 0, atBelow, below != null);
      }
      atStates = atBelow;
    }
    if (table != null) {
      kernels.clear(tableSlopes);
    }
    // Where some are dropped, the slopes from outside are at what they were before.
    boolean adds = atInput != null && !dropsNumbers(tape);
    Matrix atEmbeddings = embedding == null || adds ? atInput : tape.inputSlopes();
    for (GruTape.Window window : tape.layers.get(0).windows()) {
      passAgain(tape, 0, window);
      firstBackward(tape, window, window.of(atStates));
      if (embedding != null) {
        layers.get(0).inputSlopes(kernels, tape.layers.get(0), window, 0, 0, atEmbeddings, adds);
      }
    }
    if (embedding != null && dropsNumbers(tape)) {
      kernels.scaleElements(atEmbeddings, tape.masks.numbers);
      if (atInput != null) {
        kernels.add(atInput, atEmbeddings);
      }
    }
    if (embedding != null) {
      kernels.scatterAdd(atEmbeddings, tape.symbols, 0, tableSlopes);
      kernels.transpose(tableSlopes, embeddingGradient);
    } else if (table != null) {
      kernels.transpose(tableSlopes, gradients.get(0).input().columns(0, shape.symbols()));
    }
  }

  /** Computes a window's gates again unless the forward pass has left them. */
  private void passAgain(StackTape tape, int l, GruTape.Window window) {
    if (!window.last()) {
      kernels.forEachRowRange(
          tape.rows(),
          (first, last) -> {
            for (int t = window.firstStep(); t < window.lastStep(); t++) {
              step(tape, l, t, first, last);
            }
          });
    }
  }

  private void firstBackward(StackTape tape, GruTape.Window window, Matrix atStates) {
    GruTape layer = tape.layers.get(0);
    GruWeights gradient = gradients.get(0);
    if (windowed != null) {
      windowed.backward(tape.text, window, atStates, null, windowGradient);
    } else {
      kernels.gruBackward(layers.get(0), layer, window, atStates);
      gradient.writeRecurrentGradient(kernels, layer, window);
      gradient.writeInputBiasGradient(kernels, layer, window);
    }
    if (denseInput != null) {
      Matrix numbers = dropsNumbers(tape) ? tape.masks.numbersLeft : tape.dense;
      gradient.writeInputGradient(kernels, layer, window, shape.oneHotColumns(), numbers);
    }
    if (shape.oneHotColumns() > 0) {
      addTableSlopes(tape, window);
    }
  }

  private void addTableSlopes(StackTape tape, GruTape.Window window) {
    GruTape layer = tape.layers.get(0);
    int h = shape.hidden();
    if (tape.masks != null && tape.masks.symbols != null) {
      // All others have had their share of these slopes: nobody needs them whole any more.
      double[] factors =
          Arrays.copyOfRange(tape.masks.symbols, window.firstRow(), window.lastRow());
      kernels.scaleRows(layer.gates(window).columns(0, 2 * h), factors);
      kernels.scaleRows(layer.candidates(window), factors);
    }
    kernels.scatterAdd(
        layer.gates(window).columns(0, 2 * h),
        tape.symbols,
        window.firstRow(),
        tableSlopes.columns(0, 2 * h));
    kernels.scatterAdd(
        layer.candidates(window),
        tape.symbols,
        window.firstRow(),
        tableSlopes.columns(2 * h, 3 * h));
  }

  /** The embedding, or the one-hot code, of the symbol read at each step. */
  Matrix symbolsRead(StackTape tape) {
    if (embedding != null) {
      return tape.dense;
    }
    int symbols = shape.symbols();
    Matrix codes = Matrix.zeros(table.type(), symbols, symbols);
    for (int v = 0; v < symbols; v++) {
      codes.array().putScalar(v, v, 1);
    }
    Matrix rows = Matrix.zeros(table.type(), tape.symbols.length, symbols);
    kernels.gather(codes, tape.symbols, 0, rows);
    return rows;
  }
}
