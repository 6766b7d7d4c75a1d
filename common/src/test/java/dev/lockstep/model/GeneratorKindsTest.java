package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.GRULayer;
import dev.lockstep.nn.WindowedGRULayer;
import dev.lockstep.output.GaussianMixture;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What {@link GeneratorTest} asks of symbols that depend on nothing, of every other kind. */
class GeneratorKindsTest {
  private static final int STEPS = 6;
  private static final int ROWS = 3;

  static Stream<GeneratorKind> kinds() {
    return GeneratorKind.all();
  }

  /** DL4J's layers take symbols for an embedding in no form that goes on from given states. */
  static Stream<GeneratorKind> kindsThatReadNoEmbedding() {
    return kinds().filter(kind -> kind.shape().embedding() == 0);
  }

  private static SequenceBatch batch(GeneratorKind kind) {
    return SequenceBatch.of(kind.sequences(4, STEPS, STEPS, STEPS));
  }

  private static GeneratorTape teacherForced(Generator generator, SequenceBatch batch) {
    GeneratorTape tape = generator.tape(batch.steps(), batch.sequences());
    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    return tape;
  }

  private static double[] given(GeneratorTape tape) {
    return (tape.probabilities != null ? tape.probabilities : tape.logits).toArray();
  }

  // DL4J's own pass

