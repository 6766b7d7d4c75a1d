package dev.lockstep.model;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.GRU;
import dev.lockstep.nn.WindowedGRU;
import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.DensityLoss;
import dev.lockstep.output.OutputDistribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
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
 * The generator θg: GRU layers over what it reads at each step, and an affine map to the logits of
 * V symbols, or to the parameters of a distribution over vectors. It is a DL4J network; this class
 * runs it in either mode over its parameters where they are, and backward.
 *
 * <p>Of symbols, number V is the start symbol, which is read at the first step and never emitted;
 * of vectors, the first read is zero.
 *
 * <p>What a sequence depends on enters in one of three ways: a label is read at every step, beside
 * the symbol or vector; a text is looked at through the first layer's window; or an {@link Encoder}
 * reads a text, and the generator starts from its states.
 */
public final class Generator {
  /**
   * The shape of a generator.
   *
   * @param vocabulary V, or 0 where steps are vectors
   * @param density the distribution of a step that is a vector, or null where it is a symbol
   * @param embedding width of the embedding, or 0 for one-hot input
   * @param hidden H of each layer
   * @param layers number of GRU layers
   * @param labels number of labels, or 0 without
   * @param textSymbols symbols of the text under the window, or 0 without
   * @param window components of the window, or 0 without
   */
  public record Shape(
      int vocabulary,
      OutputDistribution density,
      int embedding,
      int hidden,
      int layers,
      int labels,
      int textSymbols,
      int window) {
    /** Of symbols that depend on nothing. */
    public Shape(int vocabulary, int embedding, int hidden, int layers) {
      this(vocabulary, null, embedding, hidden, layers, 0, 0, 0);
    }

    /** Of vectors that depend on nothing. */
    public static Shape ofVectors(OutputDistribution density, int hidden, int layers) {
      return new Shape(0, density, 0, hidden, layers, 0, 0, 0);
    }

    /** The same, reading a label. */
    public Shape withLabels(int count) {
      return new Shape(vocabulary, density, embedding, hidden, layers, count, textSymbols, window);
    }

    /** The same, looking at a text. */
    public Shape withWindow(int symbols, int components) {
      return new Shape(vocabulary, density, embedding, hidden, layers, labels, symbols, components);
    }

    /** Checks what does not go together. */
    public Shape {
      if ((vocabulary > 0) == (density != null)) {
        throw new IllegalArgumentException("steps are either symbols or vectors");
      }
      if (embedding > 0 && (vocabulary == 0 || labels > 0 || window > 0)) {
        throw new IllegalArgumentException("an embedding stands alone, and is of symbols");
      }
    }

    /** W, numbers of a vector; 0 where a step is a symbol. */
    public int channels() {
      return density == null ? 0 : density.width();
    }

    /** Columns of the affine map. */
    public int outputs() {
      return density == null ? vocabulary : density.parameters();
    }

    RecurrentStack.Shape stack() {
      int symbols = vocabulary > 0 ? vocabulary + 1 : 0;
      return new RecurrentStack.Shape(
          symbols, embedding, channels() + labels, hidden, layers, textSymbols, window);
    }
  }

  private final MultiLayerNetwork network;
  private final Optional<Encoder> encoder;
  private final Kernels kernels;
  private final Shape shape;
  private final RecurrentStack stack;
  private final OutputLayer output;
  private final SampledSoftmax sampled;

  /**
   * Views a network that {@link #configuration} describes.
   *
   * @param network initialised; its parameters are used in place
   */
  public Generator(MultiLayerNetwork network, Kernels kernels) {
    this(network, Optional.empty(), kernels);
  }

  /**
   * The same, starting from an encoder's states.
   *
   * @param encoder with as many layers of the same width
   */
  public Generator(MultiLayerNetwork network, Optional<Encoder> encoder, Kernels kernels) {
    this.network = network;
    this.encoder = encoder;
    this.kernels = kernels;
    this.shape = shapeOf(network);
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    this.stack = new RecurrentStack(network, shape.stack(), kernels);
    Map<String, INDArray> parameters = ParameterViews.of(network, network.params());
    Map<String, INDArray> gradient = ParameterViews.of(network, network.getGradientsViewArray());
    String last = (network.getnLayers() - 1) + "_";
    AffineViews weights = AffineViews.of(parameters, last);
    AffineViews slopes = AffineViews.of(gradient, last);
    this.output =
        shape.density() == null
            ? new SoftmaxOutput(kernels, weights, slopes)
            : new DensityOutput(kernels, shape.density(), weights, slopes);
    this.sampled = new SampledSoftmax(kernels, weights, slopes);
  }

