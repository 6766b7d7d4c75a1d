package dev.lockstep.cluster;

import static dev.lockstep.cluster.TrainingOnClusters.ROUNDS;
import static dev.lockstep.cluster.TrainingOnClusters.path;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The packed jar on a standalone cluster with a corpus and runs in HDFS: whatever happens, the last
 * checkpoint has the bytes of a run in one process.
 */
class ClusterTest {
  private static final String LOCAL = "local[2]";

  @TempDir static Path folder;
  private static TrainingOnClusters clusters;
  private static Map<String, byte[]> expected;

  @BeforeAll
  static void start() throws IOException {
    clusters = TrainingOnClusters.start(folder);
    clusters.run(LOCAL, "train", clusters.settings("local"));
    expected = clusters.checkpoint("local");
  }

  @AfterAll
  static void stop() {
    clusters.close();
  }

  private static String master() {
    return clusters.spark().url();
  }

  private static void assertSameBytes(String run) throws IOException {
    Map<String, byte[]> actual = clusters.checkpoint(run);
    assertThat(actual.keySet())
        .isEqualTo(expected.keySet())
        .containsExactly("SHA256SUMS", "discriminator.zip", "generator.zip", "state.json");
    expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    assertThat(clusters.rounds(run)).isEqualTo(ROUNDS);
  }

  @Test
  void aClusterGivesTheBytesOfOneProcess() throws IOException {
    String said = clusters.run(master(), "train", clusters.settings("cluster"));
    assertThat(said).contains(ROUNDS + " rounds");
    assertSameBytes("cluster");
    assertThat(clusters.run(master(), "evaluate", clusters.settings("cluster")))
        .contains("bits a symbol");
  }

  @Test
  void speculativeTasksChangeNothing() throws IOException {
    Jvm training =
        clusters.start(
            master(),
            List.of(
                "spark.speculation=true",
                "spark.speculation.interval=10ms",
                "spark.speculation.multiplier=1",
                "spark.speculation.quantile=0.5",
                "spark.speculation.minTaskRuntime=1ms"),
            "train",
            clusters.settings("speculative"));
    assertThat(training.await(600)).as(training.said()).isZero();
    assertSameBytes("speculative");
  }

  @Test
  void anotherSeedGivesOtherBytes() throws IOException {
    clusters.run(master(), "train", clusters.settings("seed", "training.seed=4"));
    assertThat(clusters.checkpoint("seed").get("generator.zip"))
        .isNotEqualTo(expected.get("generator.zip"));
  }

  @Test
  void anExecutorThatDiesInARoundIsReplaced() throws IOException {
    try (Jvm training = clusters.start(master(), "train", clusters.settings("executor"))) {
      SparkCluster.until("two rounds are done", () -> clusters.rounds("executor") >= 2);
      clusters.spark().executors().get(0).destroyForcibly();
      assertThat(training.await(600)).as(training.said()).isZero();
    }
    assertSameBytes("executor");
  }

  @Test
  void aDriverThatDiesIsResumed() throws IOException {
    try (Jvm training = clusters.start(master(), "train", clusters.settings("driver"))) {
      SparkCluster.until("three rounds are done", () -> clusters.rounds("driver") >= 3);
    }
    assertThat(clusters.checkpoints("driver")).isNotEmpty().doesNotContain("round-" + ROUNDS);
    clusters.run(master(), "train", resumed("driver"));
    assertSameBytes("driver");
  }

  private static String[] resumed(String run) {
    String[] settings = clusters.settings(run);
    String[] arguments = new String[settings.length + 1];
    arguments[0] = "--resume";
    System.arraycopy(settings, 0, arguments, 1, settings.length);
    return arguments;
  }

  @Test
  void aDamagedCheckpointIsRefusedByNameAndTheOneBeforeIsUsed() throws IOException {
    clusters.run(master(), "train", clusters.settings("damaged"));
    String last = "damaged/checkpoints/round-" + ROUNDS + "/";
    flipAByte(last + "generator.zip");
    String before = "damaged/checkpoints/round-" + (ROUNDS - 2) + "/";
    cutShort(before + "discriminator.zip");
    String said = clusters.run(master(), "train", resumed("damaged"));
    assertThat(said)
        .contains(last + "generator.zip: does not have the checksum")
        .contains(before + "discriminator.zip: does not have the checksum");
    assertSameBytes("damaged");
  }

  private static void flipAByte(String name) throws IOException {
    byte[] bytes = read(name);
    bytes[bytes.length / 3] ^= 8;
    write(name, bytes, bytes.length);
  }

  private static void cutShort(String name) throws IOException {
    byte[] bytes = read(name);
    write(name, bytes, bytes.length / 2);
  }

  private static byte[] read(String name) throws IOException {
    try (var in = clusters.files().open(path(name))) {
      return in.readAllBytes();
    }
  }

  private static void write(String name, byte[] bytes, int length) throws IOException {
    try (var out = clusters.files().create(path(name), true)) {
      out.write(bytes, 0, length);
    }
  }

  /**
   * Faults at random moments, four a run: an executor is killed, or the driver, which is then
   * started again. A fault comes at most two rounds after the one before it, and some time within a
   * round or what follows it.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void faultsAtRandomMomentsLoseNothing(long seed) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    String run = "faults-" + seed;
    Jvm training = clusters.start(master(), "train", resumed(run));
    try {
      for (int fault = 0; fault < 4; fault++) {
        Jvm running = training;
        long rounds = clusters.rounds(run) + random.nextInt(3);
        SparkCluster.until(
            "it is time for a fault",
            () ->
                !running.isAlive()
                    || (clusters.rounds(run) >= rounds && !clusters.spark().executors().isEmpty()));
        // No waiting for anything: this is the moment.
        Thread.sleep(random.nextInt(1500));
        boolean driver = random.nextBoolean();
        List<ProcessHandle> executors = clusters.spark().executors();
        if (driver || executors.isEmpty()) {
          training.close();
          training = clusters.start(master(), "train", resumed(run));
        } else {
          executors.get(random.nextInt(executors.size())).destroyForcibly();
        }
      }
      assertThat(training.await(600)).as(training.said()).isZero();
    } finally {
      training.close();
    }
    assertSameBytes(run);
  }
}
