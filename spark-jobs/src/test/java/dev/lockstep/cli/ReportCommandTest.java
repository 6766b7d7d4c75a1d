package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.spark.SparkSessions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;

  private Path run(String name) {
    Path path = folder.resolve(name);
    RunDirectory.create(
        Settings.load(null, List.of("training.output=" + path)),
        "{}".getBytes(StandardCharsets.UTF_8),
        new Configuration());
    return path;
  }

  @Test
  void thePageOfOneRunIsInItsDirectoryAndNeedsNoSpark() throws IOException {
    Path run = run("a");
    boolean open = SparkSessions.isOpen();
    CommandRun report = CommandRun.lockstep("report", run.toString());

    assertThat(report.err()).isEmpty();
    assertThat(report.out()).isEqualTo(run + "/report.html: 1 run, 0.3 MB\n");
    assertThat(Files.readString(run.resolve("report.html"))).startsWith("<!doctype html>");
    assertThat(SparkSessions.isOpen()).isEqualTo(open);
  }

  @Test
  void thePageOfSeveralRunsGoesWhereItIsWanted() {
    Path page = folder.resolve("new/page.html");
    String[] args = {"report", run("a") + "/", run("b").toString(), "--output=" + page, "--json"};

    assertThat(CommandRun.lockstep(args).json().path("runs"))
        .extracting(node -> node.asText())
        .containsExactly(folder + "/a", folder + "/b");
    assertThat(page).content().contains("\"name\":\"b\"");
  }

  @Test
  void withoutARunItIsTheOneThatTheConfigurationNames() {
    Path run = run("a");
    CommandRun report = CommandRun.lockstep("report", "--config", run + "/config.conf");

    assertThat(report.status()).isZero();
    assertThat(run.resolve("report.html")).exists();
  }

  @Test
  void whereThereIsNoRunIsAMistake() {
    CommandRun report = CommandRun.lockstep("report", folder.resolve("none").toString());

    assertThat(report.status()).isEqualTo(Lockstep.USER_ERROR);
    assertThat(report.err())
        .isEqualTo(
            "lockstep: run %s/none: holds no run: train one first or name its directory\n"
                .formatted(folder));
    assertThat(CommandRun.lockstep("report").err())
        .isEqualTo("lockstep: training.output is not set: it must name the run's directory\n");
  }
}
