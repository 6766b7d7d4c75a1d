package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Settings;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.RoundClock;
import dev.lockstep.testing.TinyText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole way, as a pipeline goes it: prepare, train, evaluate and generate with --json. */
class PipelineTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path folder;
  private static Path run;
  private static JsonNode prepared;
  private static JsonNode trained;
  private static JsonNode evaluated;
  private static JsonNode generated;

  @BeforeAll
  static void goTheWholeWay() throws IOException {
    TinyText.write(folder.resolve("text"));
    run = folder.resolve("run");
    prepared = lockstep("prepare", run);
    trained = lockstep("train", run);
    evaluated = lockstep("evaluate", run);
    generated = lockstep("generate", run);
  }

  @Test
  void prepareTellsWhatTheCorpusHolds() throws IOException {
    assertThat(prepared)
        .isEqualTo(
            JSON.readTree(
                """
                {
                  "corpus": "%s/corpus", "steps": "6 symbols in the vocabulary",
                  "vocabulary": 6, "sequence_length": 11, "set_aside": {}, "found": {},
                  "items": {"found": 1, "used": 1},
                  "parts": {
                    "train": {"steps": 545, "sequences": 50},
                    "valid": {"steps": 30, "sequences": 3},
                    "test": {"steps": 30, "sequences": 3}
                  }
                }
                """
                    .formatted(folder)));
    assertThat(TinyText.names(folder.resolve("corpus")))
        .containsExactly("corpus.json", "test", "train", "valid");
  }

  @Test
  void trainTellsWhereTheRunIsAndItsLastRound() throws IOException {
    assertThat(trained.path("output").asText()).isEqualTo(run.toString());
    assertThat(trained.path("last")).isEqualTo(metrics(run).get(2));
  }

  @Test
  void theRunDirectoryIsLaidOutAsPromised() {
    assertThat(TinyText.names(run))
        .containsExactly(
            "checkpoints", "config.conf", "corpus.json", "evaluation", "metrics.jsonl", "samples");
    assertThat(TinyText.names(run.resolve("checkpoints"))).containsExactly("round-2", "round-3");
    assertThat(TinyText.names(run.resolve("checkpoints/round-3")))
        .containsExactly("SHA256SUMS", "discriminator.zip", "generator.zip", "state.json");
    assertThat(TinyText.names(run.resolve("evaluation"))).containsExactly("metrics.json");
    assertThat(TinyText.names(run.resolve("samples"))).containsExactly("round-3-seed-3.txt");
    assertThat(run.resolve("corpus.json"))
        .hasSameTextualContentAs(folder.resolve("corpus/corpus.json"));
  }

  @Test
  void theConfigurationLoadsBackEqualButForItsThreadsResolved() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(Settings.load(run.resolve("config.conf"), List.of()))
        .isEqualTo(Settings.load(config(run), List.of()).withThreads(cores))
        .isNotEqualTo(Settings.defaults());
  }

  @Test
  void metricsAreOneObjectARound() throws IOException {
    List<ObjectNode> rounds = metrics(run);
    assertThat(rounds).extracting(r -> r.path("round").asInt()).containsExactly(1, 2, 3);
    List<String> always =
        List.of(
            "round",
            "nll",
            "bpc",
            "c_d",
            "c_f",
            "c_t",
            "accuracy",
            "generator_gate",
            "discriminator_gate",
            "left_out",
            "steps",
            "steps_per_second",
            "broadcast_seconds",
            "compute_seconds",
            "combine_seconds",
            "seconds");
    // The first update measures its gradients, the next one that does is further than this run
    // goes.
    List<String> first = new ArrayList<>(always);
    first.addAll(List.of("nll_gradient_norm", "adversarial_gradient_norm"));
    assertThat(keys(rounds.get(0))).containsExactlyInAnyOrderElementsOf(first);
    assertThat(keys(rounds.get(1))).contains("valid_bpc").containsAll(always);
    assertThat(keys(rounds.get(2))).contains("valid_bpc").containsAll(always);
    assertThat(rounds)
        .allSatisfy(
            round -> {
              assertThat(round).allMatch(JsonNode::isNumber);
              assertThat(round.path("bpc").asDouble())
                  .isEqualTo(round.path("nll").asDouble() / Math.log(2));
              assertThat(round.path("accuracy").asDouble()).isBetween(0.0, 1.0);
            });
    assertThat(rounds.stream().mapToLong(r -> r.path("steps").asLong()).sum()).isEqualTo(545);
    assertThat(rounds.get(2).path("nll").asDouble())
        .isLessThan(rounds.get(0).path("nll").asDouble());
  }

  @Test
  void checkpointsAreDl4jNetworks() throws IOException {
    Path round = run.resolve("checkpoints/round-3");
    for (String name : List.of("generator", "discriminator")) {
      MultiLayerNetwork network =
          ModelSerializer.restoreMultiLayerNetwork(round.resolve(name + ".zip").toFile(), true);
      assertThat(network.getIterationCount()).isEqualTo(13);
      assertThat(network.getUpdater().getStateViewArray().length())
          .isEqualTo(2 * network.numParams());
    }
  }

  @Test
  void evaluateTellsWhatItWrites() throws IOException {
    assertThat(evaluated).isEqualTo(JSON.readTree(run.resolve("evaluation/metrics.json").toFile()));
    assertThat(keys(evaluated))
        .containsExactly(
            "round",
            "part",
            "steps",
            "nll",
            "nll_interval",
            "bpc",
            "bpc_interval",
            "perplexity",
            "perplexity_interval",
            "restart_bpc",
            "drift_sequences",
            "drift_steps",
            "centroid_distance",
            "centroid_distance_within",
            "pair_distance",
            "pair_distance_within",
            "mmd",
            "discriminator_accuracy",
            "centroid_by_step",
            "pair_by_step",
            "mmd_by_step",
            "drift_by_length",
            "probe",
            "length_generalisation",
            "repeats");
    assertThat(evaluated.path("round").asInt()).isEqualTo(3);
    assertThat(evaluated.path("part").asText()).isEqualTo("test");
    assertThat(evaluated.path("steps").asInt()).isEqualTo(30);
    assertThat(evaluated.path("drift_sequences").asInt()).isEqualTo(2);
    assertThat(evaluated.path("centroid_by_step")).hasSize(11);
    // Between knowing nothing and knowing all.
    assertThat(evaluated.path("perplexity").asDouble()).isBetween(1.0, 6.5);
    assertThat(evaluated.path("restart_bpc").asDouble()).isPositive();
  }

  @Test
  void evaluateComparesFreeRunningOutputWithTheData() {
    JsonNode rows = evaluated.path("length_generalisation");
    assertThat(rows)
        .extracting(row -> row.path("measure").asText())
        .containsExactly("unigram divergence, bits", "bigram divergence, bits");
    for (JsonNode row : rows) {
      assertThat(keys(row)).containsExactly("measure", "data", "values");
      assertThat(keys(row.path("values"))).containsExactly("1", "5", "20");
      assertThat(row.path("data").asDouble()).isBetween(0.01, 0.99);
      assertThat(row.path("values")).allSatisfy(v -> assertThat(v.asDouble()).isBetween(0.01, 1.0));
    }
    assertThat(rows.get(0).path("values").path("5"))
        .isNotEqualTo(rows.get(0).path("values").path("20"));
  }

  @Test
  void evaluatePrintsItTooUnlessToldNotToRunFree() throws IOException {
    Path copy = folder.resolve("copy");
    copy(run, copy);
    String config = config(copy).toString();
    CommandRun all = CommandRun.lockstep("evaluate", "--config", config);
    assertThat(all.out())
        .contains("free-running output after multiples of 11 steps")
        .containsPattern("(?m)^measure +data +1x +5x +20x$")
        .containsPattern("(?m)^bigram divergence, bits( +0\\.\\d{4}){4}$")
        .containsPattern("(?m)^NLL, nats a step +\\d\\.\\d{4} +\\d\\.\\d{4} to \\d\\.\\d{4}$")
        .contains("drift of hidden states over the 11 steps before each", "longest copy")
        .doesNotContain("nats a sequence");
    String off = "evaluation.free-running=false";
    assertThat(CommandRun.lockstep("evaluate", "--config", config, "--set", off).out())
        .contains("accuracy of the run's own")
        .doesNotContain("free-running");
    assertThat(keys(lockstep("evaluate", copy, off)))
        .contains("pair_by_step")
        .doesNotContain("length_generalisation", "repeats");
  }

  /** Images, 2 wide and 3 high, that are white as a whole or black as a whole. */
  @Test
  void imagesHaveNatsASequenceAndNothingBeyondTheirLastPixel() throws IOException {
    Path digits = folder.resolve("digits");
    byte[] idx = new byte[16 + 60 * 6];
    ByteBuffer.wrap(idx).putInt(0x803).putInt(60).putInt(3).putInt(2);
    Arrays.fill(idx, 16, 16 + 30 * 6, (byte) 255);
    Path input = Files.write(folder.resolve("idx"), idx);
    String[] images = {
      "data.kind=pixels",
      "data.input=" + input,
      "data.corpus=" + folder.resolve("pixels"),
      "data.split.test=0.3",
      "objective.method=teacher-forcing"
    };
    int sequences =
        lockstep("prepare", digits, images).path("parts").path("test").path("sequences").asInt();
    lockstep("train", digits, images);
    JsonNode result = lockstep("evaluate", digits, images);
    assertThat(result.path("steps").asInt()).isEqualTo(6 * sequences);
    assertThat(result.path("nats_per_sequence").asDouble())
        .isCloseTo(6 * result.path("nll").asDouble(), org.assertj.core.api.Assertions.within(1e-9))
        .isBetween(
            result.path("nats_per_sequence_interval").get(0).asDouble(),
            result.path("nats_per_sequence_interval").get(1).asDouble());
    assertThat(result.path("length_generalisation"))
        .hasSize(2)
        .allSatisfy(row -> assertThat(keys(row.path("values"))).containsExactly("1"));
  }

  @Test
  void generateTellsWhatItWrites() throws IOException {
    assertThat(generated.path("round").asInt()).isEqualTo(3);
    assertThat(generated.path("files").path(0).asText()).isEqualTo("samples/round-3-seed-3.txt");
    assertThat(generated.path("samples")).hasSize(5);
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      String sample = generated.path("samples").get(i).asText();
      assertThat(sample).matches("[abc \n\uFFFD]{70}");
      page.append("--- %d ---\n%s\n\n".formatted(i + 1, sample));
    }
    assertThat(Files.readString(run.resolve("samples/round-3-seed-3.txt")))
        .isEqualTo(page.toString());
  }

  @Test
  void generateContinuesAPrefix() throws IOException {
    JsonNode samples =
        lockstep(
                "generate",
                run,
                "generate.prefix=abc ",
                "generate.count=2",
                "generate.seed=9",
                "generate.length=5")
            .path("samples");
    assertThat(samples).hasSize(2);
    assertThat(samples).allSatisfy(s -> assertThat(s.asText()).startsWith("abc ").hasSize(9));
    Files.delete(run.resolve("samples/round-3-seed-9.txt"));
  }

  @Test
  void reportShowsWhatTheOtherCommandsWrote() throws IOException {
    Path copy = folder.resolve("reported");
    copy(run, copy);

    JsonNode report = lockstep("report", copy);

    assertThat(report.path("output").asText()).isEqualTo(copy + "/report.html");
    String html = Files.readString(copy.resolve("report.html"));
    JsonNode shown =
        JSON.readTree(html.split("id=\"report\">", 2)[1].split("</script>", 2)[0]).at("/runs/0");
    assertThat(shown.path("rounds")).hasSize(3);
    JsonNode round = shown.path("rounds").get(2);
    assertThat(keys(round)).contains("c_d", "c_f", "c_t", "accuracy", "valid_bpc", "nll");
    JsonNode written = metrics(run).get(2);
    assertThat(keys(round)).allMatch(key -> round.path(key).equals(written.path(key)));
    JsonNode evaluation = shown.path("evaluation");
    assertThat(List.of("nll", "perplexity", "discriminator_accuracy", "pair_by_step"))
        .allMatch(key -> evaluation.has(key) && evaluation.path(key).equals(evaluated.path(key)));
    assertThat(shown.at("/samples/0/name").asText()).isEqualTo("round-3-seed-3.txt");
  }

  @Test
  void theSameSeedGivesTheSameRun() throws IOException {
    Path again = folder.resolve("again");
    lockstep("train", again);
    assertThat(withoutClock(metrics(again))).isEqualTo(withoutClock(metrics(run)));
    assertThat(lockstep("evaluate", again)).isEqualTo(evaluated);
    assertThat(lockstep("generate", again)).isEqualTo(generated);
    assertThat(again.resolve("samples/round-3-seed-3.txt"))
        .hasSameBinaryContentAs(run.resolve("samples/round-3-seed-3.txt"));
  }

  @Test
  void anotherSeedGivesAnotherRun() throws IOException {
    Path other = folder.resolve("other");
    lockstep("train", other, "training.seed=6");
    assertThat(withoutClock(metrics(other))).isNotEqualTo(withoutClock(metrics(run)));
    JsonNode otherDraws = lockstep("generate", other, "generate.seed=4");
    assertThat(otherDraws.path("samples").get(0)).isNotEqualTo(generated.path("samples").get(0));
  }

  /** How a run is generated from follows its own number of workers. */
  @Test
  void howManyWorkersGenerateChangesNothing() throws IOException {
    Path two = folder.resolve("two");
    copy(run, two);
    Path config = two.resolve("config.conf");
    Files.writeString(
        config, Files.readString(config).replaceFirst("workers = 1\n", "workers = 2\n"));
    assertThat(Settings.load(config, List.of()).training().workers()).isEqualTo(2);

    assertThat(lockstep("generate", two)).isEqualTo(generated);
    // Sums of two partitions may round differently.
    assertThat(lockstep("evaluate", two).path("nll").asDouble())
        .isCloseTo(evaluated.path("nll").asDouble(), org.assertj.core.api.Assertions.within(1e-6));
  }

  @Test
  void teacherForcingHasNoDiscriminator() throws IOException {
    Path teacher = folder.resolve("teacher");
    lockstep("train", teacher, "objective.method=teacher-forcing");
    assertThat(keys(metrics(teacher).get(0)))
        .containsExactly(
            "round",
            "nll",
            "bpc",
            "nll_gradient_norm",
            "left_out",
            "steps",
            "steps_per_second",
            "broadcast_seconds",
            "compute_seconds",
            "combine_seconds",
            "seconds");
    assertThat(TinyText.names(teacher.resolve("checkpoints/round-3")))
        .containsExactly("SHA256SUMS", "generator.zip", "state.json");
    assertThat(keys(lockstep("evaluate", teacher)))
        .contains("centroid_distance")
        .doesNotContain("discriminator_accuracy");
  }

  /** A command with --json; its result. */
  private static JsonNode lockstep(String command, Path output, String... overrides)
      throws IOException {
    List<String> args = new ArrayList<>(List.of(command, "--json", "--config"));
    args.add(config(output).toString());
    for (String override : overrides) {
      args.addAll(List.of("--set", override));
    }
    return CommandRun.lockstep(args.toArray(String[]::new)).json();
  }

  private static Path config(Path output) {
    Path file = folder.resolve(output.getFileName() + ".conf");
    try {
      return Files.writeString(
          file, TinyText.settings(folder.resolve("text"), folder.resolve("corpus"), output));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static List<ObjectNode> metrics(Path directory) throws IOException {
    List<ObjectNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      rounds.add((ObjectNode) JSON.readTree(line));
    }
    return rounds;
  }

  private static List<ObjectNode> withoutClock(List<ObjectNode> rounds) {
    rounds.forEach(RoundClock::remove);
    return rounds;
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : entries.toList()) {
        Files.copy(entry, to.resolve(from.relativize(entry).toString()));
      }
    }
  }
}
