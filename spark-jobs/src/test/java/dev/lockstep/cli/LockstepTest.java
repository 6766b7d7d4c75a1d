package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.UserError;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract of exit statuses, of the one line on standard error and of {@code --json}. */
class LockstepTest {
  private static final String HINT = "; run again with --verbose for the stack trace\n";

  /** A result as commands have them. */
  record Result(String split, double nll, List<Integer> rounds) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          probe --confg x.conf | Unknown option '--confg'; did you mean --config or --count?
          prob                 | Unknown command 'prob'; did you mean probe?
          probe --count many   | Invalid value for option '--count': 'many' is not an int; see lockstep probe --help
          probe --set          | Missing required parameter for option '--set' (KEY=VALUE); see lockstep probe --help
          probe extra          | Unknown argument 'extra'; see lockstep probe --help
          ""                   | Missing command; see lockstep --help
          """)
  void aMistakeInTheCommandLineIsOneLineAndStatus2(String args, String message) {
    String[] words = args.isEmpty() ? new String[0] : args.split(" ");
    CommandRun run = CommandRun.of(probe -> "", words);

    assertThat(run.err()).isEqualTo("lockstep: " + message + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void aUserErrorIsItsMessageAndStatus2() {
    CommandRun run = failingWith(new UserError("training.batch is 0; it must be at least 1"));

    assertThat(run.err()).isEqualTo("lockstep: training.batch is 0; it must be at least 1\n");
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void aUserErrorThatSparkWrappedIsStillOne() {
    Exception mistake = new UserError("corpus/x.txt line 3: not UTF-8");
    Exception task = new IllegalStateException("task failed", mistake);
    CommandRun run = failingWith(new SparkException("Job aborted\nDriver stacktrace:", task));

    assertThat(run.err()).isEqualTo("lockstep: corpus/x.txt line 3: not UTF-8\n");
    assertThat(run.status()).isEqualTo(2);
  }

  @Test
  void anyOtherExceptionSaysWhatFailedAndIsStatus1() {
    CommandRun run = failingWith(new IllegalStateException("the disk\n  is full"));

    assertThat(run.err()).isEqualTo("lockstep: probe failed: the disk is full" + HINT);
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void aWrapperGivesWayToWhatItWraps() {
    Exception disk = new UncheckedIOException(new NoSuchFileException("/data/ptb.txt"));
    CommandRun run = failingWith(new SparkException("Job aborted\nDriver stacktrace:", disk));

    assertThat(run.err())
        .isEqualTo("lockstep: probe failed: NoSuchFileException: /data/ptb.txt" + HINT);
  }

  @Test
  void anErrorOfTheMachineIsReportedLikeAnyFailure() {
    CommandRun run =
        CommandRun.of(
            probe -> {
              throw new OutOfMemoryError("Java heap space");
            },
            "probe");

    assertThat(run.err()).isEqualTo("lockstep: probe failed: Java heap space" + HINT);
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void verboseAddsTheStackTrace() {
    CommandRun run = failingWith(new IllegalStateException("boom"), "--verbose");

    assertThat(run.err())
        .startsWith("lockstep: probe failed: IllegalStateException: boom\n")
        .contains("\tat dev.lockstep.cli.LockstepTest");
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void aResultIsToldAsTextByDefault() {
    CommandRun run = CommandRun.of(probe -> 42, "probe");

    assertThat(run).isEqualTo(new CommandRun(0, "The result is 42.\n", ""));
  }

  @Test
  void jsonIsOneObjectOnTheLastLine() throws Exception {
    CommandRun run =
        CommandRun.of(probe -> new Result("valid", 1.5, List.of(1, 2)), "probe", "--json");

    assertThat(run.status()).isZero();
    List<String> lines = run.out().lines().toList();
    Result read = new ObjectMapper().readValue(lines.get(lines.size() - 1), Result.class);
    assertThat(read).isEqualTo(new Result("valid", 1.5, List.of(1, 2)));
  }

  @Test
  void jsonOfAnythingButAnObjectIsAFailureAndPrintsNothing() {
    CommandRun run = CommandRun.of(probe -> 42, "probe", "--json");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("the result of probe is not a JSON object: NUMBER");
  }

  @Test
  void aFailureWithJsonPrintsNoResult() {
    CommandRun run = failingWith(new IllegalStateException("boom"), "--json");

    assertThat(run.out()).isEmpty();
    assertThat(run.status()).isEqualTo(1);
  }

  @Test
  void optionsArriveAsWrittenAndInOrder() {
    AtomicReference<CommonOptions> seen = new AtomicReference<>();
    CommandRun.of(
        probe -> {
          seen.set(probe.seenOptions());
          return "";
        },
        "probe",
        "--config",
        "a/b.conf",
        "--set",
        "x.y=1=2",
        "--set",
        "@z=\"a, b\"");

    assertThat(seen.get().config()).contains(Path.of("a/b.conf"));
    assertThat(seen.get().overrides()).containsExactly("x.y=1=2", "@z=\"a, b\"");
  }

  @Test
  void helpAndVersionGoToStandardOutput() {
    assertThat(CommandRun.of(probe -> "", "--help").out())
        .contains("Usage: lockstep [-hV] COMMAND")
        .contains("Does what a test wants.");
    assertThat(CommandRun.of(probe -> "", "probe", "--help").out())
        .contains("Usage: lockstep probe")
        .contains("--set=KEY=VALUE");
    CommandRun version = CommandRun.of(probe -> "", "--version");
    assertThat(version.out()).matches("lockstep \\d+\\.\\d+\\.\\d+\\S*\n");
    assertThat(version.status()).isZero();
  }

  private static CommandRun failingWith(Exception e, String... options) {
    List<String> args = new java.util.ArrayList<>(List.of("probe"));
    args.addAll(List.of(options));
    return CommandRun.of(
        probe -> {
          throw e;
        },
        args.toArray(String[]::new));
  }
}
