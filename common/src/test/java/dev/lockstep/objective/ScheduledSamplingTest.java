package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ObjectiveSettings.Decay;
import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

class ScheduledSamplingTest {
  private static final long SEED = 77;

  /** All from the data at the first update, half of it at the hundredth, none from the 200th on. */
  private static ScheduledSampling objective(boolean perSequence, IUpdater updater) {
    return new ScheduledSampling(
        Steps.generator(updater),
        new ScheduledSampling.Options(
            new SamplingSchedule(Decay.LINEAR, 100, 0),
            perSequence,
            GeneratorUpdates.PLAIN,
            /* window= */ 2));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isTeacherForcingWhileTheDataAreRead(boolean padded) {
    ScheduledSampling ours = objective(false, new Sgd(1));
    TeacherForcing theirs = Steps.teacherForcing(new Sgd(1), 0);
    StepMetrics metrics = Steps.step(ours, padded);
    assertThat(metrics.nll()).isEqualTo(Steps.step(theirs, padded).nll());
    assertThat(metrics.dataProbability()).isEqualTo(1);
    Close.check(
        "parameters",
        Networks.parameters(ours.networks().get(0)),
        Networks.parameters(theirs.networks().get(0)),
        1e-12);
  }

  /**
   * What is read is told apart from what is scored by a generator that emits what is read: the
   * scores then come from its probabilities.
   */
  @ParameterizedTest
  @CsvSource({"false, 100", "true, 100", "false, 30", "true, 170", "false, 400", "true, 400"})
  void scoresTheDataWhateverIsRead(boolean perSequence, long update) {
    SequenceBatch batch = Steps.batch(false);
    Generator generator = Steps.generator(new Sgd(1));
    generator.refresh();
    SplittableRandom random = new SplittableRandom(SEED);
    int rows = batch.sequences();
    double[] coins = random.doubles(perSequence ? rows : (long) batch.steps() * rows).toArray();
    AncestralSampler sampler =
        AncestralSampler.of(random, batch.steps(), rows, 1, Sharpness.AS_LEARNED);
    double data = Math.max(0, 1 - update / 200.0);
    double[] nll = {0};
    GeneratorTape tape = generator.tape(batch.steps(), rows);
    tape.start();
    generator.run(
        tape,
        (step, row, p, offset) -> {
          int symbol = batch.token(step, row);
          nll[0] -= Math.log(p[offset + symbol]) / batch.symbols();
          boolean drawn = coins[perSequence ? row : step * rows + row] >= data;
          return drawn ? sampler.draw(step, row, p, offset, Steps.SHAPE.vocabulary()) : symbol;
        });

    StepMetrics metrics =
        objective(perSequence, new Sgd(1)).step(batch, update, new SplittableRandom(SEED));
    assertThat(metrics.nll()).isCloseTo(nll[0], within(1e-9));
    assertThat(metrics.dataProbability()).isEqualTo(data);
    assertThat(tape.outputs()).isNotEqualTo(dataOf(batch));
  }

  private static int[] dataOf(SequenceBatch batch) {
    int[] symbols = new int[batch.steps() * batch.sequences()];
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = batch.token(i / batch.sequences(), i % batch.sequences());
    }
    return symbols;
  }

  /** A drawn symbol stays what it is when a parameter moves by a millionth: it is a constant. */
  @ParameterizedTest
  @CsvSource({"false, 100", "true, 100", "false, 400"})
  void descendsWhatItReports(boolean perSequence, long update) {
    SequenceBatch batch = Steps.batch(true);
    ScheduledSampling moving = objective(perSequence, new Sgd(1));
    double[] gradient = Networks.parameters(moving.networks().get(0));
    moving.step(batch, update, new SplittableRandom(SEED));
    double[] after = Networks.parameters(moving.networks().get(0));
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] -= after[i];
    }
    ScheduledSampling still = objective(perSequence, new Sgd(0));
    GradientCheck.check(
        "step",
        still.networks().get(0),
        () -> {
          still.refresh();
          StepMetrics metrics = still.step(batch, update, new SplittableRandom(SEED));
          return metrics.nll() * batch.symbols() / batch.sequences();
        },
        gradient);
  }

  @Test
  void theGradientIsClipped() {
    ScheduledSampling clipped =
        new ScheduledSampling(
            Steps.generator(new Sgd(1)),
            new ScheduledSampling.Options(
                new SamplingSchedule(Decay.LINEAR, 100, 0),
                false,
                new GeneratorUpdates(0.01, 0),
                0));
    double[] change = Steps.change(clipped, clipped.networks().get(0), false);
    // Sequences of four steps.
    assertThat(Steps.norm(change)).isCloseTo(0.04, within(1e-12));
  }
}
