package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class PlanCommandTest {
  private static JsonNode plan(String... settings) {
    String[] args = new String[4 + 2 * settings.length];
    args[0] = "plan";
    args[1] = "--vocabulary";
    args[2] = "50";
    args[3] = "--json";
    for (int i = 0; i < settings.length; i++) {
      args[4 + 2 * i] = "--set";
      args[5 + 2 * i] = settings[i];
    }
    return CommandRun.lockstep(args).json();
  }

  /** The parameters by hand: one GRU of 8 that reads 51 symbols, and an output of 50. */
  @Test
  void countsParametersAndTheirCopies() {
    JsonNode plan = plan("generator.hidden=8", "objective.method=teacher-forcing").get("plan");
    int parameters = 24 * 51 + 24 * 8 + 2 * 24 + 50 * 8 + 50;
    assertThat(plan.get("generatorParameters").asInt()).isEqualTo(parameters);
    assertThat(plan.get("discriminatorParameters").asInt()).isZero();
    assertThat(plan.get("networkBytes").asInt()).isEqualTo(16 * parameters);
  }

  @Test
  void aTokenCostsTheSameInAnyBatch() {
    JsonNode few = plan("training.batch=16");
    JsonNode many = plan("training.batch=64");
    assertThat(many.get("bytesPerToken").asDouble()).isEqualTo(few.get("bytesPerToken").asDouble());
    assertThat(many.get("largestBatch").asLong()).isEqualTo(few.get("largestBatch").asLong());
  }

  @Test
  void anArrayOverTheLimitIsAMistakeThatNamesTheLargestBatch() {
    String[] settings = {
      "generator.hidden=1024", "discriminator.hidden=2048", "data.sequence-length=500"
    };
    CommandRun run =
        CommandRun.lockstep(
            "plan",
            "--vocabulary=50",
            "--set=" + settings[0],
            "--set=" + settings[1],
            "--set=" + settings[2],
            "--set=training.batch=100");
    assertThat(run.status()).isEqualTo(Lockstep.USER_ERROR);
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("training.batch 100")
        .contains("use at most 87");
    assertThat(plan(settings[0], settings[1], settings[2], "training.batch=87").get("plan"))
        .isNotNull();
  }

  /** By hand, for P parameters in float: broadcast to W, exchanged among them, back to one. */
  @Test
  void tellsWhatARoundMoves() {
    String[] small = {
      "generator.hidden=8", "objective.method=teacher-forcing", "training.workers=4"
    };
    long parameters = plan(small).get("plan").get("generatorParameters").asLong();
    JsonNode averaged = plan(small).get("round");
    assertThat(averaged.get("stateBytes").asLong()).isEqualTo(3 * 4 * parameters);
    assertThat(averaged.get("movedBytes").asLong()).isEqualTo((4 + 3 + 1) * 3 * 4 * parameters);
    JsonNode restarted =
        plan(small[0], small[1], small[2], "training.outer.updater-state=restart").get("round");
    assertThat(restarted.get("stateBytes").asLong()).isEqualTo(4 * parameters);
  }

  /** Three products of 2 operations for each weight of the recurrence and the output. */
  @Test
  void tellsHowLongARoundTakes() {
    String[] args = {
      "plan",
      "--vocabulary=50",
      "--json",
      "--gflops=2",
      "--gigabits=8",
      "--set=generator.hidden=8",
      "--set=objective.method=teacher-forcing",
      "--set=training.workers=2",
      "--set=training.batch=3",
      "--set=training.averaging-frequency=7",
      "--set=data.sequence-length=10"
    };
    JsonNode report = CommandRun.lockstep(args).json();
    double flops = 7 * 6.0 * (3 * 10) * (24 * 8 + 8 * 50);
    assertThat(report.get("round").get("flops").asDouble()).isEqualTo(flops);
    assertThat(report.get("computeSeconds").asDouble()).isEqualTo(flops / 2e9);
    double state = report.get("round").get("stateBytes").asDouble();
    assertThat(report.get("transferSeconds").asDouble()).isEqualTo(2.5 * state / 1e9);
  }

  @Test
  void tellsTheRateThatItFoundHere() {
    assertThat(plan("generator.hidden=8").get("gflops").asDouble()).isGreaterThan(0.1);
  }
}
