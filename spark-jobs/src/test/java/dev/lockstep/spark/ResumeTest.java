package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.RoundClock;
import dev.lockstep.testing.TinyText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A run that stopped and went on is the run that did not stop, to the last byte. */
class ResumeTest {
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
            List.of(
                "training.workers=2",
                "training.averaging-frequency=2",
                "training.epochs=4",
                "training.max-rounds=7",
                "training.checkpoint-every=2",
                "training.validate-every=3"));
    overrides.addAll(Arrays.asList(more));
    return Settings.parse(
        TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), folder.resolve(run)),
        "test",
        overrides);
  }

  private static TrainJob job(Settings settings) {
    return new TrainJob(SPARK.session(), settings, (metrics, rounds) -> {});
  }

  /** Stops where a process might be killed: after a round, before the next. */
  private static void stopAfter(int round, Settings settings, boolean resume) {
    TrainJob job =
        new TrainJob(
            SPARK.session(),
            settings,
            (metrics, rounds) -> {
              if (metrics.round() == round) {
                throw new IllegalStateException("stopped");
              }
            });
    assertThatThrownBy(resume ? job::resume : job::run).hasMessage("stopped");
  }

  /** All checkpoints' files; Hadoop's own checksums follow from them. */
  private static Map<String, byte[]> checkpoints(String run) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    Path checkpoints = folder.resolve(run).resolve("checkpoints");
    for (String name : TinyText.everything(checkpoints)) {
      Path file = checkpoints.resolve(name);
      if (Files.isRegularFile(file) && !name.endsWith(".crc")) {
        files.put(name, Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void assertSame(String run, String expected) throws IOException {
    Map<String, byte[]> actual = checkpoints(run);
    Map<String, byte[]> whole = checkpoints(expected);
    assertThat(actual.keySet()).isEqualTo(whole.keySet()).isNotEmpty();
    whole.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    assertThat(metrics(run)).isEqualTo(metrics(expected));
  }

  private static List<ObjectNode> metrics(String run) throws IOException {
    List<ObjectNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      ObjectNode round = (ObjectNode) new ObjectMapper().readTree(line);
      RoundClock.remove(round);
      rounds.add(round);
    }
    return rounds;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "training.outer.optimizer=average",
        "training.outer.optimizer=nesterov",
        "training.outer.updater-state=restart",
        "training.learning-rate-decay=linear",
        "generator.dropout.output=0.4",
        "training.weight-decay=0.1",
        "training.carry-state=true"
      })
  void endsWithTheBytesOfARunThatDidNotStop(String setting) throws IOException {
    String name = setting.replaceAll(".*=", "");
    job(settings("whole-" + name, setting)).run();
    Settings stopped = settings("stopped-" + name, setting);
    // Before any checkpoint, at one, after one, and when all is done.
    stopAfter(1, stopped, false);
    stopAfter(4, stopped, true);
    stopAfter(5, stopped, true);
    RoundMetrics last = job(stopped).resume();
    assertThat(last.round()).isEqualTo(7);
    assertSame("stopped-" + name, "whole-" + name);
    assertThat(job(stopped).resume()).isEqualTo(last);
    assertSame("stopped-" + name, "whole-" + name);
  }

  @Test
  void theOuterOptimisersDiffer() throws IOException {
    for (String outer : List.of("optimizer=nesterov", "updater-state=restart")) {
      String run = "differs-" + outer;
      job(settings(run, "training.outer." + outer)).run();
      job(settings("plain-" + outer)).run();
      assertThat(metrics(run).get(0)).isEqualTo(metrics("plain-" + outer).get(0));
      assertThat(metrics(run).get(1)).isNotEqualTo(metrics("plain-" + outer).get(1));
    }
  }

  @Test
  void withNothingThereANewRunBegins() throws IOException {
    job(settings("begun")).resume();
    job(settings("begun-too")).run();
    assertSame("begun", "begun-too");
  }

  @Test
  void aDamagedCheckpointIsToldOfAndTheOneBeforeIsUsed() throws IOException {
    Settings settings = settings("damaged");
    job(settings).run();
    Path file = folder.resolve("damaged/checkpoints/round-7/generator.zip");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 16;
    Files.write(file, bytes);
    List<String> told = new ArrayList<>();
    List<Integer> rounds = new ArrayList<>();
    TrainJob.Watcher watcher =
        new TrainJob.Watcher() {
          @Override
          public void round(RoundMetrics metrics, int of) {
            rounds.add(metrics.round());
          }

          @Override
          public void warn(String message) {
            told.add(message);
          }
        };
    new TrainJob(SPARK.session(), settings, watcher).resume();
    assertThat(told).singleElement().asString().startsWith(file + ": does not have the checksum");
    assertThat(rounds).containsExactly(7);
    job(settings("not-damaged")).run();
    assertSame("damaged", "not-damaged");
  }

  @Test
  void whatDecidesTheResultMustBeAsItWas() {
    job(settings("other")).run();
    assertThatThrownBy(() -> job(settings("other", "training.batch=5")).resume())
        .isInstanceOf(UserError.class)
        .hasMessage(
            "training.output %s/other: the run was begun with training.batch = 4, not 5: %s",
            folder, "set that to go on with it");
  }

  @Test
  void whatDecidesOnlyHowLongMayChange() throws IOException {
    job(settings("longer")).run();
    job(settings("longer", "training.max-rounds=9")).resume();
    assertThat(metrics("longer")).hasSize(9);
    assertThat(metrics("longer").get(8).path("round").asInt()).isEqualTo(9);
  }

  /** Parameters that hardly move validate a little better each time, and then some. */
  @Test
  void stopsWhenPatienceIsOver() throws IOException {
    String[] more = {
      "training.learning-rate=0.3",
      "training.gradient-clip=0",
      "training.validate-every=1",
      "training.patience=2",
      "training.keep-checkpoints=1",
      "training.max-rounds=0",
      "training.epochs=40"
    };
    Settings settings = settings("patient", more);
    RoundMetrics last = job(settings).run();
    List<Double> valid =
        metrics("patient").stream().map(round -> round.path("valid_bpc").asDouble()).toList();
    int best = valid.indexOf(valid.stream().min(Double::compare).orElseThrow()) + 1;
    assertThat(last.round()).isEqualTo(best + 2).isLessThan(100);
    assertThat(TinyText.names(folder.resolve("patient/checkpoints")))
        .containsExactlyInAnyOrder("round-" + best, "round-" + (best + 2));
    assertThat(job(settings).resume().round()).isEqualTo(best + 2);
    assertThat(
            TrainedRun.open(SPARK.session(), settings, TrainedRun.Which.BEST).checkpoint().round())
        .isEqualTo(best);
  }
}
