package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.ConvolutionTape;
import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Images;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.WindowTape;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;

/** What a tape says it takes is what it has allocated once a step has gone through it. */
class TapeBytesTest {
  private static final int STEPS = 5;
  private static final int ROWS = 4;

  @ParameterizedTest
  @CsvSource({
    "1, 6, 0, HIDDEN",
    "1, 3, 0, HIDDEN_AND_PROBABILITIES",
    "2, 6, 0, HIDDEN_AND_PROBABILITIES",
    "2, 6, 2, HIDDEN_AND_PROBABILITIES",
    "2, 4, 0, HIDDEN_AND_INPUT",
    "1, 4, 1, HIDDEN_AND_INPUT",
    "1, 4, 9, HIDDEN_AND_INPUT",
  })
  void areWhatAStepAllocates(int layers, int width, int window, Behaviour kind) {
    Generator.Shape shape = new Generator.Shape(5, 0, 4, layers);
    Generator generator = Networks.generator(shape, new NoOp(), 1);
    int columns = Generator.behaviourWidth(shape, kind);
    Discriminator discriminator = Networks.discriminator(columns, width, new NoOp(), 2);
    generator.refresh();
    discriminator.refresh();
    GeneratorTape tape =
        generator.tape(STEPS, ROWS, window, kind == Behaviour.HIDDEN_AND_PROBABILITIES);
    RecurrentDiscriminatorTape judgement =
        (RecurrentDiscriminatorTape) discriminator.tape(STEPS, ROWS, window);
    tape.start();
    generator.run(tape, (step, row, p, offset) -> 0);
    discriminator.score(judgement, generator.behaviour(tape, kind));
    double[] ones = new double[STEPS * ROWS];
    Arrays.fill(ones, 1);
    double[] both = {1, 1, 1, 1};
    List<Matrix> slopes = discriminator.backward(judgement, both, 2);
    generator.backward(tape, ones, new BehaviourGradients(kind, slopes));
    generator.backward(tape, ones, BehaviourGradients.NONE);

    int held = window == 0 ? STEPS : Math.min(window, STEPS);
    long element = generator.type().width();
    List<Matrix> ofGenerator = new ArrayList<>();
    tape.stack.layers.forEach(layer -> addAll(ofGenerator, layer));
    Collections.addAll(
        ofGenerator,
        tape.logits,
        tape.probabilities,
        tape.logNormalisers,
        tape.stack.stateSlopes());
    long symbols = (tape.inputs().length + tape.outputs.length) * (long) Integer.BYTES;
    assertThat(
            GeneratorTape.bytes(
                element,
                STEPS,
                ROWS,
                held,
                kind == Behaviour.HIDDEN_AND_PROBABILITIES ? STEPS : held,
                shape))
        .isEqualTo(bytes(ofGenerator) + symbols + tape.surprisal.length * (long) Double.BYTES);

    List<Matrix> ofDiscriminator = new ArrayList<>(judgement.activations);
    addAll(ofDiscriminator, judgement.forward);
    addAll(ofDiscriminator, judgement.backward);
    Collections.addAll(
        ofDiscriminator,
        judgement.behaviour,
        judgement.firstSlopes(),
        judgement.logits,
        judgement.logitSlopes);
    ofDiscriminator.addAll(judgement.partGradients());
    int[] parts = Generator.behaviourParts(shape, kind);
    assertThat(RecurrentDiscriminatorTape.bytes(element, STEPS, ROWS, held, width, parts))
        .isEqualTo(bytes(ofDiscriminator) + judgement.logitValues.length * (long) Double.BYTES);
  }

  /** Of a network in float, as the plan is: images of odd and even sizes, and a single pixel. */
  @ParameterizedTest
  @CsvSource({"7, 5, 3", "4, 10, 2", "1, 1, 4"})
  void areWhatAStepOnImagesAllocates(int height, int width, int hidden) {
    int columns = 6;
    int steps = height * width;
    Discriminator discriminator =
        new ConvolutionalDiscriminator(
            Networks.initialised(
                ConvolutionalDiscriminator.configuration(
                    columns, width, hidden, DataType.FLOAT, new NoOp(), 1)),
            KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2));
    ConvolutionalDiscriminatorTape tape =
        (ConvolutionalDiscriminatorTape) discriminator.tape(steps, ROWS);
    discriminator.refresh();
    discriminator.score(tape, List.of(Matrix.zeros(DataType.FLOAT, steps * (long) ROWS, columns)));
    double[] ones = {1, 1, 1, 1};
    List<Matrix> slopes = discriminator.backward(tape, ones, 0);

