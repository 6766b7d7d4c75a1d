package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
    discriminator.run(judgement, generator.behaviour(tape, kind));
    double[] ones = new double[STEPS * ROWS];
    Arrays.fill(ones, 1);
    double[] both = {1, 1, 1, 1};
    List<Matrix> slopes = discriminator.backward(judgement, both, new double[] {0, 0, 1, 1});
    generator.backward(tape, ones, kind, slopes);
    generator.backward(tape, ones, kind, null);

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
    ofDiscriminator.addAll(judgement.partSlopes());
    int[] parts = Generator.behaviourParts(shape, kind);
    assertThat(RecurrentDiscriminatorTape.bytes(element, STEPS, ROWS, held, width, parts))
        .isEqualTo(bytes(ofDiscriminator) + judgement.logitValues.length * (long) Double.BYTES);
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
