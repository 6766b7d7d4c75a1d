package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Workers whose results are no good are left out; too many of them stop the run. */
class LeftOutTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  @TempDir static Path folder;

  @BeforeAll
  static void prepare() {
    TinyText.write(folder.resolve("text"));
    Corpora.prepare(SPARK.session(), settings("none"));
  }

  private static Settings settings(String run, String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of("training.workers=4", "training.checkpoint-every=1", "training.epochs=5"));
    overrides.addAll(Arrays.asList(more));
    return Settings.parse(
        TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), folder.resolve(run)),
        "test",
        overrides);
  }

  private static final class Told implements TrainJob.Watcher {
    final List<String> warnings = new ArrayList<>();
    final List<Integer> leftOut = new ArrayList<>();

    @Override
    public void round(RoundMetrics metrics, int rounds) {
      leftOut.add(metrics.leftOut());
    }

    @Override
    public void warn(String message) {
      warnings.add(message);
    }
  }

  /** So near a bound that a worker's ordinary noise exceeds it now and then. */
  @Test
  void aWorkerThatExplodesIsReportedAndTheOthersGoOn() {
    Told told = new Told();
    String[] strict = {
      "training.health.explode-factor=1.01",
      "training.health.max-left-out=0.99",
      "training.averaging-frequency=2"
    };
    RoundMetrics last = new TrainJob(SPARK.session(), settings("some", strict), told).run();
    int out = told.leftOut.stream().mapToInt(Integer::intValue).sum();
    assertThat(out).isPositive();
    assertThat(told.warnings).hasSize(out);
    assertThat(told.warnings)
        .allMatch(w -> w.matches("round \\d: worker \\d is left out of the mean: the NLL of .*"));
    assertThat(last.steps()).isPositive();
    assertThat(told.leftOut).allMatch(count -> count < 4);

    RoundMetrics all =
        new TrainJob(SPARK.session(), settings("all", "training.averaging-frequency=2"), new Told())
            .run();
    assertThat(all.leftOut()).isZero();
    assertThat(all.nll()).isNotEqualTo(last.nll());
  }

  @Test
  void tooManyStopTheRunAndTheLastGoodCheckpointIsNamed() {
    Settings good = settings("stopped", "training.max-rounds=1");
    new TrainJob(SPARK.session(), good, new Told()).run();
    Told told = new Told();
    // Within health, which may change, every worker of the next round explodes.
    Settings bad =
        settings(
            "stopped",
            "training.max-rounds=2",
            "training.health.explode-factor=1.0000001",
            "training.health.max-left-out=0");
    assertThatThrownBy(() -> new TrainJob(SPARK.session(), bad, told).resume())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "round 2: \\d of 4 workers had to be left out, worker \\d because the .*; use a smaller"
                + " training.learning-rate or training.gradient-clip; the last good checkpoint is "
                + folder
                + "/stopped/checkpoints/round-1");
  }

  @Test
  void numbersThatAreNotFiniteStopTheRun() {
    Settings settings =
        settings("infinite", "training.learning-rate=1e38", "training.gradient-clip=0");
    Told told = new Told();
    assertThatThrownBy(() -> new TrainJob(SPARK.session(), settings, told).run())
        .hasMessageMatching(
            "round 1: 4 of 4 workers had to be left out, worker 0 because the .* not a finite"
                + " number; .*; there is no checkpoint yet");
    assertThat(told.warnings).hasSize(4);
  }
}
