package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.WalkReport;
import dev.lockstep.testing.LocalSpark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Variational walkback by its commands, on points near a circle. */
class WalkbackTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int POINTS = 600;
  private static final String[] SETTINGS = {
    "data.kind=series",
    "data.sequence-length=1",
    "data.split.valid=0.2",
    "data.split.test=0.2",
    "objective.method=walkback",
    "objective.walkback.max-temperature=64",
    "objective.walkback.update=accumulate",
    "operator.min-std=0.1",
    "operator.activation=tanh",
    "objective.walkback.steps-at-temperature-one=2",
    "operator.hidden=16",
    "operator.layers=1",
    "training.batch=20",
    "training.epochs=10",
    "training.averaging-frequency=15",
    "training.learning-rate=0.05",
    "training.learning-rate-decay=linear",
    "training.validate-every=1",
    "training.threads=1",
    "evaluation.walkback.steps=6, 8",
    "evaluation.walkback.points=50",
    "evaluation.walkback.paths=3",
    "evaluation.walkback.chain=6",
    "generate.count=5"
  };

  @TempDir static Path folder;
  private static Path run;

  @BeforeAll
  static void train() throws IOException {
    Files.writeString(folder.resolve("ring.csv"), ring());
    assertThat(lockstep("prepare", "data.input=" + folder.resolve("ring.csv")).status()).isZero();
    run = folder.resolve("run");
    CommandRun trained = lockstep("train", "training.output=" + run);
    assertThat(trained.err()).doesNotContain("ERROR");
    assertThat(trained.status()).isZero();
  }

  private static String ring() {
    SplittableRandom random = new SplittableRandom(3);
    StringBuilder csv = new StringBuilder("x,y\n");
    for (int i = 0; i < POINTS; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double radius = 3 + 0.1 * random.nextGaussian();
      csv.append(radius * Math.cos(angle)).append(',');
      csv.append(radius * Math.sin(angle)).append('\n');
    }
    return csv.toString();
  }

  private static CommandRun lockstep(String command, String... overrides) {
    Stream<String> settings =
        Stream.of(
                Arrays.stream(SETTINGS),
                Stream.of("data.corpus=" + folder.resolve("corpus")),
                Arrays.stream(overrides))
            .flatMap(all -> all)
            .flatMap(setting -> Stream.of("--set", setting));
    return CommandRun.lockstep(Stream.concat(Stream.of(command), settings).toArray(String[]::new));
  }

  private static List<JsonNode> metrics(Path directory) throws IOException {
    List<JsonNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(directory.resolve("metrics.jsonl"))) {
      rounds.add(JSON.readTree(line));
    }
    return rounds;
  }

  @Test
  void theBoundRises() throws IOException {
    List<JsonNode> rounds = metrics(run);
    assertThat(rounds).hasSize(12);
    double first = rounds.get(0).path("valid_nll").asDouble();
    double last = rounds.get(rounds.size() - 1).path("valid_nll").asDouble();
    assertThat(last).isLessThan(first - 0.5);
    // Points have no symbols, and no discriminator.
    assertThat(rounds.get(0).has("bpc")).isFalse();
    assertThat(rounds.get(0).has("c_d")).isFalse();
    assertThat(rounds.get(0).path("steps").asInt()).isEqualTo(15 * 20);
  }

  /** A run of two workers that stops and goes on is the run that did not. */
  @Test
  void whatGoesOnIsWhatNeverStopped() throws IOException {
    Path whole = folder.resolve("whole");
    Path halves = folder.resolve("halves");
    lockstep("train", "training.workers=2", "training.max-rounds=4", "training.output=" + whole);
    lockstep("train", "training.workers=2", "training.max-rounds=2", "training.output=" + halves);
    CommandRun resumed = resume(halves);
    assertThat(resumed.status()).isZero();
    assertThat(newest(halves)).isEqualTo(newest(whole));
    assertThat(metrics(halves).get(3).path("nll")).isEqualTo(metrics(whole).get(3).path("nll"));
  }

  private static CommandRun resume(Path directory) {
    List<String> all = new ArrayList<>(List.of("train", "--resume"));
    for (String setting : SETTINGS) {
      all.addAll(List.of("--set", setting));
    }
    for (String setting :
        List.of(
            "data.corpus=" + folder.resolve("corpus"),
            "training.workers=2",
            "training.max-rounds=4",
            "training.output=" + directory)) {
      all.addAll(List.of("--set", setting));
    }
    return CommandRun.lockstep(all.toArray(String[]::new));
  }

  /** The checksums of the newest checkpoint's files. */
  private static List<String> newest(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory.resolve("checkpoints"))) {
      Path last = all.filter(Files::isDirectory).sorted().reduce((a, b) -> b).orElseThrow();
      return Files.readAllLines(last.resolve("SHA256SUMS"));
    }
  }

  @Test
  void evaluationTellsBoundEstimateAndChain() throws IOException {
    CommandRun told = lockstep("evaluate", "training.output=" + run);
    assertThat(told.status()).isZero();
    assertThat(told.out()).contains("bound, nats", "irreversibility");
    JsonNode report = JSON.readTree(run.resolve("evaluation/metrics.json").toFile());
    assertThat(report.path("points").asInt()).isEqualTo(50);
    assertThat(report.path("dimensions").asInt()).isEqualTo(2);
    JsonNode rows = report.path("likelihood");
    assertThat(IntStream.range(0, 2).map(i -> rows.get(i).path("steps").asInt()))
        .containsExactly(6, 8);
    for (JsonNode row : rows) {
      assertThat(row.path("log_likelihood").asDouble()).isGreaterThan(row.path("bound").asDouble());
      assertThat(row.path("effective_paths").asDouble()).isBetween(1.0, 3.0);
      assertThat(row.path("bits_per_dimension").asDouble() * 2 * Math.log(2))
          .isCloseTo(-row.path("log_likelihood").asDouble(), within(1e-9));
    }
    JsonNode chain = report.path("chain");
    assertThat(chain.path("data_discrepancy").asDouble()).isBetween(0.0, 0.5);
    assertThat(chain.path("discrepancy").asDouble()).isBetween(0.0, 1.5);
    assertThat(chain.has("class_score")).isFalse();

    String written = Files.readString(run.resolve(ResultFiles.EVALUATION));
    assertThat(ResultFiles.pretty(ResultFiles.read(written, WalkReport.class)))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(written);
    Path page = folder.resolve("report.html");
    assertThat(CommandRun.lockstep("report", run.toString(), "--output", page.toString()).status())
        .isZero();
    assertThat(Files.readString(page)).contains("\"effective_paths\"", "\"data_discrepancy\"");
  }

  @Test
  void aClassifierOfTheUsersScoresTheChains() throws IOException {
    Path file = folder.resolve("classifier.zip");
    classifier(2).save(file.toFile());
    assertThat(evaluated("evaluation.walkback.classifier=" + file).status()).isZero();
    JsonNode report = JSON.readTree(run.resolve("evaluation/metrics.json").toFile());
    assertThat(report.path("chain").path("class_score").asDouble()).isBetween(1.0, 3.0);

    Path other = folder.resolve("other.zip");
    classifier(5).save(other.toFile());
    CommandRun refused = evaluated("evaluation.walkback.classifier=" + other);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).contains("other.zip: does not take rows of 2 numbers");

    Path none = Files.writeString(folder.resolve("none.zip"), "no network");
    CommandRun damaged = evaluated("evaluation.walkback.classifier=" + none);
    assertThat(damaged.status()).isEqualTo(2);
    assertThat(damaged.err()).contains("none.zip: is not a network that DL4J has written");
  }

  private static CommandRun evaluated(String setting) {
    return lockstep("evaluate", "training.output=" + run, setting);
  }

  private static MultiLayerNetwork classifier(int inputs) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nIn(inputs)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    network.init();
    return network;
  }

  @Test
  void walksThatRunAwayAreToldOfTheBound() {
    CommandRun failed =
        lockstep(
            "train",
            "training.output=" + folder.resolve("astray"),
            "training.learning-rate=1e38",
            "training.gradient-clip=0");
    assertThat(failed.status()).isNotZero();
    assertThat(failed.err()).contains("or bound a walk's noise by operator.max-std");
  }

  @Test
  void fewerStepsThanHeatingAreRefused() {
    CommandRun refused =
        lockstep("evaluate", "training.output=" + run, "evaluation.walkback.steps=1");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("evaluation.walkback.steps = \"1\": must be whole numbers")
        .contains("each at least 6");
  }

  @Test
  void chainsAreFilesAndTheSameEachTime() throws IOException {
    CommandRun told = lockstep("generate", "training.output=" + run, "generate.walkback.frames=3");
    assertThat(told.status()).isZero();
    Path table = run.resolve("samples/round-12-chains.csv");
    List<String> first = Files.readAllLines(table);
    assertThat(first).hasSize(1 + 5).startsWith("x,y");
    assertThat(run.resolve("samples/round-12-chains.svg")).exists();
    assertThat(Files.readString(run.resolve("samples/round-12-chains-frames.svg")))
        .contains("step 0", "step 5", "step 10");
    lockstep("generate", "training.output=" + run);
    assertThat(Files.readAllLines(table)).isEqualTo(first);
    lockstep("generate", "training.output=" + run, "generate.seed=2");
    assertThat(Files.readAllLines(table)).isNotEqualTo(first);
  }

  @Test
  void pointsHaveNoHalves() {
    CommandRun refused =
        lockstep("generate", "training.output=" + run, "generate.walkback.clamp=left");
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err())
        .contains("generate.walkback.clamp = left: the corpus has no pictures");
  }
}