  private static Shape shapeOf(MultiLayerNetwork network) {
    int count = network.getnLayers();
    int embedding =
        network.getLayer(0).conf().getLayer() instanceof EmbeddingSequenceLayer e
            ? (int) e.getNOut()
            : 0;
    int first = embedding > 0 ? 1 : 0;
    var gru = (BaseRecurrentLayer) network.getLayer(first).conf().getLayer();
    var output = (RnnOutputLayer) network.getLayer(count - 1).conf().getLayer();
    OutputDistribution density =
        output.getLossFn() instanceof DensityLoss loss ? loss.distribution() : null;
    int vocabulary = density == null ? (int) output.getNOut() : 0;
    int read = density == null ? vocabulary + 1 : density.width();
    int labels = embedding > 0 ? 0 : (int) gru.getNIn() - read;
    int hidden = (int) gru.getNOut();
    int layers = count - 1 - first;
    Shape shape = new Shape(vocabulary, density, embedding, hidden, layers, labels, 0, 0);
    return gru instanceof WindowedGRU windowed
        ? shape.withWindow(windowed.getSymbols(), windowed.getComponents())
        : shape;
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
    RecurrentStack.Shape stack = shape.stack();
    if (shape.embedding() > 0) {
      list.layer(
          new EmbeddingSequenceLayer.Builder()
              .nIn(stack.symbols())
              .nOut(shape.embedding())
              .outputDataFormat(RNNFormat.NCW)
              .build());
    }
    int read = stack.symbolColumns() + stack.dense();
    for (int l = 0; l < shape.layers(); l++) {
      list.layer(
          l == 0 && shape.window() > 0
              ? windowedLayer(shape, read)
              : layer(l == 0 ? read : shape.hidden(), shape.hidden()));
    }
    return list.layer(outputLayer(shape)).build();
  }

  static GRU layer(int input, int hidden) {
    return new GRU.Builder().nIn(input).nOut(hidden).dataFormat(RNNFormat.NCW).build();
  }

  private static WindowedGRU windowedLayer(Shape shape, int input) {
    return new WindowedGRU.Builder()
        .symbols(shape.textSymbols())
        .components(shape.window())
        .nIn(input)
        .nOut(shape.hidden())
        .dataFormat(RNNFormat.NCW)
        .build();
  }

  private static RnnOutputLayer outputLayer(Shape shape) {
    RnnOutputLayer.Builder layer =
        shape.density() == null
            ? new RnnOutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
            : new RnnOutputLayer.Builder(new DensityLoss(shape.density()))
                .activation(Activation.IDENTITY);
    return layer.nIn(shape.hidden()).nOut(shape.outputs()).dataFormat(RNNFormat.NCW).build();
  }

  public MultiLayerNetwork network() {
    return network;
  }

  /** All networks that it is made of: its own, then the encoder's, if it has one. */
  public List<MultiLayerNetwork> networks() {
    List<MultiLayerNetwork> all = new ArrayList<>(List.of(network));
    encoder.ifPresent(e -> all.add(e.network()));
    return all;
  }

  public Shape shape() {
    return shape;
  }

  public Kernels kernels() {
    return kernels;
  }

  RecurrentStack stack() {
    return stack;
  }

  OutputLayer output() {
    return output;
  }

  public DataType type() {
    return network.params().dataType();
  }

  /**
   * Whether its sequences end by themselves, with an end symbol: those of symbols that transform a
   * text.
   */
  public boolean ends() {
    return shape.vocabulary() > 0 && (encoder.isPresent() || shape.window() > 0);
  }

  /** Uniform random numbers that drawing one step takes. */
  public int uniforms() {
    return output.uniforms();
  }

  /** Memory for passes of T steps over N rows, forward and backward. */
  public GeneratorTape tape(int steps, int rows) {
    return tape(steps, rows, 0, true);
  }

