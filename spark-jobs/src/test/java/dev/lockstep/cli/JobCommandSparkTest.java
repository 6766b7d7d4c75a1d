package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.UserError;
import dev.lockstep.spark.SparkSessions;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Commands that run on Spark. */
class JobCommandSparkTest {
  @Test
  void theSessionIsOneAndStopsWithTheCommand() {
    CommandRun run =
        CommandRun.of(
            probe -> {
              assertThat(probe.openSpark()).isSameAs(probe.openSpark());
              return Map.of("sum", sum(probe.openSpark(), x -> x));
            },
            "probe",
            "--json");

    assertThat(run).isEqualTo(new CommandRun(0, "{\"sum\":6}\n", ""));
    assertThat(SparkSessions.isOpen()).isFalse();
  }

  @Test
  void aSessionThatWasOpenBeforeStaysOpen() {
    try (SparkSession before = SparkSessions.open("before", 1)) {
      CommandRun.of(probe -> assertThat(probe.openSpark()).isSameAs(before), "probe");

      assertThat(SparkSessions.isOpen()).isTrue();
    }
  }

  @Test
  void aUserErrorInATaskIsStatus2AndOneLine() {
    CommandRun run =
        CommandRun.of(
            probe ->
                sum(
                    probe.openSpark(),
                    x -> {
                      throw new UserError("row " + x + " is empty");
                    }),
            "probe");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).matches("lockstep: row \\d is empty\n");
    assertThat(SparkSessions.isOpen()).isFalse();
  }

  @Test
  void aFailureInATaskIsStatus1AndOneLineWithoutSparksStackTrace() {
    CommandRun run =
        CommandRun.of(
            probe ->
                sum(
                    probe.openSpark(),
                    x -> {
                      throw new IllegalStateException("no room for a row");
                    }),
            "probe");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "lockstep: probe failed: no room for a row;"
                + " run again with --verbose for the stack trace\n");
  }

  private static int sum(SparkSession spark, Function<Integer, Integer> f) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return context.parallelize(List.of(1, 2, 3), 2).map(f).reduce(Integer::sum);
  }
}
