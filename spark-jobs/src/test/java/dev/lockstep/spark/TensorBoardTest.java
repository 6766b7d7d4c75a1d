package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.io.ByteArrayInputStream;
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
import org.tensorflow.hadoop.util.TFRecordReader;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.Summary;

/** Event files, read by TensorFlow's own classes, checksums and all. */
class TensorBoardTest {
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
                "training.tensorboard=true",
                "training.averaging-frequency=2",
                "training.max-rounds=5",
                "training.validate-every=0"));
    overrides.addAll(Arrays.asList(more));
    return Settings.parse(
        TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), folder.resolve(run)),
        "test",
        overrides);
  }

  private static void train(Settings settings) {
    new TrainJob(SPARK.session(), settings, (metrics, rounds) -> {}).run();
  }

  /** All events of a run in TensorBoard's order; each file begins with its version. */
  private static List<Event> events(String run) throws IOException {
    Path directory = folder.resolve(run).resolve("tensorboard");
    List<Event> events = new ArrayList<>();
    for (String name : TinyText.everything(directory)) {
      byte[] file = Files.readAllBytes(directory.resolve(name));
      TFRecordReader reader = new TFRecordReader(new ByteArrayInputStream(file), true);
      assertThat(Event.parseFrom(reader.read()).getFileVersion()).isEqualTo("brain.Event:2");
      for (byte[] record = reader.read(); record != null; record = reader.read()) {
        events.add(Event.parseFrom(record));
      }
    }
    return events;
  }

  private static Map<String, Double> scalars(Event event) {
    Map<String, Double> scalars = new TreeMap<>();
    for (Summary.Value value : event.getSummary().getValueList()) {
      scalars.put(value.getTag(), (double) value.getSimpleValue());
    }
    return scalars;
  }

  private static List<JsonNode> metrics(String run) throws IOException {
    List<JsonNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      rounds.add(new ObjectMapper().readTree(line));
    }
    return rounds;
  }

  @Test
  void everyRoundIsAnEventWithWhatMetricsSay() throws IOException {
    double before = System.currentTimeMillis() / 1000.0;
    train(settings("run"));

    assertThat(TinyText.everything(folder.resolve("run/tensorboard")))
        .containsExactly(
            "events.out.tfevents.0000000002.lockstep",
            "events.out.tfevents.0000000004.lockstep",
            "events.out.tfevents.0000000005.lockstep");
    List<Event> events = events("run");
    assertThat(events).extracting(Event::getStep).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(events)
        .extracting(Event::getWallTime)
        .isSorted()
        .allMatch(time -> time >= before && time <= System.currentTimeMillis() / 1000.0);
    JsonNode last = metrics("run").get(4);
    assertThat(scalars(events.get(4)))
        .isEqualTo(
            new TreeMap<>(
                Map.ofEntries(
                    entry("training/nll", last.path("nll")),
                    entry("training/bpc", last.path("bpc")),
                    entry("training/c_d", last.path("c_d")),
                    entry("training/c_f", last.path("c_f")),
                    entry("training/c_t", last.path("c_t")),
                    entry("discriminator/accuracy", last.path("accuracy")),
                    entry("discriminator/generator_gate", last.path("generator_gate")),
                    entry("discriminator/discriminator_gate", last.path("discriminator_gate")),
                    entry("validation/nll", last.path("valid_nll")),
                    entry("validation/bpc", last.path("valid_bpc")),
                    entry("speed/steps_per_second", last.path("steps_per_second")))));
    assertThat(scalars(events.get(0)))
        .doesNotContainKey("validation/nll")
        .containsKeys("gradients/nll", "gradients/adversarial")
        .hasSize(11);
  }

  private static Map.Entry<String, Double> entry(String tag, JsonNode value) {
    assertThat(value.isNumber()).as(tag).isTrue();
    return Map.entry(tag, (double) (float) value.asDouble());
  }

  @Test
  void aRunThatWentOnHasEveryRoundOnce() throws IOException {
    Settings settings = settings("stopped");
    // After round 5 and its events, before what follows; its checkpoint is then damaged.
    train(settings);
    Path newest = folder.resolve("stopped/checkpoints/round-5/state.json");
    Files.delete(newest);
    assertThatThrownBy(() -> stopAtRound(5, settings)).hasMessage("stopped");
    Files.delete(newest);
    Settings longer = settings("stopped", "training.max-rounds=6");

    new TrainJob(SPARK.session(), longer, (metrics, rounds) -> {}).resume();

    List<Event> events = events("stopped");
    assertThat(events).extracting(Event::getStep).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(events)
        .extracting(event -> scalars(event).get("training/nll"))
        .containsExactlyElementsOf(
            metrics("stopped").stream()
                .map(round -> (double) (float) round.path("nll").asDouble())
                .toList());
  }

  private static void stopAtRound(int round, Settings settings) {
    new TrainJob(
            SPARK.session(),
            settings,
            (metrics, rounds) -> {
              if (metrics.round() == round) {
                throw new IllegalStateException("stopped");
              }
            })
        .resume();
  }

  @Test
  void noneIsWrittenUnlessAskedFor() {
    train(settings("without", "training.tensorboard=false", "training.max-rounds=1"));

    assertThat(folder.resolve("without/tensorboard")).doesNotExist();
  }
}
