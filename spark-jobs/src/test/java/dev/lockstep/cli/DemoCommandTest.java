package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The demo, small: whether it goes the whole way, not what comes out. */
class DemoCommandTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final String[] SMALL = {
    "data.sequence-length=20",
    "data.sawtooth.train=64",
    "data.sawtooth.valid=4",
    "data.sawtooth.test=8",
    "generator.hidden=4",
    "discriminator.hidden=4",
    "training.epochs=1",
    "training.averaging-frequency=1",
    "evaluation.sequences=4"
  };

  @TempDir Path folder;

  @Test
  void measuresFourModelsAndLeavesNothing() {
    JsonNode models = demo("--json").json().path("models");
    assertThat(models)
        .extracting(model -> model.path("model").asText())
        .containsExactly("always up", "random, up 0.9", "teacher forcing", "professor forcing");
    for (JsonNode model : models) {
      assertThat(model.fieldNames())
          .toIterable()
          .containsExactly(
              "model",
              "one_step_error",
              "free_running_error",
              "centroid_distance",
              "pair_distance",
              "cycles");
      assertThat(model.path("one_step_error").doubleValue()).isBetween(0.0, 1.0);
      assertThat(model.path("free_running_error").doubleValue()).isNotNegative();
      assertThat(model.path("cycles").asText()).matches("[/\\\\]{60}");
    }
    assertThat(models.get(0).path("one_step_error").doubleValue()).isEqualTo(0.1);
    // 400 steps up instead of 360 up and 40 down.
    assertThat(models.get(0).path("free_running_error").doubleValue()).isEqualTo(0.25);
    assertThat(models.get(0).path("centroid_distance").isNull()).isTrue();
    assertThat(models.get(3).path("centroid_distance").isNumber()).isTrue();
    assertThat(models.get(2)).isNotEqualTo(models.get(3));
    assertThat(TinyText.everything(folder)).isEmpty();
  }

  @Test
  void keepsWhatItMadeWhereItIsTold() {
    Path kept = folder.resolve("a/demo");
    CommandRun run = demo("--keep", kept.toString());
    assertThat(run.err()).isEmpty();
    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("one-step error", "400-step error", "always up", "professor forcing");
    assertThat(TinyText.names(kept))
        .containsExactly("corpus", "professor-forcing", "teacher-forcing");
    assertThat(TinyText.names(kept.resolve("professor-forcing/checkpoints")))
        .containsExactly("round-2");
    assertThat(TinyText.names(folder)).containsExactly("a");
  }

  @Test
  void aMistakeLeavesNothing() {
    CommandRun run = demo("--set", "training.workers=65");
    assertThat(run.err())
        .isEqualTo(
            "lockstep: training.workers = 65: the training part has only 64 sequences:"
                + " use fewer workers\n");
    assertThat(run.status()).isEqualTo(2);
    assertThat(TinyText.everything(folder)).isEmpty();
  }

  @Test
  void refusesSequencesOfNoMoreThanOneCycle() {
    CommandRun run = demo("--set", "data.sequence-length=10");
    assertThat(run.err())
        .isEqualTo(
            "lockstep: data.sequence-length = 10: the sawtooth repeats every 10 steps: use a larger"
                + " one\n");
    assertThat(run.status()).isEqualTo(2);
    assertThat(TinyText.everything(folder)).isEmpty();
  }

  private CommandRun demo(String... options) {
    List<String> args = new ArrayList<>(List.of("demo"));
    for (String override : SMALL) {
      args.addAll(List.of("--set", override));
    }
    Stream.of(options).forEach(args::add);
    return CommandRun.of(List.of(new DemoCommand(folder)), args.toArray(String[]::new));
  }
}
