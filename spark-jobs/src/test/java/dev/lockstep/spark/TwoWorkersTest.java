package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.testing.RoundClock;
import dev.lockstep.testing.TinyText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run gives depends on how many workers it has, not on where and when they work. */
class TwoWorkersTest {
  @TempDir Path folder;

  @Test
  void workersSideBySideOrOneAfterAnotherGiveTheSameBits() throws Exception {
    TinyText.write(folder.resolve("text"));
    Trained apart;
    try (SparkSession spark = SparkSessions.open("one core", 1)) {
      assertThat(spark.sparkContext().master()).isEqualTo("local[1]");
      Corpora.prepare(spark, settings("none", 5));
      apart = train(spark, "apart", 5);
    }
    try (SparkSession spark = SparkSessions.open("two cores", 2)) {
      assertThat(spark.sparkContext().master()).isEqualTo("local[2]");
      train(spark, "beside", 5).assertSameBits(apart);
      train(spark, "again", 5).assertSameBits(apart);
      Trained otherSeed = train(spark, "other", 6);
      assertThat(otherSeed.parameters().get(0)).isNotEqualTo(apart.parameters().get(0));
    }

    assertThat(metrics("beside")).hasSize(2).isEqualTo(metrics("apart"));
    assertThat(metrics("again")).isEqualTo(metrics("apart"));
  }

  private Trained train(SparkSession spark, String run, long seed) {
    Settings settings = settings(run, seed);
    new TrainJob(spark, settings, (metrics, rounds) -> {}).run();
    return Trained.newest(spark, settings, 2);
  }

  /** The rounds without what the clock says. */
  private List<ObjectNode> metrics(String run) throws Exception {
    List<ObjectNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      ObjectNode round = (ObjectNode) new ObjectMapper().readTree(line);
      RoundClock.remove(round);
      rounds.add(round);
    }
    return rounds;
  }

  private Settings settings(String run, long seed) {
    return Settings.parse(
        TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), folder.resolve(run)),
        "test",
        List.of("training.workers=2", "training.seed=" + seed));
  }
}