    List<Matrix> matrices = new ArrayList<>(slopes);
    Collections.addAll(matrices, tape.behaviour, tape.averages, tape.logits);
    Collections.addAll(matrices, tape.images.rows(), tape.images.slopes());
    for (ConvolutionTape layer : tape.convolutions) {
      Images output = layer.output();
      Collections.addAll(matrices, layer.patches(), output.rows(), output.slopes());
    }
    assertThat(ConvolutionalDiscriminator.tapeBytes(steps, ROWS, width, hidden, columns))
        .isEqualTo(bytes(matrices) + tape.logitValues.length * (long) Double.BYTES);
    assertThat(ConvolutionalDiscriminator.largestArray(steps, ROWS, width, hidden, columns))
        .isEqualTo(matrices.stream().mapToLong(x -> x.array().length()).max().orElseThrow());
  }

  static Stream<Arguments> kindsAndWindows() {
    return GeneratorKind.all()
        .flatMap(kind -> Stream.of(0, 1, 3).map(window -> Arguments.of(kind, window)));
  }

  /** Outputs of a window alone; what the window onto a text takes has a test of its own. */
  @ParameterizedTest
  @MethodSource("kindsAndWindows")
  void areWhatAStepOfAnyKindAllocates(GeneratorKind kind, int window) {
    Generator generator = kind.random(Networks.kernels(1), 1);
    SequenceBatch batch = SequenceBatch.of(kind.sequences(2, STEPS, STEPS));
    GeneratorTape tape = generator.tape(STEPS, ROWS, window, false);
    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row % 2, output));
    generator.backward(tape, new double[STEPS * ROWS], BehaviourGradients.NONE);

    int held = window == 0 ? STEPS : window;
    long element = generator.type().width();
    List<Matrix> matrices = new ArrayList<>();
    tape.stack.layers.forEach(layer -> addAll(matrices, layer));
    Stream.of(
            tape.logits,
            tape.probabilities,
            tape.logNormalisers,
            tape.stack.dense,
            kind.shape().embedding() > 0 ? tape.stack.inputSlopes() : null,
            tape.stack.stateSlopes())
        .filter(Objects::nonNull)
        .forEach(matrices::add);
    long ints = (long) tape.stack.symbols.length + tape.outputs.length;
    long doubles = (long) tape.emissions.length + tape.surprisal.length;
    Generator.Shape shape = kind.shape();
    long text =
        tape.stack.text == null
            ? 0
            : WindowTape.bytes(element, STEPS, ROWS, held, shape.textSymbols(), shape.window());
    assertThat(tape.logits.rows()).isEqualTo(held * ROWS);
    assertThat(GeneratorTape.bytes(element, STEPS, ROWS, held, held, shape))
        .isEqualTo(bytes(matrices) + text + ints * Integer.BYTES + doubles * Double.BYTES);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "2, 3", "1, 100"})
  void areWhatAStepThatSamplesAllocates(int window, int drawn) {
    Generator.Shape shape = new Generator.Shape(30, 2, 4, 2);
    Generator generator = Networks.generator(shape, new NoOp(), 1);
    generator.refresh();
    GeneratorTape tape = generator.sampledTape(STEPS, ROWS, window, 2, drawn);
    tape.start();
    SequenceBatch batch = SequenceBatch.of(new int[] {1, 2, 3, 4, 5}, new int[] {6, 7, 8, 9, 0});
    generator.run(tape, batch, (step, row, output) -> output.emit(0));
    double[] ones = new double[STEPS * ROWS];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = i % ROWS < 2 ? 1 : 0;
    }
    double[] expected = new double[30];
    Arrays.fill(expected, 0, Math.min(30, 10 + drawn), 1);
    generator.backward(tape, ones, new SampledWords(expected), BehaviourGradients.NONE);

    List<Matrix> matrices = new ArrayList<>();
    tape.stack.layers.forEach(layer -> addAll(matrices, layer));
    SampledSoftmax.Tape own = tape.sampled;
    Collections.addAll(
        matrices,
        tape.logits,
        tape.probabilities,
        tape.logNormalisers,
        tape.stack.stateSlopes(),
        tape.stack.dense,
        tape.stack.inputSlopes(),
        own.top(),
        own.layer().weight(),
        own.layer().bias(),
        own.slopes().weight(),
        own.slopes().bias(),
        own.logits(),
        own.probabilities(),
        own.logNormalisers());
    long numbers = bytes(matrices) / generator.type().width();
    long symbols = (tape.inputs().length + tape.outputs.length) * (long) Integer.BYTES;
    assertThat(Generator.sampledTapeBytes(shape, STEPS, ROWS, window, 2, drawn))
        .isEqualTo(numbers * Float.BYTES + symbols + tape.surprisal.length * (long) Double.BYTES);
  }

  /** Of as many texts as there are conditions, as long as the longest. */
  @ParameterizedTest
  @ValueSource(strings = {"symbols, encoder", "symbols, encoder, 2 layers"})
  void areWhatAnEncoderAllocates(String name) {
    GeneratorKind kind = GeneratorKind.named(name);
    Generator generator = kind.random(Networks.kernels(1), 1);
    int[][] texts = kind.conditions(2);
    GeneratorTape tape = generator.tape(STEPS, ROWS);
    generator.start(tape, texts);
    generator.run(tape, StepSource.of((step, row, p, offset) -> 0));
    generator.backward(tape, new double[STEPS * ROWS], BehaviourGradients.NONE);

    List<Matrix> matrices = new ArrayList<>(tape.encoding.slopes);
    tape.encoding.tape.layers.forEach(layer -> addAll(matrices, layer));
    long numbers = bytes(matrices) / generator.type().width();
    int hidden = kind.shape().hidden();
    int layers = kind.shape().layers();
    assertThat(
            Encoder.tapeBytes(
                GeneratorKind.CONDITIONS, hidden, layers, texts[0].length, texts.length))
        .isEqualTo(
            numbers * Float.BYTES + tape.encoding.tape.symbols.length * (long) Integer.BYTES);
  }

  private static void addAll(List<Matrix> matrices, GruTape tape) {
    Collections.addAll(
        matrices, tape.gates(), tape.candidates(), tape.outputs(), tape.initialSlope());
  }

  /** Of the arrays behind the matrices, each once. */
  private static long bytes(List<Matrix> matrices) {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    long sum = 0;
    for (Matrix matrix : matrices) {
      INDArray view = matrix.array();
      var whole = view.data().originalDataBuffer();
      var buffer = whole == null ? view.data() : whole;
      sum += seen.add(buffer) ? buffer.length() * view.dataType().width() : 0;
    }
    return sum;
  }
}
