package dev.lockstep.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.testing.Folder;
import dev.lockstep.testing.TinyNetworks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final Configuration HADOOP = new Configuration();
  private static final byte[] CORPUS = "{\"kind\": \"test\"}\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  @Test
  void aRunKeepsItsSettingsAndItsCorpus() {
    Settings settings = settings("run");
    RunDirectory.create(settings, CORPUS, HADOOP);
    assertThat(Folder.names(folder)).containsExactly("run");
    assertThat(Folder.names(folder.resolve("run"))).containsExactly("config.conf", "corpus.json");

    RunDirectory opened = RunDirectory.open(settings("run"), HADOOP);
    assertThat(opened.settings()).isEqualTo(settings);
    assertThat(opened.corpus()).isEqualTo(CORPUS);
  }

  /** Hadoop's checksums are of what an older version wrote, or another job. */
  @Test
  void whatPeopleChangeIsReadAsItIs() throws IOException {
    RunDirectory.create(settings("run"), CORPUS, HADOOP).addMetrics("{}");
    Path run = folder.resolve("run");
    for (String name : List.of("config.conf", "corpus.json", "metrics.jsonl", "samples.txt")) {
      byte[] bytes = name.equals("samples.txt") ? CORPUS : Files.readAllBytes(run.resolve(name));
      LocalFileSystem checked = FileSystem.getLocal(HADOOP);
      checked.create(new org.apache.hadoop.fs.Path(run.resolve(name).toString())).close();
      Files.write(run.resolve(name), bytes);
      assertThat(run.resolve("." + name + ".crc")).exists();
    }
    Files.writeString(
        run.resolve("config.conf"), "training.learning-rate = 7\n", StandardOpenOption.APPEND);
    RunDirectory opened = RunDirectory.open(settings("run"), HADOOP);
    assertThat(opened.settings().training().learningRate()).isEqualTo(7);
    assertThat(opened.corpus()).isEqualTo(CORPUS);
    assertThat(opened.child("samples.txt").bytes()).isEqualTo(CORPUS);
    opened.goOn(settings("run"), 1);
    assertThat(opened.lastMetrics()).contains("{}");
    assertThat(opened.settings()).isEqualTo(settings("run"));
    assertThat(run.resolve(".config.conf.crc")).doesNotExist();
  }

  @Test
  void anEmptyDirectoryWillDo() throws IOException {
    Files.createDirectory(folder.resolve("run"));
    RunDirectory.checkFree(settings("run"), HADOOP);
    RunDirectory.create(settings("run"), CORPUS, HADOOP);
    assertThat(Folder.names(folder.resolve("run"))).containsExactly("config.conf", "corpus.json");
  }

  @Test
  void aRunIsNotOverwritten() {
    RunDirectory.create(settings("run"), CORPUS, HADOOP);
    List<String> before = Folder.everything(folder);
    String message =
        "training.output %s/run: already holds a run: remove it or name another directory"
            .formatted(folder);
    assertThat(error(() -> RunDirectory.checkFree(settings("run"), HADOOP))).isEqualTo(message);
    assertThat(error(() -> RunDirectory.create(settings("run"), CORPUS, HADOOP)))
        .isEqualTo(message);
    assertThat(Folder.everything(folder)).isEqualTo(before);
  }

  @Test
  void whatIsThereIsNotOverwritten() throws IOException {
    Files.createDirectory(folder.resolve("run"));
    Files.writeString(folder.resolve("run/mine"), "a");
    Files.writeString(folder.resolve("file"), "b");
    for (String name : List.of("run", "file")) {
      assertThat(error(() -> RunDirectory.create(settings(name), CORPUS, HADOOP)))
          .isEqualTo(
              "training.output %s/%s: is not empty: remove it or name another directory",
              folder, name);
    }
    assertThat(Folder.everything(folder)).isEqualTo(List.of("file", "run", "run/mine"));
  }

  @Test
  void theDirectoryMustBeNamed() {
    String message = "training.output is not set: it must name the run's directory";
    assertThat(error(() -> RunDirectory.checkFree(Settings.defaults(), HADOOP))).isEqualTo(message);
    assertThat(error(() -> RunDirectory.open(Settings.defaults(), HADOOP))).isEqualTo(message);
  }

  @Test
  void whatIsOpenedMustBeARun() {
    assertThat(error(() -> RunDirectory.open(settings("none"), HADOOP)))
        .isEqualTo(
            "training.output %s/none: holds no run: train one first or name its directory", folder);
  }

  @Test
  void brokenSettingsNameTheFile() throws IOException {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    Folder.delete(folder.resolve("run/config.conf"));
    Files.writeString(folder.resolve("run/config.conf"), "training.bach = 3");
    assertThat(error(run::settings))
        .isEqualTo(
            "%s/run/config.conf: 1: unknown key training.bach; did you mean training.batch?",
            folder);
  }

  @Test
  void metricsAreWholeLines() throws IOException {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    Path metrics = folder.resolve("run/metrics.jsonl");
    StringBuilder expected = new StringBuilder();
    for (int round = 1; round <= 3; round++) {
      String line = "{\"round\":" + round + "}";
      run.addMetrics(line);
      expected.append(line).append('\n');
      assertThat(Files.readString(metrics)).isEqualTo(expected.toString());
    }
    assertThat(Folder.names(folder.resolve("run")))
        .containsExactly("config.conf", "corpus.json", "metrics.jsonl");
  }

  @Test
  void theNewestCheckpointHasTheHighestNumber() throws IOException {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    for (int round : new int[] {9, 100, 10, 2}) {
      run.write(checkpoint(round), 9);
    }
    assertThat(run.newest().round()).isEqualTo(100);
    // What a crash and other people leave.
    Path checkpoints = folder.resolve("run/checkpoints");
    for (String name : List.of(".round-101.5e0d", "round-102.old", "my-round-103", "round-")) {
      Files.createDirectory(checkpoints.resolve(name));
    }
    Files.createDirectory(checkpoints.resolve("round-99999999999"));
    assertThat(run.newest().round()).isEqualTo(100);
  }

  @Test
  void theNewestAndTheBestAreKept() {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    for (int round = 1; round <= 6; round++) {
      run.write(checkpoint(round, new Validations(Math.min(round, 2), 1, 0)), 2);
    }
    assertThat(Folder.names(folder.resolve("run/checkpoints")))
        .containsExactly("round-2", "round-5", "round-6");
    assertThat(run.newest().round()).isEqualTo(6);
    assertThat(run.best().round()).isEqualTo(2);
    assertThat(run.newestName()).hasValue(folder + "/run/checkpoints/round-6");
  }

  @Test
  void withoutValidationNoneIsTheBest() {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    run.write(checkpoint(1), 1);
    assertThat(error(run::best))
        .isEqualTo(
            "training.output %s/run: no round was validated, so none is the best: %s",
            folder, "use the newest checkpoint");
  }

  @Test
  void aDamagedCheckpointIsNamedAndTheOneBeforeUsed() throws IOException {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    for (int round = 1; round <= 3; round++) {
      run.write(checkpoint(round), 9);
    }
    Path three = folder.resolve("run/checkpoints/round-3/generator.zip");
    byte[] bytes = Files.readAllBytes(three);
    bytes[99] ^= 4;
    Folder.delete(three);
    Files.write(three, bytes);
    Path two = folder.resolve("run/checkpoints/round-2/state.json");
    Folder.delete(two);
    List<String> damaged = new ArrayList<>();
    assertThat(run.newestWhole(damaged::add).orElseThrow().round()).isEqualTo(1);
    assertThat(damaged).hasSize(2);
    assertThat(damaged.get(0)).startsWith(three + ": does not have the checksum");
    assertThat(damaged.get(1)).startsWith(two + ": cannot be read");
    Folder.delete(folder.resolve("run/checkpoints/round-1/SHA256SUMS"));
    assertThat(run.newestWhole(damaged::add)).isEmpty();
  }

  @Test
  void goingOnForgetsWhatCameAfter() throws IOException {
    RunDirectory before = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    for (int round = 1; round <= 4; round++) {
      before.addMetrics("{\"round\":" + round + "}");
      before.write(checkpoint(round), 9);
    }
    // What a process that was killed leaves.
    Path checkpoints = folder.resolve("run/checkpoints");
    String uuid = "." + UUID.randomUUID();
    Files.createDirectory(checkpoints.resolve(".round-5" + uuid));
    Files.writeString(folder.resolve("run/.metrics.jsonl" + uuid), "half");
    Files.writeString(folder.resolve("run/.mine"), "stays");

    RunDirectory run = RunDirectory.open(settings("run"), HADOOP);
    Settings longer =
        Settings.parse(settings("run").render(), "test", List.of("training.epochs=9"));
    run.goOn(longer, 2);
    assertThat(run.lastMetrics()).hasValue("{\"round\":2}");
    assertThat(run.settings()).isEqualTo(longer);
    run.addMetrics("{\"round\":33}");
    assertThat(folder.resolve("run/metrics.jsonl"))
        .hasContent("{\"round\":1}\n{\"round\":2}\n{\"round\":33}\n");
    assertThat(Folder.names(checkpoints)).containsExactly("round-1", "round-2");
    assertThat(Folder.names(folder.resolve("run")))
        .containsExactly(".mine", "checkpoints", "config.conf", "corpus.json", "metrics.jsonl");
  }

  @Test
  void aRoundIsWrittenOnce() {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    run.write(checkpoint(1), 9);
    MultiLayerNetwork first = run.newest().networks().get(0);
    MultiLayerNetwork other = new MultiLayerNetwork(first.getLayerWiseConfigurations().clone());
    other.init(first.params().mul(2), false);
    run.write(new Checkpoint(1, List.of(other), new float[0], Validations.NONE), 9);
    assertThat(run.newest().networks().get(0).params()).isEqualTo(first.params());
  }

  @Test
  void aRunMayHaveNoCheckpointYet() throws IOException {
    RunDirectory run = RunDirectory.create(settings("run"), CORPUS, HADOOP);
    String message =
        "training.output %s/run: has no checkpoint yet: let training reach one".formatted(folder);
    assertThat(error(run::newest)).isEqualTo(message);
    Files.createDirectories(folder.resolve("run/checkpoints/.round-1.5e0d"));
    assertThat(error(run::newest)).isEqualTo(message);
  }

  private static Checkpoint checkpoint(int round) {
    return checkpoint(round, Validations.NONE);
  }

  private static Checkpoint checkpoint(int round, Validations validations) {
    return new Checkpoint(
        round,
        TinyNetworks.create("teacher-forcing").algorithm().networks(),
        new float[0],
        validations);
  }

  private Settings settings(String name) {
    return Settings.parse(
        "training { output = \"%s/%s\", batch = 3, learning-rate = 0.00123 }"
            .formatted(folder, name),
        "test");
  }

  private static String error(ThrowingCallable action) {
    UserError error = catchThrowableOfType(UserError.class, action);
    assertThat(error).as("an error").isNotNull();
    assertThat(error.getMessage().lines()).hasSize(1);
    return error.getMessage();
  }
}
