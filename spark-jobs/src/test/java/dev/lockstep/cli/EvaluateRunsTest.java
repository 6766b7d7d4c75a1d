package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.results.SequenceReport;
import dev.lockstep.results.TsnePicture;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two runs on a text whose test part is long enough for everything that is measured. */
class EvaluateRunsTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LENGTH = 3;
  private static final String[] MEASURED = {
    "evaluation.length=" + LENGTH,
    "evaluation.sequences=60",
    "evaluation.beyond=4",
    "evaluation.tsne.runs=2",
    "evaluation.tsne.sequences=50",
    "evaluation.tsne.perplexity=5",
    "evaluation.probe.updates=3",
    "evaluation.probe.hidden=4"
  };

  @TempDir static Path folder;
  private static Path professor;
  private static Path teacher;
  private static JsonNode both;

  @BeforeAll
  static void trainTwo() {
    TinyText.write(folder.resolve("text"));
    lockstep("prepare", "data.split.test=0.5");
    professor = train("professor");
    teacher = train("teacher", "objective.method=teacher-forcing");
    both = evaluate(List.of(professor, teacher)).json();
  }

  private static Path train(String name, String... overrides) {
    Path run = folder.resolve(name);
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("training.output=" + run);
    lockstep("train", all.toArray(String[]::new));
    return run;
  }

  @Test
  void eachRunHasItsOwnFileAndTheirListIsTheResult() throws IOException {
    assertThat(keys(both)).containsExactly("runs");
    assertThat(both.path("runs")).hasSize(2);
    for (int i = 0; i < 2; i++) {
      Path run = List.of(professor, teacher).get(i);
      JsonNode evaluated = both.path("runs").get(i);
      assertThat(keys(evaluated).get(0)).isEqualTo("run");
      assertThat(evaluated.path("run").asText()).isEqualTo(run.toString());
      JsonNode written = JSON.readTree(run.resolve("evaluation/metrics.json").toFile());
      assertThat(keys(evaluated).subList(1, keys(evaluated).size())).isEqualTo(keys(written));
      written
          .fields()
          .forEachRemaining(e -> assertThat(evaluated.get(e.getKey())).isEqualTo(e.getValue()));
    }
    assertThat(run(0).path("nll")).isNotEqualTo(run(1).path("nll"));
  }

  @Test
  void everyKeyThatARunWritesIsOneThatReportsRead() throws IOException {
    for (String line : Files.readAllLines(professor.resolve(ResultFiles.ROUNDS))) {
      RoundMetrics round = ResultFiles.read(line, RoundMetrics.class);
      assertThat(ResultFiles.line(round)).isEqualTo(line);
      assertThat(round.cD()).isPositive();
    }
    String report = Files.readString(professor.resolve(ResultFiles.EVALUATION));
    SequenceReport read = ResultFiles.read(report, SequenceReport.class);
    assertThat(ResultFiles.pretty(read)).asString(StandardCharsets.UTF_8).isEqualTo(report);
    assertThat(read.probe().byLength()).hasSize(3);
    assertThat(read.lengthGeneralisation()).isNotEmpty();
    String map = Files.readString(professor.resolve(ResultFiles.TSNE));
    TsnePicture picture = ResultFiles.read(map, TsnePicture.class);
    assertThat(ResultFiles.pretty(picture)).asString(StandardCharsets.UTF_8).isEqualTo(map);
    assertThat(picture.points()).hasSize(100);
  }

  @Test
  void aRunByItselfIsWhatItIsAmongOthers() throws IOException {
    JsonNode alone = evaluate(List.of(teacher)).json();
    assertThat(alone).isEqualTo(JSON.readTree(teacher.resolve("evaluation/metrics.json").toFile()));
    assertThat(alone.path("nll")).isEqualTo(run(1).path("nll"));
    assertThat(alone.path("probe")).isEqualTo(run(1).path("probe"));
    assertThat(alone.path("tsne")).isEqualTo(run(1).path("tsne"));
  }

  @Test
  void severalRunsMakeATable() {
    CommandRun told = evaluate(List.of(professor, teacher), "", "--checkpoint", "newest");
    assertThat(told.status()).isZero();
    assertThat(told.out().lines().toList())
        .hasSize(4)
        .satisfies(
            lines -> {
              assertThat(lines.get(0)).startsWith("run ").contains("BPC", "MMD", "probe");
              assertThat(lines.get(2)).startsWith(professor.toString());
              assertThat(lines.get(3)).startsWith(teacher.toString()).endsWith("-");
            });
  }

  @Test
  void intervalsAreAroundTheirValues() {
    for (String key : List.of("nll", "bpc", "perplexity")) {
      JsonNode interval = run(0).path(key + "_interval");
      assertThat(interval).hasSize(2);
      assertThat(run(0).path(key).asDouble())
          .isGreaterThan(interval.get(0).asDouble())
          .isLessThan(interval.get(1).asDouble());
    }
    JsonNode probe = run(0).path("probe");
    assertThat(probe.path("accuracy").asDouble())
        .isBetween(
            probe.path("accuracy_interval").get(0).asDouble(),
            probe.path("accuracy_interval").get(1).asDouble());
    assertThat(probe.path("updates").asInt()).isEqualTo(3);
    assertThat(probe.path("sequences").asInt()).isEqualTo(60);
    assertThat(probe.path("auc").asDouble()).isBetween(0.0, 1.0);
  }

  /** Of the 300 symbols of the test part: 25 sequences of twelve. */
  @Test
  void driftAndProbeGoBeyondTheLength() {
    JsonNode rows = run(0).path("drift_by_length");
    assertThat(numbers(rows, "multiple")).containsExactly(1, 2, 4);
    assertThat(numbers(rows, "steps")).containsExactly(3, 6, 12);
    assertThat(numbers(rows, "sequences")).containsOnly(25);
    assertThat(run(0).path("drift_sequences").asInt()).isEqualTo(60);
    assertThat(keys(rows.get(0)))
        .containsExactly(
            "multiple",
            "steps",
            "sequences",
            "centroid_distance",
            "centroid_distance_within",
            "pair_distance",
            "pair_distance_within",
            "mmd",
            "mmd_within");
    assertThat(rows.get(1).path("pair_distance")).isNotEqualTo(rows.get(2).path("pair_distance"));
    JsonNode probed = run(0).path("probe").path("by_length");
    assertThat(numbers(probed, "multiple")).containsExactly(1, 2, 4);
    assertThat(numbers(probed, "steps")).containsExactly(3, 6, 12);
    assertThat(run(0).path("mmd_by_step")).hasSize(LENGTH);
  }

  @Test
  void whatTheDataAreTooShortForIsLeftOut() {
    // Ten sequences of 30 steps are too few, but not fifty of 6.
    JsonNode two = evaluate(List.of(teacher), "evaluation.beyond=10").json();
    assertThat(numbers(two.path("drift_by_length"), "multiple")).containsExactly(1, 2);
    JsonNode one =
        evaluate(List.of(teacher), "evaluation.beyond=1", "evaluation.tsne.perplexity=40").json();
    JsonNode rows = one.path("drift_by_length");
    assertThat(numbers(rows, "multiple")).containsExactly(1);
    assertThat(rows.get(0).path("mmd")).isEqualTo(one.path("mmd"));
    assertThat(rows.get(0).path("sequences").asInt()).isEqualTo(60);
    assertThat(keys(one)).doesNotContain("tsne");
  }

  @Test
  void theFirstMapIsKept() throws IOException {
    JsonNode told = run(0).path("tsne");
    assertThat(keys(told))
        .containsExactly(
            "runs",
            "points",
            "centroid_distance",
            "centroid_distance_error",
            "pair_distance",
            "pair_distance_error");
    assertThat(told.path("runs").asInt()).isEqualTo(2);
    JsonNode map = JSON.readTree(professor.resolve("evaluation/tsne.json").toFile());
    assertThat(keys(map)).containsExactly("seeds", "perplexity", "points");
    assertThat(map.path("seeds").asInt()).isEqualTo(2);
    assertThat(map.path("perplexity").asDouble()).isEqualTo(5);
    JsonNode points = map.path("points");
    assertThat(points).hasSize(100).hasSize(told.path("points").asInt());
    for (int i = 0; i < 100; i++) {
      assertThat(keys(points.get(i))).containsExactly("x", "y", "mode", "step");
      assertThat(points.get(i).path("mode").asText())
          .isEqualTo(i < 50 ? "teacher-forced" : "free-running");
      assertThat(points.get(i).path("step").asInt()).isEqualTo(LENGTH);
      assertThat(points.get(i).path("x").asDouble()).isFinite();
    }
  }

  @Test
  void repeatsAreToldBesideTheData() {
    JsonNode rows = run(0).path("repeats");
    assertThat(numbers(rows, "multiple")).containsExactly(1, 5, 20);
    assertThat(numbers(rows, "steps")).containsExactly(3, 15, 60);
    for (JsonNode row : rows) {
      assertThat(keys(row))
          .containsExactly(
              "multiple",
              "steps",
              "distinct",
              "distinct_data",
              "novel",
              "novel_data",
              "longest_repeat",
              "longest_repeat_data",
              "longest_copy",
              "longest_copy_data");
      for (String key : List.of("distinct", "distinct_data", "novel", "novel_data")) {
        assertThat(row.path(key)).hasSize(4);
        // Three symbols have no fourgram.
        boolean none = row.path("steps").asInt() == 3;
        assertThat(row.path(key).get(3).isNull()).isEqualTo(none);
        assertThat(row.path(key).get(2).asDouble()).isBetween(0.0, 1.0);
      }
      // Training has every symbol that the generator knows, but for the one of unknown ones.
      assertThat(row.path("novel_data").get(0).asDouble()).isZero();
      assertThat(row.path("longest_copy_data").asDouble())
          .isBetween(2.0, row.path("steps").asDouble());
    }
    assertThat(rows.get(2).path("longest_repeat").asDouble())
        .isGreaterThan(rows.get(1).path("longest_repeat").asDouble());
  }

  @Test
  void allThatCostsCanBeTurnedOff() {
    String[] off = {
      "evaluation.tsne.runs=0", "evaluation.probe.updates=0", "evaluation.free-running=false"
    };
    assertThat(keys(evaluate(List.of(professor), off).json()))
        .contains("drift_by_length", "discriminator_accuracy")
        .doesNotContain("tsne", "probe", "length_generalisation", "repeats");
  }

  @Test
  void runsOnOtherTextsHaveNoTable() throws IOException {
    Files.writeString(folder.resolve("reversed"), "abc \ncba".repeat(70));
    String[] other = {
      "data.input=" + folder.resolve("reversed"),
      "data.corpus=" + folder.resolve("other-corpus"),
      "data.split.test=0.5"
    };
    lockstep("prepare", other);
    Path stranger = train("stranger", other);
    // Without data.corpus each is evaluated on what it was trained on.
    CommandRun told =
        CommandRun.lockstep("evaluate", professor.toString(), stranger.toString(), "--json");
    assertThat(told.status()).isEqualTo(2);
    assertThat(told.out()).isEmpty();
    assertThat(told.err().lines())
        .singleElement()
        .asString()
        .contains(professor.toString(), stranger.toString(), "name runs of one corpus");
  }

  private static JsonNode run(int number) {
    return both.path("runs").get(number);
  }

  private static CommandRun evaluate(List<Path> runs, String... overrides) {
    List<String> args = new ArrayList<>(List.of("evaluate"));
    runs.forEach(run -> args.add(run.toString()));
    boolean text = overrides.length > 0 && overrides[0].isEmpty();
    if (text) {
      args.addAll(List.of(overrides).subList(1, overrides.length));
    } else {
      args.add("--json");
      for (String override : overrides) {
        args.addAll(List.of("--set", override));
      }
    }
    return command(args);
  }

  private static void lockstep(String command, String... overrides) {
    List<String> args = new ArrayList<>(List.of(command));
    for (String override : overrides) {
      args.addAll(List.of("--set", override));
    }
    assertThat(command(args).status()).isZero();
  }

  /** With the settings of all, which those of the arguments replace. */
  private static CommandRun command(List<String> args) {
    Path config = folder.resolve("settings.conf");
    try {
      Files.writeString(
          config,
          TinyText.settings(
              folder.resolve("text"), folder.resolve("corpus"), folder.resolve("nowhere")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> all = new ArrayList<>(List.of(args.get(0), "--config", config.toString()));
    for (String setting : MEASURED) {
      all.addAll(List.of("--set", setting));
    }
    all.addAll(args.subList(1, args.size()));
    return CommandRun.lockstep(all.toArray(String[]::new));
  }

  private static List<Integer> numbers(JsonNode rows, String key) {
    return StreamSupport.stream(rows.spliterator(), false)
        .map(row -> row.path(key).asInt())
        .toList();
  }

  private static List<String> keys(JsonNode object) {
    List<String> keys = new ArrayList<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }
}
