package dev.lockstep.model;

import dev.lockstep.nn.GRU;
import dev.lockstep.nn.GRUParamInitializer;
import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The generator θg: an embedding or one-hot input, GRU layers, and an affine map to the logits of V
 * symbols. It is a DL4J network; this class runs it in either mode over its parameters where they
 * are, and backward.
 *
 * <p>The first layer's input product is a table: of V + 1 symbols there are only V + 1 products,
 * and each step picks a row. Symbol V is the start symbol, which is read at the first step and
 * never emitted.
 */
public final class Generator {
  /**
   * The shape of a generator.
   *
   * @param vocabulary V
   * @param embedding width of the embedding, or 0 for one-hot input
   * @param hidden H of each layer
   * @param layers number of GRU layers
   */
  public record Shape(int vocabulary, int embedding, int hidden, int layers) {}

  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final Shape shape;
  private final List<GruWeights> layers;
  private final List<GruWeights> layerGradients;
  private final List<PackedMatrix> upperInputs;
  private final Matrix outputWeight;
  private final PackedMatrix packedOutput;
  private final Matrix outputBias;
  private final Matrix outputWeightGradient;
  private final Matrix outputBiasGradient;
  private final Matrix embedding;
  private final Matrix embeddingGradient;
  private final Matrix table;
  private final Matrix tableSlopes;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public Generator(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    this.shape = shapeOf(network);
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    Map<String, INDArray> parameters = ParameterViews.of(network, network.params());
    Map<String, INDArray> gradient = ParameterViews.of(network, network.getGradientsViewArray());
    int first = shape.embedding() > 0 ? 1 : 0;
    this.layers = gruLayers(parameters, first);
    this.layerGradients = gruLayers(gradient, first);
    this.upperInputs =
        layers.stream().skip(1).map(layer -> kernels.pack(layer.input(), true)).toList();
    String output = (first + shape.layers()) + "_";
    this.outputWeight = Matrix.ofWeight(parameters.get(output + "W"));
    this.packedOutput = kernels.pack(outputWeight, true);
    this.outputBias = Matrix.ofVector(parameters.get(output + "b"));
    this.outputWeightGradient = Matrix.ofWeight(gradient.get(output + "W"));
    this.outputBiasGradient = Matrix.ofVector(gradient.get(output + "b"));
    this.embedding = first == 1 ? Matrix.ofWeight(parameters.get("0_W")) : null;
    this.embeddingGradient = first == 1 ? Matrix.ofWeight(gradient.get("0_W")) : null;
    this.table = Matrix.zeros(type(), shape.vocabulary() + 1L, 3L * shape.hidden());
    this.tableSlopes = Matrix.zeros(type(), shape.vocabulary() + 1L, 3L * shape.hidden());
  }

  private List<GruWeights> gruLayers(Map<String, INDArray> views, int first) {
    List<GruWeights> list = new ArrayList<>();
    for (int l = 0; l < shape.layers(); l++) {
      list.add(GRUParamInitializer.weights(views, (first + l) + "_"));
    }
    return list;
  }

  private static Shape shapeOf(MultiLayerNetwork network) {
    int count = network.getnLayers();
    var firstLayer = network.getLayer(0).conf().getLayer();
    int width = firstLayer instanceof EmbeddingSequenceLayer e ? (int) e.getNOut() : 0;
    var output = (RnnOutputLayer) network.getLayer(count - 1).conf().getLayer();
    int gruLayers = count - 1 - (width > 0 ? 1 : 0);
    return new Shape((int) output.getNOut(), width, (int) output.getNIn(), gruLayers);
  }

