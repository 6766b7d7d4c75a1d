package dev.lockstep.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Settings;
import dev.lockstep.testing.TinyText;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Airflow DAG by its own command lines, which a stand-in for Airflow renders and runs. Needs
 * {@code python3} and is skipped without it.
 */
class AirflowDagTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path DAG =
      Path.of("../conf/pipelines/airflow/lockstep_training.py").toAbsolutePath();

  @TempDir static Path folder;
  private static StandIns standIns;
  private static JsonNode first;
  private static JsonNode whole;

  /** prepare by itself, then the whole DAG, whose first attempt to train fails. */
  @BeforeAll
  static void runTheDag() throws Exception {
    assumeTrue(findsPython(), "no python3 on the PATH");
    standIns = StandIns.write(folder.resolve("bin"));
    // A name that the shell would take for two words, and for a variable.
    Path text = Files.createDirectory(folder.resolve("the $TEXT")).resolve("input.txt");
    TinyText.write(text);
    Path config = folder.resolve("tiny.conf");
    Files.writeString(config, TinyText.settings(Path.of("none"), Path.of("none"), Path.of("none")));
    ObjectNode state = JSON.createObjectNode().put("ts_nodash", "20250102T030405");
    state
        .putObject("variables")
        .put("lockstep_jar", standIns.jar().toString())
        .put("lockstep_master", "local[2]")
        .put("lockstep_spark_defaults", standIns.sparkDefaults().toString());
    state
        .putObject("params")
        .put("config", config.toString())
        .put("input", text.toString())
        .put("corpus", folder.resolve("corpus").toString())
        .put("runs", folder.resolve("runs").toString())
        .put("max_bpc", 5)
        .putArray("overrides")
        .add("training.max-rounds=2")
        .add("generate.prefix=a 'b'");
    first = run(state, "prepare");
    standIns.fail(1);
    whole = run(first);
  }

  @Test
  void preparesTheCorpusWhereThereIsNone() throws IOException {
    JsonNode prepare = first.path("tasks").path("prepare");
    assertThat(prepare.path("state").asText()).isEqualTo("success");
    assertThat(prepare.path("tries").asInt()).isEqualTo(1);
    assertThat(result(first, "prepare").path("corpus").asText())
        .isEqualTo(folder.resolve("corpus").toString());
    assertThat(TinyText.names(folder.resolve("corpus")))
        .containsExactly("corpus.json", "test", "train", "valid");
  }

  @Test
  void skipsPreparingACorpusThatIsThereAndGoesOn() {
    assertThat(states(whole))
        .containsExactly("prepare skipped", "train success", "evaluate success", "report success");
  }

  @Test
  void trainsIntoADirectoryOfThisRunOfTheDag() throws IOException {
    assertThat(TinyText.names(folder.resolve("runs"))).containsExactly("20250102T030405");
    JsonNode trained = result(whole, "train");
    assertThat(trained.path("output").asText()).isEqualTo(output().toString());
    // As the overrides say; the file says 3.
    assertThat(trained.path("last").path("round").asInt()).isEqualTo(2);
    Settings settings = Settings.load(output().resolve("config.conf"), List.of());
    assertThat(settings.generate().prefix()).isEqualTo("a 'b'");
  }

  @Test
  void triesToTrainAgainAndThenResumes() {
    JsonNode train = whole.path("tasks").path("train");
    assertThat(train.path("tries").asInt()).isEqualTo(2);
    assertThat(train.path("command").asText()).contains(" train --resume ");
    assertThat(train.path("retry").path("retries").asInt()).isEqualTo(5);
    assertThat(train.path("retry").path("retry_exponential_backoff").asText()).isEqualTo("True");
    assertThat(train.path("retry").path("retry_delay").asText()).isEqualTo("0:02:00");
  }

  @Test
  void handsOnWhatEvaluateWrote() throws IOException {
    assertThat(result(whole, "evaluate"))
        .isEqualTo(JSON.readTree(output().resolve("evaluation/metrics.json").toFile()));
  }

  @Test
  void reportsWhatEvaluateMeasured() throws IOException {
    JsonNode report = whole.path("xcoms").path("report");
    JsonNode evaluated = result(whole, "evaluate");
    assertThat(report.path("run").asText()).isEqualTo(output().toString());
    for (String key :
        List.of("round", "part", "steps", "nll", "bpc", "perplexity", "discriminator_accuracy")) {
      assertThat(report.get(key)).as(key).isEqualTo(evaluated.get(key));
    }
    assertThat(report).hasSize(8);
  }

  @Test
  void failsWithoutARetryWhereTheBpcIsTooHigh() throws Exception {
    ObjectNode strict = whole.deepCopy();
    ((ObjectNode) strict.path("params")).put("max_bpc", 0.5);
    JsonNode report = run(strict, "report").path("tasks").path("report");
    assertThat(report.path("state").asText()).isEqualTo("failed");
    assertThat(report.path("tries").asInt()).isEqualTo(1);
    assertThat(report.path("error").asText())
        .matches(".*/runs/20250102T030405: the test BPC is \\d.*, but max_bpc is 0.5");
  }

  @Test
  void failsWhereTheBpcIsNoNumber() throws Exception {
    ObjectNode broken = whole.deepCopy();
    ((ObjectNode) broken.path("xcoms")).put("evaluate", "{\"bpc\": \"NaN\"}");
    assertThat(states(run(broken, "report"))).containsExactly("report failed");
  }

  @Test
  void noBoundIsNoFailure() throws Exception {
    ObjectNode lenient = whole.deepCopy();
    ((ObjectNode) lenient.path("params")).putNull("max_bpc");
    assertThat(states(run(lenient, "report"))).containsExactly("report success");
  }

  @Test
  void failsWhenSparkSubmitHasFailedThreeTimes() throws Exception {
    ObjectNode state = whole.deepCopy();
    ((ObjectNode) state.path("xcoms")).remove("evaluate");
    standIns.fail(3);
    JsonNode after = run(state, "evaluate", "report");
    assertThat(states(after)).containsExactly("evaluate failed", "report upstream_failed");
    assertThat(after.path("tasks").path("evaluate").path("tries").asInt()).isEqualTo(3);
    assertThat(after.path("xcoms").has("evaluate")).isFalse();
  }

  @Test
  void withoutVariablesItIsYarnAndTheInstallationsOwnSettings() throws Exception {
    ObjectNode state = whole.deepCopy();
    ((ObjectNode) state.path("variables"))
        .remove(List.of("lockstep_spark_defaults", "lockstep_master"));
    standIns.fail(3);
    JsonNode told = run(state, "evaluate").path("tasks").path("evaluate");
    assertThat(told.path("command").asText())
        .contains("--master yarn --deploy-mode client")
        .doesNotContain("--properties-file");
  }

  @Test
  void oneRunAtATime() {
    assertThat(whole.path("dag"))
        .isEqualTo(
            JSON.createObjectNode()
                .putNull("schedule")
                .put("catchup", false)
                .put("max_active_runs", 1));
  }

  private static Path output() {
    return folder.resolve("runs/20250102T030405");
  }

  /** The last line of a task, which Airflow hands on. */
  private static JsonNode result(JsonNode state, String task) throws JsonProcessingException {
    return JSON.readTree(state.path("xcoms").path(task).asText());
  }

  private static List<String> states(JsonNode state) {
    List<String> states = new ArrayList<>();
    state
        .path("tasks")
        .fields()
        .forEachRemaining(
            task -> states.add(task.getKey() + " " + task.getValue().path("state").asText()));
    return states;
  }

  /** Runs the DAG, or those of its tasks, from a state to the next. */
  private static JsonNode run(JsonNode state, String... tasks)
      throws IOException, InterruptedException, URISyntaxException {
    Path file = folder.resolve("state.json");
    JSON.writeValue(file.toFile(), state);
    Path runner = Path.of(AirflowDagTest.class.getResource("/airflow/run_dag.py").toURI());
    List<String> command =
        Stream.concat(
                Stream.of("python3", runner.toString(), DAG.toString(), file.toString()),
                Stream.of(tasks))
            .toList();
    StandIns.Ran ran = standIns.run(folder, command);
    assertThat(ran.status()).as("%s%n%s", ran.out(), ran.err()).isZero();
    // Seen where a test fails.
    System.out.print(ran.out() + ran.err());
    return JSON.readTree(file.toFile());
  }

  private static boolean findsPython() {
    try {
      return new ProcessBuilder("python3", "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
