package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Free-running sequences that go on from minibatch to minibatch, against one long pass: networks
 * that do not learn, so that what a row does is a function of where it started.
 */
class FreeRunningLengthTest {
  private static final int STEPS = 4;
  private static final int SEQUENCES = 3;
  private static final GeneratorKind SERIES = GeneratorKind.named("series, 2 layers");
  private static final GeneratorKind LABELLED = GeneratorKind.named("series, label, 2 layers");

  /** Those whose conditions do not end with a sequence. */
  static Stream<GeneratorKind> kinds() {
    return GeneratorKind.all().filter(kind -> !kind.encodes() && kind.shape().window() == 0);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theSecondMinibatchGoesOnWhereTheFirstEnded(GeneratorKind kind) {
    Run run = new Run(kind, 2 * STEPS);
    run.step(full(kind, 1));
    run.step(full(kind, 2));
    List<double[][]> expected = run.onePass(0, 2, full(kind, 1));
    run.assertFreeRunning(0, expected.get(0));
    run.assertFreeRunning(1, expected.get(1));
    run.assertTeacherForced(0, full(kind, 1));
    run.assertTeacherForced(1, full(kind, 2));
  }

  /** There is room for two minibatches in two and a half. */
  @Test
  void startsAnewAfterSoManySteps() {
    Run run = new Run(SERIES, 2 * STEPS + STEPS / 2);
    for (int i = 0; i < 5; i++) {
      run.step(full(SERIES, i));
    }
    for (int first : new int[] {0, 2, 4}) {
      List<double[][]> expected = run.onePass(first, Math.min(2, 5 - first), full(SERIES, first));
      for (int i = 0; i < expected.size(); i++) {
        run.assertFreeRunning(first + i, expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, STEPS, 2 * STEPS - 1})
  void withoutRoomForASecondMinibatchEachIsItsOwn(int length) {
    Run run = new Run(SERIES, length);
    for (int i = 0; i < 3; i++) {
      run.step(full(SERIES, i));
      run.assertFreeRunning(i, run.onePass(i, 1, full(SERIES, i)).get(0));
    }
  }

  @Test
  void refreshEndsThem() {
    Run run = new Run(LABELLED, 9 * STEPS);
    run.step(full(LABELLED, 0));
    run.objective.refresh();
    run.step(full(LABELLED, 1));
    run.step(full(LABELLED, 2));
    List<double[][]> expected = run.onePass(1, 2, full(LABELLED, 1));
    run.assertFreeRunning(1, expected.get(0));
    run.assertFreeRunning(2, expected.get(1));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anotherSizeEndsThem(boolean shorter) {
    Run run = new Run(LABELLED, 9 * STEPS);
    SequenceBatch other =
        SequenceBatch.of(
            shorter ? LABELLED.sequences(3, 2, 2, 2) : LABELLED.sequences(3, STEPS, STEPS));
    run.step(full(LABELLED, 0));
    run.step(other);
    run.step(full(LABELLED, 2));
    run.step(full(LABELLED, 3));
    run.assertFreeRunning(1, run.onePass(1, 1, other).get(0));
    List<double[][]> expected = run.onePass(2, 2, full(LABELLED, 2));
    run.assertFreeRunning(2, expected.get(0));
    run.assertFreeRunning(3, expected.get(1));
  }

  /** The label is the sequence's, whatever the data depend on that stand beside it by then. */
  @Test
  void goingOnTheyKeepTheirLabels() {
    List<Sequence> sequences = LABELLED.sequences(8, STEPS, STEPS, STEPS);
    SequenceBatch moved =
        SequenceBatch.of(
            List.of(
                sequences.get(0).given(0), sequences.get(1).given(1), sequences.get(2).given(2)));
    Run run = new Run(LABELLED, 2 * STEPS);
    for (SequenceBatch batch : List.of(full(LABELLED, 0), moved, moved)) {
      run.step(batch);
    }
    List<double[][]> expected = run.onePass(0, 2, full(LABELLED, 0));
    run.assertFreeRunning(1, expected.get(1));
    run.assertTeacherForced(1, moved);
    run.assertFreeRunning(2, run.onePass(2, 1, moved).get(0));
    assertThat(run.onePass(0, 2, moved).get(1)[0]).isNotEqualTo(expected.get(1)[0]);
  }

  /** What goes on from the minibatch before is run again from there, and not from the start. */
  @ParameterizedTest
  @MethodSource("kinds")
  void measuringGradientsChangesNeitherModeNorThePassAfter(GeneratorKind kind) {
    Run run = new Run(kind, 3 * STEPS, new GeneratorUpdates(0, 1));
    Run not = new Run(kind, 3 * STEPS);
    for (int i = 0; i < 4; i++) {
      StepMetrics measured = run.step(full(kind, i));
      assertThat(measured.gradientNorms().measured()).isTrue();
      assertThat(measured.withGradientNorms(GradientNorms.NONE)).isEqualTo(not.step(full(kind, i)));
    }
  }

  /** Padding is for the data; a free-running sequence that may go on fills the tape. */
  @ParameterizedTest
  @MethodSource("kinds")
  void onlyTeacherForcedRowsArePadded(GeneratorKind kind) {
    SequenceBatch padded = SequenceBatch.of(kind.sequences(9, STEPS, 1, STEPS - 1));
    Run run = new Run(kind, 2 * STEPS);
    run.step(padded);
    StepMetrics metrics = run.step(padded);
    List<double[][]> expected = run.onePass(0, 2, padded);
    run.assertFreeRunning(0, expected.get(0));
    run.assertFreeRunning(1, expected.get(1));
    float[] mask = new float[STEPS * 2 * SEQUENCES];
    for (int i = 0; i < mask.length; i++) {
      int row = i % (2 * SEQUENCES);
      boolean real = row >= SEQUENCES || i / (2 * SEQUENCES) < padded.length(row);
      mask[i] = real ? 1 : 0;
    }
    AdversarialLosses losses = new JensenShannonLosses(run.scores(1, mask));
    assertThat(metrics.freeRunningLoss()).isEqualTo(losses.freeRunning());
    assertThat(metrics.teacherForcedLoss()).isEqualTo(losses.teacherForced());

    Run own = new Run(kind, 0);
    double loss = own.step(padded).freeRunningLoss();
    assertThat(new JensenShannonLosses(own.scores(0, padded.mask(2).orElseThrow())).freeRunning())
        .isEqualTo(loss);
  }

  /** What transforms a text has as many steps as it takes to its end symbol, or the tape has. */
  @ParameterizedTest
  @ValueSource(strings = {"symbols, encoder", "symbols, window"})
  void aLineThatIsDrawnEndsWithTheEndSymbol(String name) {
    GeneratorKind kind = GeneratorKind.named(name);
    SequenceBatch batch = SequenceBatch.of(kind.sequences(9, STEPS, 1, STEPS - 1));
    Run run = new Run(kind, 0);
    StepMetrics metrics = run.step(batch);
    float[] mask = new float[STEPS * 2 * SEQUENCES];
    int[] drawn = run.drawn(batch);
    int end = batch.token(STEPS - 1, 0);
    for (int row = 0; row < SEQUENCES; row++) {
      boolean ended = false;
      for (int t = 0; t < STEPS; t++) {
        int at = t * 2 * SEQUENCES + row;
        mask[at] = t < batch.length(row) ? 1 : 0;
        mask[at + SEQUENCES] = ended ? 0 : 1;
        ended |= drawn[t * SEQUENCES + row] == end;
      }
    }
    assertThat(mask).as("some line ends early").isNotEqualTo(unmasked(batch));
    AdversarialLosses losses = new JensenShannonLosses(run.scores(0, mask));
    assertThat(metrics.freeRunningLoss()).isEqualTo(losses.freeRunning());
    assertThat(metrics.teacherForcedLoss()).isEqualTo(losses.teacherForced());
  }

  private static float[] unmasked(SequenceBatch batch) {
    float[] mask = batch.mask(2).orElseThrow();
    for (int i = 0; i < mask.length; i++) {
      mask[i] = i % (2 * SEQUENCES) < SEQUENCES ? mask[i] : 1;
    }
    return mask;
  }

  private static SequenceBatch full(GeneratorKind kind, int seed) {
    return SequenceBatch.of(kind.sequences(seed, STEPS, STEPS, STEPS));
  }

  /** Steps of one objective, and the behaviours that its discriminator saw. */
  private static final class Run {
    private static final long SEED = 77;
    private final Generator generator;
    private final Discriminator discriminator;
    private final ProfessorForcing objective;
    private final List<List<Matrix>> seen = new ArrayList<>();
    private final List<SequenceBatch> batches = new ArrayList<>();

    Run(GeneratorKind kind, int freeRunningLength) {
      this(kind, freeRunningLength, GeneratorUpdates.PLAIN);
    }

    Run(GeneratorKind kind, int freeRunningLength, GeneratorUpdates updates) {
      generator = kind.random(Networks.kernels(1), new Sgd(0), 41);
      int columns = Generator.behaviourWidth(kind.shape(), Behaviour.HIDDEN_AND_INPUT);
      discriminator = Networks.discriminator(columns, 3, new Sgd(0), 42);
      objective =
          new ProfessorForcing(
              generator,
              new Witness(),
              ProfessorForcingOptions.paper(Behaviour.HIDDEN_AND_INPUT)
                  .adversarialWeight(1)
                  .matchTeacherForced(true)
                  .gates(Steps.BOTH_OPEN)
                  .updates(updates)
                  .recomputeSegment(2)
                  .freeRunningLength(freeRunningLength)
                  .build());
    }

    StepMetrics step(SequenceBatch batch) {
      batches.add(batch);
      return objective.step(batch, 0, new SplittableRandom(SEED + batches.size() - 1));
    }

    /**
     * What free-running rows do that start in minibatch {@code first} and go on for {@code count},
     * by themselves: the behaviour of each row in each of the minibatches.
     */
    List<double[][]> onePass(int first, int count, SequenceBatch started) {
      int steps = started.steps();
      int n = started.sequences();
      List<AncestralSampler> samplers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        SplittableRandom random = new SplittableRandom(SEED + first + i);
        samplers.add(
            AncestralSampler.of(random, steps, n, generator.uniforms(), Sharpness.AS_LEARNED));
      }
      GeneratorTape tape = generator.tape(count * steps, n);
      generator.start(tape, started.conditions());
      generator.run(
          tape, (step, row, output) -> samplers.get(step / steps).draw(step % steps, row, output));
      List<Matrix> parts = generator.behaviour(tape, Behaviour.HIDDEN_AND_INPUT);
      List<double[][]> behaviours = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        behaviours.add(rows(parts, i * steps, steps, n, 0, n));
      }
      return behaviours;
    }

    /** [T·N]: what the free-running rows of the first minibatch draw if nothing ends them. */
    int[] drawn(SequenceBatch batch) {
      AncestralSampler sampler =
          AncestralSampler.of(
              new SplittableRandom(SEED),
              batch.steps(),
              batch.sequences(),
              generator.uniforms(),
              Sharpness.AS_LEARNED);
      GeneratorTape tape = generator.tape(batch.steps(), batch.sequences());
      generator.start(tape, batch.conditions());
      generator.run(tape, sampler::draw);
      return tape.outputs();
    }

    void assertFreeRunning(int i, double[][] expected) {
      int n = batches.get(i).sequences();
      assertThat(rows(seen.get(i), 0, batches.get(i).steps(), 2 * n, n, 2 * n))
          .as("free-running rows of minibatch " + i)
          .isDeepEqualTo(expected);
    }

    /** Whatever the minibatches before, these begin with their sequences. */
    void assertTeacherForced(int i, SequenceBatch batch) {
      int n = batch.sequences();
      GeneratorTape tape = generator.tape(batch.steps(), n);
      generator.start(tape, batch.conditions());
      generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
      List<Matrix> parts = generator.behaviour(tape, Behaviour.HIDDEN_AND_INPUT);
      assertThat(rows(seen.get(i), 0, batch.steps(), 2 * n, 0, n))
          .as("teacher-forced rows of minibatch " + i)
          .isDeepEqualTo(rows(parts, 0, batch.steps(), n, 0, n));
    }

    /** Of a minibatch's behaviour under a mask. */
    double[] scores(int i, float[] mask) {
      DiscriminatorTape tape = discriminator.tape(STEPS, 2 * SEQUENCES);
      tape.mask(Optional.of(mask));
      return discriminator.score(tape, seen.get(i));
    }

    /** Behaviour of rows {@code first … last} of N, all parts and steps of one after another. */
    private static double[][] rows(
        List<Matrix> parts, int from, int steps, int n, int first, int last) {
      int columns = parts.stream().mapToInt(Matrix::columns).sum();
      double[][] rows = new double[last - first][steps * columns];
      int at = 0;
      for (Matrix part : parts) {
        double[] values = part.toArray();
        int width = part.columns();
        for (int row = first; row < last; row++) {
          for (int t = 0; t < steps; t++) {
            int source = ((from + t) * n + row) * width;
            System.arraycopy(values, source, rows[row - first], at + t * width, width);
          }
        }
        at += steps * width;
      }
      return rows;
    }

    /** The discriminator, which keeps what it is shown. */
    private final class Witness implements Discriminator {
      @Override
      public MultiLayerNetwork network() {
        return discriminator.network();
      }

      @Override
      public void refresh() {
        discriminator.refresh();
      }

      @Override
      public DiscriminatorTape tape(int steps, int rows, int window) {
        return discriminator.tape(steps, rows, window);
      }

      @Override
      public DiscriminatorTape forwardTape(int steps, int rows) {
        return discriminator.forwardTape(steps, rows);
      }

      @Override
      public double[] score(DiscriminatorTape tape, List<Matrix> behaviour) {
        seen.add(behaviour.stream().map(part -> Matrix.of(part.array().dup('c'))).toList());
        return discriminator.score(tape, behaviour);
      }

      @Override
      public void backward(DiscriminatorTape tape, double[] scoreGradients) {
        discriminator.backward(tape, scoreGradients);
      }

      @Override
      public List<Matrix> backward(
          DiscriminatorTape tape, double[] scoreGradients, int firstSequence) {
        return discriminator.backward(tape, scoreGradients, firstSequence);
      }
    }
  }
}