  /**
   * The same with less memory and more work.
   *
   * @param window steps whose gates are held, the others' being computed again when the pass goes
   *     backward; 0 or at least T for all
   * @param holdOutputs whether the outputs of all steps are held, as a behaviour with probabilities
   *     needs, or those of the window alone
   */
  public GeneratorTape tape(int steps, int rows, int window, boolean holdOutputs) {
    int held = GruTape.windowSteps(steps, window);
    return new GeneratorTape(
        type(),
        steps,
        rows,
        held,
        holdOutputs ? steps : held,
        shape,
        stack.tape(type(), steps, rows, held),
        null);
  }

  /**
   * Memory for passes whose first rows are scored by some words of the vocabulary.
   *
   * @param window as for {@link #tape}
   * @param given how many rows that are
   * @param drawn words that are drawn, beside those of the minibatch
   */
  public GeneratorTape sampledTape(int steps, int rows, int window, int given, int drawn) {
    int held = GruTape.windowSteps(steps, window);
    return new GeneratorTape(
        type(),
        steps,
        rows,
        held,
        1,
        shape,
        stack.tape(type(), steps, rows, held),
        SampledSoftmax.Tape.of(
            type(), held * given, mostWords(shape, (long) steps * given, drawn), shape.hidden()));
  }

  /** Most words that a minibatch of so many steps in all is scored with. */
  public static int mostWords(Shape shape, long steps, long drawn) {
    return (int) Math.min(shape.vocabulary(), steps + drawn);
  }

  /** Memory for passes of T steps over N rows that go forward only; it holds no outputs. */
  public GeneratorTape forwardTape(int steps, int rows) {
    return tape(steps, rows, 1, false);
  }

  /** Bytes of {@link #tape}'s memory in float, with all that a step of training adds. */
  public static long tapeBytes(Shape shape, int steps, long rows, int window, boolean holdOutputs) {
    int held = GruTape.windowSteps(steps, window);
    return GeneratorTape.bytes(
        DataType.FLOAT.width(), steps, rows, held, holdOutputs ? steps : held, shape);
  }

  /** Bytes of {@link #sampledTape}'s memory in float, with all that a step of training adds. */
  public static long sampledTapeBytes(
      Shape shape, int steps, long rows, int window, long given, long drawn) {
    long width = DataType.FLOAT.width();
    int held = GruTape.windowSteps(steps, window);
    int words = mostWords(shape, steps * given, drawn);
    return GeneratorTape.bytes(width, steps, rows, held, 1, shape)
        + SampledSoftmax.Tape.bytes(width, held * given, words, shape.hidden());
  }

  /** Bytes that {@link GeneratorTape#dropping} adds to {@link #tape}'s memory in float. */
  public static long dropoutBytes(
      Shape shape, Dropout dropout, int steps, long rows, int window, boolean holdOutputs) {
    int held = GruTape.windowSteps(steps, window);
    return DropoutMasks.bytes(
        dropout, DataType.FLOAT.width(), steps, rows, holdOutputs ? steps : held, 0, shape);
  }

  /** Bytes that {@link GeneratorTape#dropping} adds to {@link #sampledTape}'s memory in float. */
  public static long sampledDropoutBytes(
      Shape shape, Dropout dropout, int steps, long rows, int window, long given) {
    int held = GruTape.windowSteps(steps, window);
    return DropoutMasks.bytes(dropout, DataType.FLOAT.width(), steps, rows, 1, held * given, shape);
  }

  /**
   * Renews what is derived from the parameters; to be called after they moved and before {@link
   * #run}.
   */
  public void refresh() {
    stack.refresh();
    output.refresh();
    encoder.ifPresent(Encoder::refresh);
  }

  /**
   * Makes every row of a tape start anew.
   *
   * @param conditions the symbols that row n, and every row a multiple of their number after it,
   *     depends on; not looked at where nothing depends on anything
   */
  public void start(GeneratorTape tape, int[][] conditions) {
    tape.start();
    condition(tape, conditions);
    if (encoder.isPresent()) {
      tape.encoding = encoder.get().run(tape.encoding, conditions);
      tape.encoding.start(tape.stack);
    }
  }

