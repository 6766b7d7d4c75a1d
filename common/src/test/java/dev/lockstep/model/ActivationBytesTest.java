package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.ConvolutionActivations;
import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.Images;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.WindowActivations;
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

/**
 * What activations are said to take is what they have allocated once a step has gone through them.
 */
class ActivationBytesTest {
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
  void areWhatAStepAllocates(int layers, int width, int segment, Behaviour kind) {
    Generator.Shape shape = new Generator.Shape(5, 0, 4, layers);
    Generator generator = Networks.generator(shape, new NoOp(), 1);
    int columns = Generator.behaviourWidth(shape, kind);
    Discriminator discriminator = Networks.discriminator(columns, width, new NoOp(), 2);
    generator.parametersChanged();
    discriminator.parametersChanged();
    GeneratorActivations activations =
        generator.activations(STEPS, ROWS, segment, kind == Behaviour.HIDDEN_AND_PROBABILITIES);
    RecurrentDiscriminatorActivations discriminatorActivations =
        (RecurrentDiscriminatorActivations) discriminator.activations(STEPS, ROWS, segment);
    activations.start();
    generator.run(activations, (step, row, p, offset) -> 0);
    discriminator.score(discriminatorActivations, generator.behaviour(activations, kind));
    double[] ones = new double[STEPS * ROWS];
    Arrays.fill(ones, 1);
    double[] both = {1, 1, 1, 1};
    List<Matrix> gradients = discriminator.backward(discriminatorActivations, both, 2);
    generator.backward(activations, ones, new BehaviourGradients(kind, gradients));
    generator.backward(activations, ones, BehaviourGradients.NONE);

    int held = segment == 0 ? STEPS : Math.min(segment, STEPS);
    long element = generator.type().width();
    List<Matrix> ofGenerator = new ArrayList<>();
    activations.stack.layers.forEach(layer -> addAll(ofGenerator, layer));
    Collections.addAll(
        ofGenerator,
        activations.logits,
        activations.probabilities,
        activations.logNormalisers,
        activations.stack.gradHidden());
    long symbols =
        (activations.inputs().length + activations.outputs.length) * (long) Integer.BYTES;
    assertThat(
            GeneratorActivations.bytes(
                element,
                STEPS,
                ROWS,
                held,
                kind == Behaviour.HIDDEN_AND_PROBABILITIES ? STEPS : held,
                shape))
        .isEqualTo(bytes(ofGenerator) + symbols + activations.nll.length * (long) Double.BYTES);

    List<Matrix> ofDiscriminator = new ArrayList<>(discriminatorActivations.affineOutputs);
    addAll(ofDiscriminator, discriminatorActivations.forward);
    addAll(ofDiscriminator, discriminatorActivations.backward);
    Collections.addAll(
        ofDiscriminator,
        discriminatorActivations.behaviour,
        discriminatorActivations.gradFirstAffine(),
        discriminatorActivations.logits,
        discriminatorActivations.gradLogits);
    ofDiscriminator.addAll(discriminatorActivations.partGradients());
    int[] parts = Generator.behaviourParts(shape, kind);
    assertThat(RecurrentDiscriminatorActivations.bytes(element, STEPS, ROWS, held, width, parts))
        .isEqualTo(
            bytes(ofDiscriminator)
                + discriminatorActivations.logitValues.length * (long) Double.BYTES);
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
    ConvolutionalDiscriminatorActivations activations =
        (ConvolutionalDiscriminatorActivations) discriminator.activations(steps, ROWS);
    discriminator.parametersChanged();
    discriminator.score(
        activations, List.of(Matrix.zeros(DataType.FLOAT, steps * (long) ROWS, columns)));
    double[] ones = {1, 1, 1, 1};
    List<Matrix> gradients = discriminator.backward(activations, ones, 0);

    List<Matrix> matrices = new ArrayList<>(gradients);
    Collections.addAll(matrices, activations.behaviour, activations.averages, activations.logits);
    Collections.addAll(matrices, activations.images.rows(), activations.images.gradients());
    for (ConvolutionActivations layer : activations.convolutions) {
      Images output = layer.output();
      Collections.addAll(matrices, layer.patches(), output.rows(), output.gradients());
    }
    assertThat(ConvolutionalDiscriminator.activationBytes(steps, ROWS, width, hidden, columns))
        .isEqualTo(bytes(matrices) + activations.logitValues.length * (long) Double.BYTES);
    assertThat(ConvolutionalDiscriminator.largestArray(steps, ROWS, width, hidden, columns))
        .isEqualTo(matrices.stream().mapToLong(x -> x.array().length()).max().orElseThrow());
  }

  static Stream<Arguments> kindsAndSegments() {
    return GeneratorKind.all()
        .flatMap(kind -> Stream.of(0, 1, 3).map(segment -> Arguments.of(kind, segment)));
  }