  @ParameterizedTest
  @MethodSource("kindsThatReadNoEmbedding")
  void outputsAreThoseOfTheDl4jNetwork(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 11);
    assertThat(generator.shape()).isEqualTo(kind.shape());
    SequenceBatch batch = batch(kind);
    GeneratorTape tape = teacherForced(generator, batch);
    MultiLayerNetwork network = generator.network();
    network.rnnClearPreviousState();
    if (network.getLayer(0) instanceof WindowedGRULayer windowed) {
      windowed.text(batch.conditions());
    }
    if (kind.encodes()) {
      startFromTheEncoder(generator, batch.conditions());
    }
    double[] expected = Layouts.timeMajor(network.rnnTimeStep(input(kind, batch)));
    Close.check("outputs", given(tape), expected, 1e-9);
  }

  /** Each text alone, so that no padding is in the way. */
  private static void startFromTheEncoder(Generator generator, int[][] texts) {
    MultiLayerNetwork reader = generator.networks().get(1);
    for (int l = 0; l < reader.getnLayers(); l++) {
      INDArray states = Nd4j.zeros(DataType.DOUBLE, texts.length, GeneratorKind.HIDDEN);
      for (int n = 0; n < texts.length; n++) {
        INDArray text = Nd4j.zeros(DataType.DOUBLE, 1, GeneratorKind.CONDITIONS, texts[n].length);
        for (int u = 0; u < texts[n].length; u++) {
          text.putScalar(0, texts[n][u], u, 1);
        }
        INDArray read = reader.feedForward(text, /* train= */ false).get(l + 1);
        for (int h = 0; h < GeneratorKind.HIDDEN; h++) {
          states.putScalar(n, h, read.getDouble(0, h, texts[n].length - 1));
        }
      }
      generator.network().rnnSetPreviousState(l, Map.of(GRULayer.STATE, states));
    }
  }

  /** [N, C, T]: what was emitted the step before, and the label. */
  private static INDArray input(GeneratorKind kind, SequenceBatch batch) {
    Generator.Shape shape = kind.shape();
    int read = shape.channels() > 0 ? shape.channels() : shape.vocabulary() + 1;
    INDArray input = Nd4j.zeros(DataType.DOUBLE, ROWS, read + shape.labels(), STEPS);
    for (int n = 0; n < ROWS; n++) {
      double[] numbers = GeneratorKind.numbers(batch.sequence(n));
      for (int t = 0; t < STEPS; t++) {
        if (shape.channels() == 0) {
          int symbol = t == 0 ? shape.vocabulary() : (int) numbers[t - 1];
          input.putScalar(n, symbol, t, 1);
        }
        for (int c = 0; c < shape.channels() && t > 0; c++) {
          input.putScalar(n, c, t, numbers[(t - 1) * shape.channels() + c]);
        }
        if (shape.labels() > 0) {
          input.putScalar(n, read + batch.sequence(n).condition()[0], t, 1);
        }
      }
    }
    return input;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void survivesDl4jsFile(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 13);
    List<MultiLayerNetwork> files =
        generator.networks().stream().map(Networks::savedAndRestored).toList();
    Optional<Encoder> encoder =
        files.stream().skip(1).map(file -> new Encoder(file, Networks.kernels(1))).findAny();
    Generator again = new Generator(files.get(0), encoder, Networks.kernels(1));
    again.refresh();
    assertThat(again.shape()).isEqualTo(kind.shape());
    assertThat(given(teacherForced(again, batch(kind))))
        .isEqualTo(given(teacherForced(generator, batch(kind))));
  }

  // Starting and going on

  @ParameterizedTest
  @MethodSource("kinds")
  void twoHalvesThatCarryOverEqualOnePass(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 14);
    SequenceBatch batch = batch(kind);
    GeneratorTape whole = teacherForced(generator, batch);
    double[] expected = given(whole);
    GeneratorTape half = generator.tape(STEPS / 2, ROWS);
    generator.start(half, batch.conditions());
    for (int from = 0; from < STEPS; from += STEPS / 2) {
      int done = from;
      if (from > 0) {
        half.carryOver();
      }
      generator.run(half, (step, row, output) -> batch.emit(done + step, row, output));
      int columns = expected.length / STEPS;
      assertThat(given(half))
          .isEqualTo(Arrays.copyOfRange(expected, from * columns, (from + STEPS / 2) * columns));
      if (kind.shape().window() > 0) {
        assertThat(generator.attention(half, 2))
            .isDeepEqualTo(
                Arrays.copyOfRange(generator.attention(whole, 2), from, from + STEPS / 2));
      }
    }
  }

  /** As in professor forcing that goes on: some rows begin a sequence, the others do not. */
  @ParameterizedTest
  @MethodSource("kinds")
  void someRowsGoOnWhileOthersStart(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 15);
    SequenceBatch batch = batch(kind);
    GeneratorTape tape = generator.tape(STEPS / 2, ROWS);
    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    double[][] first = rows(given(tape), ROWS);
    tape.carryOver();
    generator.run(tape, (step, row, output) -> batch.emit(STEPS / 2 + step, row, output));
    double[][] second = rows(given(tape), ROWS);

    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    tape.carryOver(1, ROWS);
    if (!kind.encodes()) {
      tape.start(0, 1);
    }
    generator.condition(tape, batch.conditions());
    generator.run(
        tape, (step, row, output) -> batch.emit(row == 0 ? step : STEPS / 2 + step, row, output));
    double[][] mixed = rows(given(tape), ROWS);
    if (!kind.encodes()) {
      assertThat(mixed[0]).isEqualTo(first[0]);
    }
    assertThat(mixed[1]).isEqualTo(second[1]).isNotEqualTo(first[1]);
    assertThat(mixed[2]).isEqualTo(second[2]).isNotEqualTo(first[2]);
  }

  /** [T·N, C] as one array for each row. */
  private static double[][] rows(double[] timeMajor, int rows) {
    int columns = timeMajor.length / (STEPS / 2 * rows);
    double[][] split = new double[rows][timeMajor.length / rows];
    for (int i = 0; i < timeMajor.length; i++) {
      int row = i / columns % rows;
      split[row][i / columns / rows * columns + i % columns] = timeMajor[i];
    }
    return split;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void startForgetsThePassBefore(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 16);
    SequenceBatch batch = batch(kind);
    GeneratorTape tape = teacherForced(generator, batch);
    double[] first = given(tape);
    generator.backward(tape, new double[STEPS * ROWS], BehaviourGradients.NONE);
    tape.carryOver();
    generator.start(tape, other(batch.conditions()));
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    boolean conditional = kind.conditional();
    assertThat(Arrays.equals(given(tape), first)).isEqualTo(!conditional);
    generator.start(tape, batch.conditions());
    generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
    assertThat(given(tape)).isEqualTo(first);
  }

  private static int[][] other(int[][] conditions) {
    return new int[][] {conditions[2], conditions[0], conditions[1]};
  }

  // Conditions

  @ParameterizedTest
  @MethodSource("kinds")
  void theConditionOfEachRowIsItsOwn(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 17);
    SequenceBatch batch = batch(kind);
    double[] together = teacherForced(generator, batch).surprisal();
    for (int n = 0; n < ROWS; n++) {
      Sequence sequence = batch.sequence(n);
      double[] alone = teacherForced(generator, SequenceBatch.of(List.of(sequence))).surprisal();
      double[] foreign =
          teacherForced(
                  generator,
                  SequenceBatch.of(
                      List.of(sequence.given(batch.sequence((n + 1) % ROWS).condition()))))
              .surprisal();
      for (int t = 0; t < STEPS; t++) {
        Close.check("surprisal", together[t * ROWS + n], alone[t], 1e-12);
      }
      double change = Math.abs(alone[STEPS - 1] - foreign[STEPS - 1]);
      if (kind.conditional()) {
        assertThat(change).isGreaterThan(1e-9);
      } else {
        assertThat(change).isZero();
      }
    }
  }

  /** Two copies of what the rows depend on, as professor forcing has them. */
  @ParameterizedTest
  @MethodSource("kinds")
  void conditionsRepeatOverTheRows(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(2), 18);
    SequenceBatch batch = batch(kind);
    double[] once = teacherForced(generator, batch).surprisal();
    GeneratorTape twice = generator.tape(STEPS, 2 * ROWS);
    generator.start(twice, batch.conditions());
    generator.run(twice, (step, row, output) -> batch.emit(step, row % ROWS, output));
    for (int t = 0; t < STEPS; t++) {
      for (int row = 0; row < 2 * ROWS; row++) {
        Close.check(
            "surprisal", twice.surprisal()[t * 2 * ROWS + row], once[t * ROWS + row % ROWS], 1e-12);
      }
    }
  }

  /** The encoder's memory is kept for shorter texts than it was made for. */
  @Test
  void longerTextsBeforeLeaveNothingBehind() {
    GeneratorKind kind = GeneratorKind.named("symbols, encoder, 2 layers");
    int[][] shorter = {{2, 1}, {0}, {1, 1, 2}};
    Generator fresh = kind.random(Networks.kernels(1), 19);
    Generator used = kind.random(Networks.kernels(1), 19);
    double[] weights = new double[STEPS * ROWS];
    Arrays.fill(weights, 0.1);
    SequenceBatch batch = batch(kind);
    GeneratorTape tape = teacherForced(used, batch);
    used.backward(tape, weights, BehaviourGradients.NONE);
    Encoder.Pass before = tape.encoding;
    GeneratorTape other = fresh.tape(STEPS, ROWS);
    for (Generator generator : List.of(fresh, used)) {
      GeneratorTape own = generator == fresh ? other : tape;
      generator.start(own, shorter);
      generator.run(own, (step, row, output) -> batch.emit(step, row, output));
      generator.backward(own, weights, BehaviourGradients.NONE);
    }
    assertThat(tape.encoding).isSameAs(before);
    assertThat(given(tape)).isEqualTo(given(other));
    for (int i = 0; i < 2; i++) {
      Close.check(
          "gradient " + i,
          Networks.gradient(used.networks().get(i)),
          Networks.gradient(fresh.networks().get(i)),
          1e-12);
    }
  }

  // What a step is

  @ParameterizedTest
  @MethodSource("kinds")
  void behaviourShowsWhatIsRead(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 20);
    Generator.Shape shape = kind.shape();
    GeneratorTape tape = teacherForced(generator, batch(kind));
    var parts = generator.behaviour(tape, Behaviour.HIDDEN_AND_INPUT);
    assertThat(parts.stream().mapToInt(part -> part.columns()).toArray())
        .isEqualTo(Generator.behaviourParts(shape, Behaviour.HIDDEN_AND_INPUT));
    if (shape.channels() > 0) {
      double[] read = new double[tape.emissions().length];
      int step = ROWS * shape.channels();
      System.arraycopy(tape.emissions(), 0, read, step, read.length - step);
      assertThat(parts.get(shape.layers()).toArray()).isEqualTo(read);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void refusesAStepOfAnotherKind(GeneratorKind kind) {
    Generator generator = kind.random(Networks.kernels(1), 21);
    boolean vectors = kind.shape().channels() > 0;
    GeneratorTape tape = generator.tape(1, 1);
    generator.start(tape, kind.conditions(1));
    StepSource wrong =
        (step, row, output) -> {
          if (vectors) {
            output.emit(0);
          } else {
            output.emit(new float[3], 0);
          }
        };
    assertThatThrownBy(() -> generator.run(tape, wrong))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(vectors ? "steps are vectors, not symbols" : "steps are symbols, not vectors");
  }

  @Test
  void refusesWhatIsNoLabel() {
    Generator generator = GeneratorKind.named("symbols, label").random(Networks.kernels(1), 22);
    GeneratorTape tape = generator.tape(2, 1);
    assertThatThrownBy(() -> generator.start(tape, new int[][] {{1, 2}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a label is one symbol, not 2: generator.condition = window or encoder is for texts");
    assertThatThrownBy(() -> generator.start(tape, new int[][] {{GeneratorKind.CONDITIONS}}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesShapesThatDoNotGoTogether() {
    GaussianMixture density = new GaussianMixture(1, 1);
    assertThatThrownBy(() -> new Generator.Shape(3, density, 0, 4, 1, 0, 0, 0))
        .hasMessage("steps are either symbols or vectors");
    assertThatThrownBy(() -> new Generator.Shape(0, null, 0, 4, 1, 0, 0, 0))
        .hasMessage("steps are either symbols or vectors");
    Generator.Shape embedding = new Generator.Shape(3, 2, 4, 1);
    assertThatThrownBy(() -> embedding.withLabels(2))
        .hasMessage("an embedding stands alone, and is of symbols");
    assertThatThrownBy(() -> embedding.withWindow(2, 1))
        .hasMessage("an embedding stands alone, and is of symbols");
    assertThatThrownBy(() -> new Generator.Shape(0, density, 2, 4, 1, 0, 0, 0))
        .hasMessage("an embedding stands alone, and is of symbols");
  }
}