  /** Sets the labels or texts of a tape's rows, as {@link #start} does. */
  public void condition(GeneratorTape tape, int[][] conditions) {
    if (shape.labels() > 0) {
      readLabels(tape, conditions);
    }
    if (shape.window() > 0) {
      int[][] texts = new int[tape.rows()][];
      Arrays.setAll(texts, row -> conditions[row % conditions.length]);
      tape.stack.text.text(texts);
    }
  }

  private void readLabels(GeneratorTape tape, int[][] conditions) {
    int labels = shape.labels();
    double[] codes = new double[tape.rows() * labels];
    for (int row = 0; row < tape.rows(); row++) {
      int[] label = conditions[row % conditions.length];
      if (label.length != 1) {
        throw new IllegalArgumentException(
            "a label is one symbol, not %d: generator.condition = window or encoder is for texts"
                .formatted(label.length));
      }
      codes[row * labels + Objects.checkIndex(label[0], labels)] = 1;
    }
    int from = shape.channels();
    for (int t = 0; t < tape.steps(); t++) {
      Matrix step = tape.stack.dense.rows(t * tape.rows(), (t + 1) * tape.rows());
      step.columns(from, from + labels).write(codes);
    }
  }

  /**
   * Runs all rows through all steps: each reads what it emitted last, moves its state, gives a
   * distribution, and emits what the source says. Every thread takes its own rows through all
   * steps.
   *
   * @param tape started by {@link #start} or carried over; filled
   */
  public void run(GeneratorTape tape, StepSource source) {
    output.prepare();
    kernels.forEachRowRange(
        tape.rows(),
        (first, last) -> {
          OutputLayer.Cursor cursor = output.cursor(tape, first, last, source);
          for (int t = 0; t < tape.steps(); t++) {
            stack.step(tape.stack, t, first, last);
            cursor.step(t);
          }
        });
  }

  /**
   * The same where every row reads a minibatch, and {@link #backward} scores it by some words.
   *
   * @param tape of {@link #sampledTape}
   */
  public void run(GeneratorTape tape, SequenceBatch batch) {
    run(
        tape,
        batch,
        (step, row, output) -> {
          throw new IllegalArgumentException("row " + row + " reads no minibatch");
        });
  }

  /**
   * The same where the first rows read a minibatch and have no distribution of their own: {@link
   * #backward} scores them, by some words. The other rows, as many or none, are run as ever.
   *
   * @param tape of {@link #sampledTape}
   * @param batch of so many sequences
   */
  public void run(GeneratorTape tape, SequenceBatch batch, StepSource others) {
    int given = batch.sequences();
    for (int t = 0; t < tape.steps(); t++) {
      for (int row = 0; row < given; row++) {
        tape.emit(t, row, batch.token(t, row));
      }
    }
    if (tape.rows() > given) {
      output.prepare();
    }
    // Of both kinds of rows every thread has a share: the others are most of the work.
    kernels.forEachRowRange(
        given,
        (first, last) -> {
          OutputLayer.Cursor cursor = output.cursor(tape, given + first, given + last, others);
          for (int t = 0; t < tape.steps(); t++) {
            stack.step(tape.stack, t, first, last);
            if (tape.rows() > given) {
              stack.step(tape.stack, t, given + first, given + last);
              cursor.step(t);
            }
          }
        });
  }

  /** The same, of symbols. */
  public void run(GeneratorTape tape, SymbolSource source) {
    run(tape, StepSource.of(source));
  }

  /** φ [T, U+1] of a row of the last pass: where on its text, or past it, the window was. */
  public double[][] attention(GeneratorTape tape, int row) {
    return stack.phi(tape.stack, row);
  }

  /** What the discriminator sees of a pass: matrices of T·N rows that stand side by side. */
  public List<Matrix> behaviour(GeneratorTape tape, Behaviour kind) {
    List<Matrix> parts = new ArrayList<>();
    for (int l = 0; l < shape.layers(); l++) {
      parts.add(kind.preTanh() ? preTanh(tape, l) : tape.hidden(l));
    }
    Optional<Matrix> rest =
        switch (kind) {
          case HIDDEN -> Optional.empty();
          case HIDDEN_AND_PROBABILITIES, PRE_TANH_AND_PROBABILITIES ->
              Optional.of(tape.probabilities());
          case HIDDEN_AND_EMBEDDING, HIDDEN_AND_INPUT ->
              Optional.of(
                  shape.channels() > 0
                      ? tape.stack.dense.columns(0, shape.channels())
                      : stack.symbolsRead(tape.stack));
        };
    rest.ifPresent(parts::add);
    return parts;
  }