  /**
   * The DL4J network of a shape.
   *
   * @param type {@code FLOAT} or {@code DOUBLE}
   * @param seed of the initial parameters
   */
  public static MultiLayerConfiguration configuration(
      Shape shape, DataType type, IUpdater updater, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(type)
            .updater(updater)
            .weightInit(WeightInit.XAVIER_UNIFORM)
            .list();
    int input = shape.vocabulary() + 1;
    if (shape.embedding() > 0) {
      list.layer(
          new EmbeddingSequenceLayer.Builder()
              .nIn(input)
              .nOut(shape.embedding())
              .outputDataFormat(RNNFormat.NCW)
              .build());
      input = shape.embedding();
    }
    for (int l = 0; l < shape.layers(); l++) {
      GRU gru = new GRU.Builder().nIn(input).nOut(shape.hidden()).dataFormat(RNNFormat.NCW).build();
      list.layer(gru);
      input = shape.hidden();
    }
    return list.layer(
            new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(input)
                .nOut(shape.vocabulary())
                .dataFormat(RNNFormat.NCW)
                .build())
        .build();
  }

  public MultiLayerNetwork network() {
    return network;
  }

  public Shape shape() {
    return shape;
  }

  public Kernels kernels() {
    return kernels;
  }

  public DataType type() {
    return network.params().dataType();
  }

  /** V, the number of the symbol that a sequence starts from. */
  public int startSymbol() {
    return shape.vocabulary();
  }

  /** Memory for passes of T steps over N rows, forward and backward. */
  public GeneratorTape tape(int steps, int rows) {
    return tape(steps, rows, 0);
  }

  /**
   * The same with less memory and more work.
   *
   * @param window steps whose gates are held, the others' being computed again when the pass goes
   *     backward; 0 or at least T for all
   */
  public GeneratorTape tape(int steps, int rows, int window) {
    return new GeneratorTape(type(), steps, rows, GruTape.windowSteps(steps, window), shape);
  }

  /** Memory for passes of T steps over N rows that go forward only. */
  public GeneratorTape forwardTape(int steps, int rows) {
    return tape(steps, rows, 1);
  }

  /** Bytes of {@link #tape}'s memory in float, with all that a step of training adds. */
  public static long tapeBytes(Shape shape, int steps, long rows, int window) {
    int held = GruTape.windowSteps(steps, window);
    return GeneratorTape.bytes(DataType.FLOAT.width(), steps, rows, held, shape);
  }

  /**
   * Renews what is derived from the parameters; to be called after they moved and before {@link
   * #run}.
   */
  public void refresh() {
    layers.forEach(layer -> layer.refresh(kernels));
    upperInputs.forEach(kernels::refresh);
    kernels.refresh(packedOutput);
    GruWeights first = layers.get(0);
    if (embedding == null) {
      kernels.transpose(first.input(), table);
    } else {
      kernels.multiply(embedding, true, first.input(), true, table, false);
    }
  }

  /**
   * Runs all rows through all steps: each reads its last symbol, moves its state, gives
   * probabilities, and gets its next symbol from the source. Every thread takes its own rows
   * through all steps.
   *
   * @param tape started by {@link GeneratorTape#start} or carried over; filled
   */
  public void run(GeneratorTape tape, SymbolSource source) {
    kernels.forEachRowRange(tape.rows(), (first, last) -> run(tape, source, first, last));
  }

  private void run(GeneratorTape tape, SymbolSource source, int first, int last) {
    double[] logits = new double[(last - first) * shape.vocabulary()];
    double[] probabilities = new double[logits.length];
    double[] normalisers = new double[last - first];
    for (int t = 0; t < tape.steps(); t++) {
      int from = t * tape.rows() + first;
      int to = t * tape.rows() + last;
      step(tape, t, first, last);
      tape.logits.rows(from, to).read(logits);
      tape.probabilities.rows(from, to).read(probabilities);
      tape.logNormalisers.rows(from, to).read(normalisers);
      for (int i = 0; i < last - first; i++) {
        int offset = i * shape.vocabulary();
        int symbol =
            Objects.checkIndex(
                source.symbol(t, first + i, probabilities, offset), shape.vocabulary());
        tape.outputs[from + i] = symbol;
        tape.surprisal[from + i] = normalisers[i] - logits[offset + symbol];
        if (t + 1 < tape.steps()) {
          tape.inputs[from + i + tape.rows()] = symbol;
        }
      }
    }
  }