  /** Outputs of a segment alone; what the segment onto a text takes has a test of its own. */
  @ParameterizedTest
  @MethodSource("kindsAndSegments")
  void areWhatAStepOfAnyKindAllocates(GeneratorKind kind, int segment) {
    Generator generator = kind.random(Networks.kernels(1), 1);
    SequenceBatch batch = SequenceBatch.of(kind.sequences(2, STEPS, STEPS));
    GeneratorActivations activations = generator.activations(STEPS, ROWS, segment, false);
    generator.start(activations, batch.conditions());
    generator.run(activations, (step, row, output) -> batch.emit(step, row % 2, output));
    generator.backward(activations, new double[STEPS * ROWS], BehaviourGradients.NONE);

    int held = segment == 0 ? STEPS : segment;
    long element = generator.type().width();
    List<Matrix> matrices = new ArrayList<>();
    activations.stack.layers.forEach(layer -> addAll(matrices, layer));
    Stream.of(
            activations.logits,
            activations.probabilities,
            activations.logNormalisers,
            activations.stack.dense,
            kind.shape().embedding() > 0 ? activations.stack.gradInput() : null,
            activations.stack.gradHidden())
        .filter(Objects::nonNull)
        .forEach(matrices::add);
    long ints = (long) activations.stack.symbols.length + activations.outputs.length;
    long doubles = (long) activations.emissions.length + activations.nll.length;
    Generator.Shape shape = kind.shape();
    long text =
        activations.stack.text == null
            ? 0
            : WindowActivations.bytes(
                element, STEPS, ROWS, held, shape.textSymbols(), shape.attentionComponents());
    assertThat(activations.logits.rows()).isEqualTo(held * ROWS);
    assertThat(GeneratorActivations.bytes(element, STEPS, ROWS, held, held, shape))
        .isEqualTo(bytes(matrices) + text + ints * Integer.BYTES + doubles * Double.BYTES);
  }

  @ParameterizedTest
  @CsvSource({"0, 3", "2, 3", "1, 100"})
  void areWhatAStepThatSamplesAllocates(int segment, int drawn) {
    Generator.Shape shape = new Generator.Shape(30, 2, 4, 2);
    Generator generator = Networks.generator(shape, new NoOp(), 1);
    generator.parametersChanged();
    GeneratorActivations activations = generator.sampledActivations(STEPS, ROWS, segment, 2, drawn);
    activations.start();
    SequenceBatch batch = SequenceBatch.of(new int[] {1, 2, 3, 4, 5}, new int[] {6, 7, 8, 9, 0});
    generator.run(activations, batch, (step, row, output) -> output.emit(0));
    double[] ones = new double[STEPS * ROWS];
    for (int i = 0; i < ones.length; i++) {
      ones[i] = i % ROWS < 2 ? 1 : 0;
    }
    double[] expected = new double[30];
    Arrays.fill(expected, 0, Math.min(30, 10 + drawn), 1);
    generator.backward(activations, ones, new SampledWords(expected), BehaviourGradients.NONE);

    List<Matrix> matrices = new ArrayList<>();
    activations.stack.layers.forEach(layer -> addAll(matrices, layer));
    SampledSoftmax.Activations own = activations.sampled;
    Collections.addAll(
        matrices,
        activations.logits,
        activations.probabilities,
        activations.logNormalisers,
        activations.stack.gradHidden(),
        activations.stack.dense,
        activations.stack.gradInput(),
        own.top(),
        own.layer().weight(),
        own.layer().bias(),
        own.gradients().weight(),
        own.gradients().bias(),
        own.logits(),
        own.probabilities(),
        own.logNormalisers());
    long numbers = bytes(matrices) / generator.type().width();
    long symbols =
        (activations.inputs().length + activations.outputs.length) * (long) Integer.BYTES;
    assertThat(Generator.sampledActivationBytes(shape, STEPS, ROWS, segment, 2, drawn))
        .isEqualTo(numbers * Float.BYTES + symbols + activations.nll.length * (long) Double.BYTES);
  }

  /** Of as many texts as there are conditions, as long as the longest. */
  @ParameterizedTest
  @ValueSource(strings = {"symbols, encoder", "symbols, encoder, 2 layers"})
  void areWhatAnEncoderAllocates(String name) {
    GeneratorKind kind = GeneratorKind.named(name);
    Generator generator = kind.random(Networks.kernels(1), 1);
    int[][] texts = kind.conditions(2);
    GeneratorActivations activations = generator.activations(STEPS, ROWS);
    generator.start(activations, texts);
    generator.run(activations, EmissionSource.of((step, row, p, offset) -> 0));
    generator.backward(activations, new double[STEPS * ROWS], BehaviourGradients.NONE);

    List<Matrix> matrices = new ArrayList<>(activations.encoding.gradients);
    activations.encoding.activations.layers.forEach(layer -> addAll(matrices, layer));
    long numbers = bytes(matrices) / generator.type().width();
    int hidden = kind.shape().hidden();
    int layers = kind.shape().layers();
    assertThat(
            Encoder.activationBytes(
                GeneratorKind.CONDITIONS, hidden, layers, texts[0].length, texts.length))
        .isEqualTo(
            numbers * Float.BYTES
                + activations.encoding.activations.symbols.length * (long) Integer.BYTES);
  }

  private static void addAll(List<Matrix> matrices, GruActivations activations) {
    Collections.addAll(
        matrices,
        activations.gates(),
        activations.candidates(),
        activations.outputs(),
        activations.gradInitialState());
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