  private Matrix preTanh(GeneratorTape tape, int layer) {
    Matrix written = tape.preTanh(layer);
    kernels.artanh(tape.hidden(layer), written);
    return written;
  }

  /** Columns of each part of a behaviour. */
  public static int[] behaviourParts(Shape shape, Behaviour kind) {
    IntStream hidden = IntStream.generate(shape::hidden).limit(shape.layers());
    IntStream rest =
        switch (kind) {
          case HIDDEN -> IntStream.empty();
          case HIDDEN_AND_PROBABILITIES, PRE_TANH_AND_PROBABILITIES ->
              IntStream.of(shape.vocabulary());
          case HIDDEN_AND_EMBEDDING, HIDDEN_AND_INPUT ->
              IntStream.of(shape.channels() > 0 ? shape.channels() : shape.stack().symbolColumns());
        };
    return IntStream.concat(hidden, rest).toArray();
  }

  /** Columns of a behaviour. */
  public static int behaviourWidth(Shape shape, Behaviour kind) {
    return Arrays.stream(behaviourParts(shape, kind)).sum();
  }

  /**
   * Writes the gradient of a loss into the networks' gradient vectors. The loss is the weighted sum
   * of the negative log-likelihoods of what was emitted, plus one of the behaviour. What was
   * emitted is constant: no gradient flows through drawing it.
   *
   * @param tape of a pass just run; its activations are overwritten
   * @param weights [T·N] of the negative log-likelihoods
   * @param gradients of the loss of the behaviour; overwritten
   */
  public void backward(GeneratorTape tape, double[] weights, BehaviourGradients gradients) {
    int top = shape.layers() - 1;
    List<Matrix> parts = gradients.parts();
    if (!gradients.isEmpty() && gradients.kind().preTanh()) {
      for (int l = 0; l <= top; l++) {
        kernels.artanhBackward(tape.hidden(l), parts.get(l));
      }
    }
    Matrix atProbabilities =
        !gradients.isEmpty() && gradients.kind().hasProbabilities() ? parts.get(top + 1) : null;
    Matrix atTop = atTop(tape, gradients);
    output.backward(tape, weights, atProbabilities, atTop, !gradients.isEmpty());
    backwardFromTop(tape, gradients, atTop);
  }

  /**
   * Writes the gradient of a loss like {@link #backward(GeneratorTape, double[],
   * BehaviourGradients)}, after a pass that read a minibatch, with a softmax over some words in the
   * place of that over the vocabulary. It also writes the negative log-likelihoods of the rows that
   * have a weight.
   *
   * @param words among which is all that the rows that have a weight have emitted
   * @param gradients of a behaviour without probabilities, which these rows do not have
   */
  public void backward(
      GeneratorTape tape, double[] weights, SampledWords words, BehaviourGradients gradients) {
    if (gradients.kind().hasProbabilities()) {
      throw new IllegalArgumentException("where words are sampled there are no probabilities");
    }
    Matrix atTop = atTop(tape, gradients);
    sampled.backward(tape, weights, words, atTop, !gradients.isEmpty());
    backwardFromTop(tape, gradients, atTop);
  }

  /** [T·N, H]: where the gradient at the top layer's states is summed up. */
  private Matrix atTop(GeneratorTape tape, BehaviourGradients gradients) {
    return gradients.isEmpty()
        ? tape.stack.stateSlopes()
        : gradients.parts().get(shape.layers() - 1);
  }

  private void backwardFromTop(GeneratorTape tape, BehaviourGradients gradients, Matrix atTop) {
    List<Matrix> parts = gradients.parts();
    Matrix atInput =
        !gradients.isEmpty() && gradients.kind().hasInput() && shape.embedding() > 0
            ? parts.get(shape.layers())
            : null;
    stack.backward(tape.stack, atTop, gradients.isEmpty() ? null : parts, atInput);
    encoder.ifPresent(e -> e.backward(tape.encoding, tape.stack));
  }
}