  /** One step: from the symbols read to the probabilities of the next. */
  private void step(GeneratorTape tape, int t, int first, int last) {
    int from = t * tape.rows() + first;
    int to = t * tape.rows() + last;
    for (int l = 0; l < layers.size(); l++) {
      step(tape, l, t, first, last);
    }
    Matrix logits = tape.logits.rows(from, to);
    Matrix top = tape.hidden(layers.size() - 1).rows(from, to);
    kernels.multiply(top, packedOutput, logits, false);
    kernels.addBias(logits, outputBias, false);
    kernels.softmax(logits, tape.probabilities.rows(from, to), tape.logNormalisers.rows(from, to));
  }

  /** One step of one layer. */
  private void step(GeneratorTape tape, int l, int t, int first, int last) {
    GruTape layer = tape.layers.get(l);
    Matrix gates = layer.gates(t).rows(first, last);
    if (l == 0) {
      kernels.gather(table, tape.inputs, t * tape.rows() + first, gates);
    } else {
      Matrix below = tape.layers.get(l - 1).output(t).rows(first, last);
      kernels.multiply(below, upperInputs.get(l - 1), gates, false);
    }
    kernels.gruForward(layers.get(l), layer, t, t + 1, first, last);
  }

  /** What the discriminator sees of a pass: matrices of T·N rows that stand side by side. */
  public List<Matrix> behaviour(GeneratorTape tape, Behaviour kind) {
    List<Matrix> parts = new ArrayList<>();
    tape.layers.forEach(layer -> parts.add(layer.outputs()));
    switch (kind) {
      case HIDDEN -> {}
      case HIDDEN_AND_PROBABILITIES -> parts.add(tape.probabilities);
      case HIDDEN_AND_INPUT -> parts.add(inputRows(tape));
    }
    return parts;
  }

  /** The embedding, or the one-hot code, of the symbol read at each step. */
  private Matrix inputRows(GeneratorTape tape) {
    int symbols = shape.vocabulary() + 1;
    int width = shape.embedding() > 0 ? shape.embedding() : symbols;
    Matrix codes = Matrix.zeros(type(), symbols, width);
    if (embedding == null) {
      for (int v = 0; v < symbols; v++) {
        codes.array().putScalar(v, v, 1);
      }
    } else {
      kernels.transpose(embedding, codes);
    }
    Matrix rows = Matrix.zeros(type(), tape.inputs.length, width);
    kernels.gather(codes, tape.inputs, 0, rows);
    return rows;
  }

  /** Columns of each part of a behaviour. */
  public static int[] behaviourParts(Shape shape, Behaviour kind) {
    IntStream hidden = IntStream.generate(shape::hidden).limit(shape.layers());
    IntStream rest =
        switch (kind) {
          case HIDDEN -> IntStream.empty();
          case HIDDEN_AND_PROBABILITIES -> IntStream.of(shape.vocabulary());
          case HIDDEN_AND_INPUT ->
              IntStream.of(shape.embedding() > 0 ? shape.embedding() : shape.vocabulary() + 1);
        };
    return IntStream.concat(hidden, rest).toArray();
  }

  /** Columns of a behaviour. */
  public static int behaviourWidth(Shape shape, Behaviour kind) {
    return Arrays.stream(behaviourParts(shape, kind)).sum();
  }

