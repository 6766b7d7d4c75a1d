package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.WordProposal;
import dev.lockstep.output.GaussianMixture;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Minibatches whose rows go on where the rows of the one before ended. */
class CarriedStateTest {
  private static final int ROWS = 2;
  private static final int STEPS = 4;

  /** Of steps; the last piece may be shorter, of one row or of all. */
  private static final int LENGTH = 3 * STEPS;

  private static final int VOCABULARY = 5;

  private enum Kind {
    ONE_HOT,
    EMBEDDING,
    SERIES;

    Generator.Shape shape() {
      return switch (this) {
        case ONE_HOT -> new Generator.Shape(VOCABULARY, 0, 3, 2);
        case EMBEDDING -> new Generator.Shape(VOCABULARY, 2, 3, 1);
        case SERIES -> Generator.Shape.ofVectors(new GaussianMixture(2, 2), 3, 2);
      };
    }

    Sequence stream(int row, int length) {
      SplittableRandom random = new SplittableRandom(row);
      if (shape().vocabulary() > 0) {
        return Sequence.ofSymbols(random.ints(length, 0, VOCABULARY).toArray());
      }
      float[] values = new float[2 * length];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) random.nextDouble(-1, 1);
      }
      return Sequence.ofVectors(2, values);
    }
  }

  private static final GeneratorUpdates CARRIES = GeneratorUpdates.PLAIN.withCarriedState();

  /** Always from the same random parameters. */
  private static Generator generator(Kind kind, double rate) {
    Generator generator = Networks.generator(kind.shape(), new Sgd(rate), 1);
    Networks.randomise(generator.network(), 41, 0.8);
    generator.refresh();
    return generator;
  }

  private static TeacherForcing teacherForcing(Kind kind, GeneratorUpdates updates) {
    return new TeacherForcing(generator(kind, 0), updates, 0);
  }

  private static ProfessorForcing professorForcing(
      Kind kind, GeneratorUpdates updates, int freeRunning, Optional<WordSampler> words) {
    int columns = Generator.behaviourWidth(kind.shape(), Behaviour.HIDDEN);
    Discriminator discriminator = Networks.discriminator(columns, 3, new Sgd(0), 1);
    Networks.randomise(discriminator.network(), 42, 0.8);
    return new ProfessorForcing(
        generator(kind, 0),
        discriminator,
        ProfessorForcingOptions.paper(Behaviour.HIDDEN)
            .updates(updates)
            .freeRunningLength(freeRunning)
            .build(),
        words);
  }

  private static Stream<Arguments> objectives() {
    return Stream.of(Kind.values())
        .flatMap(
            kind ->
                Stream.of(CARRIES, new GeneratorUpdates(0, 1).withCarriedState())
                    .flatMap(
                        updates ->
                            Stream.of(
                                Arguments.of(kind, teacherForcing(kind, updates)),
                                Arguments.of(
                                    kind, professorForcing(kind, updates, 0, Optional.empty())),
                                Arguments.of(
                                    kind, professorForcing(kind, updates, 9, Optional.empty())))));
  }

  /** Consecutive pieces of streams, as long as those that are left. */
  private static List<SequenceBatch> pieces(Kind kind, int length) {
    List<SequenceBatch> pieces = new ArrayList<>();
    for (int from = 0; from < length; from += STEPS) {
      int first = from;
      int to = Math.min(length, from + STEPS);
      pieces.add(
          SequenceBatch.of(
              IntStream.range(0, ROWS)
                  .mapToObj(row -> kind.stream(row, length).steps(first, to))
                  .toList()));
    }
    return pieces;
  }

  private static double nll(Objective objective, List<SequenceBatch> pieces) {
    SplittableRandom random = new SplittableRandom(3);
    double sum = 0;
    long symbols = 0;
    for (SequenceBatch piece : pieces) {
      StepMetrics metrics = objective.step(piece, 0, random);
      sum += metrics.nll() * metrics.symbols();
      symbols += metrics.symbols();
    }
    return sum / symbols;
  }

  /** Of one pass over the streams as they are, from the zero state and the start symbol. */
  private static double whole(Kind kind, int length) {
    SequenceBatch streams =
        SequenceBatch.of(
            IntStream.range(0, ROWS).mapToObj(row -> kind.stream(row, length)).toList());
    return nll(teacherForcing(kind, GeneratorUpdates.PLAIN), List.of(streams));
  }

  /** Also where the norms of gradients are measured, for which both modes run again. */
  @ParameterizedTest
  @MethodSource("objectives")
  void thePiecesOfAStreamAreAsLikelyAsTheStream(Kind kind, Objective objective) {
    for (int length : new int[] {LENGTH, LENGTH - 3}) {
      double whole = whole(kind, length);
      objective.refresh();
      Close.check("NLL", nll(objective, pieces(kind, length)), whole, 1e-12);
      // Rounds and epochs begin anew.
      objective.refresh();
      Close.check("NLL again", nll(objective, pieces(kind, length)), whole, 1e-12);
    }
    double second = objective.step(pieces(kind, LENGTH).get(1), 0, new SplittableRandom(3)).nll();
    objective.refresh();
    double anew = objective.step(pieces(kind, LENGTH).get(1), 0, new SplittableRandom(3)).nll();
    assertThat(second).isNotEqualTo(anew);
  }

  @Test
  void wordsThatAreSampledGoOnToo() {
    double[] weights = {1, 2, 3, 4, 5};
    Optional<WordSampler> all = Optional.of(new WordSampler(new WordProposal(weights), VOCABULARY));
    Objective sampled = professorForcing(Kind.EMBEDDING, CARRIES, 0, all);
    Close.check(
        "NLL", nll(sampled, pieces(Kind.EMBEDDING, LENGTH)), whole(Kind.EMBEDDING, LENGTH), 1e-9);
  }

  /** A row whose stream ends before the others' is padded; the others go on. */
  @Test
  void aStreamMayEndBeforeTheOthers() {
    Kind kind = Kind.ONE_HOT;
    List<Sequence> streams = List.of(kind.stream(0, LENGTH), kind.stream(1, LENGTH - 2));
    List<SequenceBatch> pieces = new ArrayList<>();
    for (int from = 0; from < LENGTH; from += STEPS) {
      int first = from;
      pieces.add(
          SequenceBatch.of(
              streams.stream()
                  .map(s -> s.steps(first, Math.min(first + STEPS, s.length())))
                  .toList()));
    }
    double whole =
        nll(teacherForcing(kind, GeneratorUpdates.PLAIN), List.of(SequenceBatch.of(streams)));
    Close.check("NLL", nll(teacherForcing(kind, CARRIES), pieces), whole, 1e-12);
  }

  /** Free-running rows start as ever, and draw the same. */
  @ParameterizedTest
  @CsvSource({"0", "9"})
  void theRowsThatRunFreeAreAsTheyAreWithout(int freeRunning) {
    double[] losses = new double[2];
    for (boolean carries : new boolean[] {false, true}) {
      GeneratorUpdates updates = carries ? CARRIES : GeneratorUpdates.PLAIN;
      Objective objective = professorForcing(Kind.ONE_HOT, updates, freeRunning, Optional.empty());
      SplittableRandom random = new SplittableRandom(3);
      StepMetrics last = null;
      for (SequenceBatch piece : pieces(Kind.ONE_HOT, LENGTH)) {
        last = objective.step(piece, 0, random);
      }
      losses[carries ? 1 : 0] = last.freeRunningLoss();
    }
    assertThat(losses[1]).isEqualTo(losses[0]);
  }

  /** No gradient flows into the piece before: it is what a step from that state alone has. */
  @Test
  void theCarriedStateIsAConstant() {
    List<SequenceBatch> pieces = pieces(Kind.ONE_HOT, LENGTH);
    Generator moving = generator(Kind.ONE_HOT, 1);
    TeacherForcing objective = new TeacherForcing(moving, CARRIES, 0);
    SplittableRandom random = new SplittableRandom(3);
    objective.step(pieces.get(0), 0, random);
    double[] first = Networks.parameters(moving.network());
    objective.step(pieces.get(1), 1, random);
    double[] second = Networks.parameters(moving.network());

    // By hand: the state that the first parameters left, and a backward pass of the second piece.
    Generator still = generator(Kind.ONE_HOT, 0);
    GeneratorTape tape = still.tape(STEPS, ROWS);
    tape.start();
    still.run(tape, pieces.get(0)::emit);
    tape.carryOver();
    INDArray parameters = still.network().params();
    parameters.assign(Nd4j.createFromArray(first).reshape(parameters.shape()));
    still.refresh();
    still.run(tape, pieces.get(1)::emit);
    still.backward(tape, Likelihood.weights(pieces.get(1), ROWS), BehaviourGradients.NONE);
    double[] change = new double[first.length];
    Arrays.setAll(change, i -> first[i] - second[i]);
    Close.check("change", change, Networks.gradient(still.network()), 1e-12);
  }

  @Test
  void aRowGoesOnFromItsOwn() {
    TeacherForcing objective = teacherForcing(Kind.ONE_HOT, CARRIES);
    SplittableRandom random = new SplittableRandom(3);
    objective.step(pieces(Kind.ONE_HOT, LENGTH).get(0), 0, random);
    SequenceBatch fewer = SequenceBatch.of(List.of(Kind.ONE_HOT.stream(0, STEPS)));
    assertThatThrownBy(() -> objective.step(fewer, 1, random))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 rows cannot go on from 2: a row goes on from its own");
  }
}