  /**
   * Writes the gradient of a loss into the network's gradient vector. The loss is the sum of the
   * surprisals times their weights, plus whatever has the given slopes at the behaviour. Symbols
   * are constants: no gradient flows through drawing them.
   *
   * @param tape of a pass just run; its activations are overwritten
   * @param weights [T·N] of the surprisals
   * @param kind which behaviour the slopes are of
   * @param slopes at each part of the behaviour, or null for none; overwritten
   */
  public void backward(GeneratorTape tape, double[] weights, Behaviour kind, List<Matrix> slopes) {
    int top = layers.size() - 1;
    boolean heard = slopes != null;
    Matrix atProbabilities =
        heard && kind == Behaviour.HIDDEN_AND_PROBABILITIES ? slopes.get(top + 1) : null;
    Matrix atLogits = tape.logits;
    kernels.softmaxBackward(tape.probabilities, atProbabilities, tape.outputs, weights, atLogits);
    kernels.multiply(atLogits, true, tape.hidden(top), false, outputWeightGradient, false);
    kernels.columnSums(atLogits, outputBiasGradient, false);
    Matrix atStates = heard ? slopes.get(top) : tape.stateSlopes();
    kernels.multiply(atLogits, false, outputWeight, false, atStates, heard);
    for (int l = top; l > 0; l--) {
      Matrix atBelow = heard ? slopes.get(l - 1) : atStates;
      for (GruTape.Window window : tape.layers.get(l).windows()) {
        backward(tape, l, window, atStates);
        layerGradients
            .get(l)
            .writeGradient(kernels, tape.layers.get(l), window, tape.hidden(l - 1));
        layers.get(l).inputSlopes(kernels, tape.layers.get(l), window, 0, 0, atBelow, heard);
      }
      atStates = atBelow;
    }
    kernels.clear(tableSlopes);
    for (GruTape.Window window : tape.layers.get(0).windows()) {
      backward(tape, 0, window, atStates);
      layerGradients.get(0).writeRecurrentGradient(kernels, tape.layers.get(0), window);
      addTableSlopes(tape, window);
    }
    boolean inputHeard = heard && kind == Behaviour.HIDDEN_AND_INPUT;
    inputBackward(tape, inputHeard ? slopes.get(top + 1) : null);
  }

  /** A window of a layer; its gates are computed again unless the forward pass has left them. */
  private void backward(GeneratorTape tape, int l, GruTape.Window window, Matrix atStates) {
    if (!window.last()) {
      kernels.forEachRowRange(
          tape.rows(),
          (first, last) -> {
            for (int t = window.firstStep(); t < window.lastStep(); t++) {
              step(tape, l, t, first, last);
            }
          });
    }
    kernels.gruBackward(layers.get(l), tape.layers.get(l), window, window.of(atStates));
  }

  private void addTableSlopes(GeneratorTape tape, GruTape.Window window) {
    GruTape layer = tape.layers.get(0);
    int h = shape.hidden();
    kernels.scatterAdd(
        layer.gates(window).columns(0, 2 * h),
        tape.inputs,
        window.firstRow(),
        tableSlopes.columns(0, 2 * h));
    kernels.scatterAdd(
        layer.candidates(window),
        tape.inputs,
        window.firstRow(),
        tableSlopes.columns(2 * h, 3 * h));
  }

  /**
   * From the slopes at the table's rows to those at the first layer's input weights and at the
   * embedding.
   */
  private void inputBackward(GeneratorTape tape, Matrix atInput) {
    GruWeights gradient = layerGradients.get(0);
    kernels.columnSums(tableSlopes, gradient.inputBias(), false);
    if (embedding == null) {
      kernels.transpose(tableSlopes, gradient.input());
      return;
    }
    Matrix weight = layers.get(0).input();
    kernels.multiply(tableSlopes, true, embedding, true, gradient.input(), false);
    kernels.multiply(weight, true, tableSlopes, true, embeddingGradient, false);
    if (atInput != null) {
      Matrix rows = Matrix.zeros(type(), shape.vocabulary() + 1L, shape.embedding());
      kernels.scatterAdd(atInput, tape.inputs, 0, rows);
      embeddingGradient.array().addi(rows.array().transpose());
    }
  }
}
