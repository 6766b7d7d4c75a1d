package dev.lockstep.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.cli.CommandRun;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/**
 * The Oozie workflow: by Oozie's own schemas, by its transitions, and by running its command lines.
 */
class OozieWorkflowTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final Path PIPELINE = Path.of("../conf/pipelines/oozie");
  private static final String[] WORKFLOW_SCHEMAS = {
    "oozie-workflow-1.0.xsd", "spark-action-1.0.xsd", "shell-action-1.0.xsd"
  };

  @TempDir static Path folder;
  private static StandIns standIns;
  private static OozieWorkflow workflow;
  private static List<String> path;
  private static StandIns.Ran report;

  @BeforeAll
  static void goThroughTheWorkflow() throws Exception {
    standIns = StandIns.write(folder.resolve("bin"));
    Path text = TinyText.write(folder.resolve("text"));
    Path config = folder.resolve("tiny.conf");
    Files.writeString(config, TinyText.settings(Path.of("none"), Path.of("none"), Path.of("none")));
    workflow =
        workflow(
            Map.of(
                "nameNode", folder.toString(),
                "input", text.toString(),
                "config", config.toString()));
    path = walk();
  }

  @Test
  void theWorkflowFollowsOoziesSchemas() throws Exception {
    OozieSchemas.validate(PIPELINE.resolve("workflow.xml"), WORKFLOW_SCHEMAS);
  }

  @Test
  void theCoordinatorFollowsOoziesSchema() throws Exception {
    OozieSchemas.validate(PIPELINE.resolve("coordinator.xml"), "oozie-coordinator-0.5.xsd");
  }

  @Test
  void theSchemasReachIntoTheActions() throws IOException {
    Path broken = folder.resolve("broken.xml");
    String xml = Files.readString(PIPELINE.resolve("workflow.xml"));
    Files.writeString(broken, xml.replaceFirst("<jar>.*</jar>", ""));
    assertThatThrownBy(() -> OozieSchemas.validate(broken, WORKFLOW_SCHEMAS))
        .isInstanceOf(SAXException.class)
        .hasMessageContaining("jar");
  }

  /** What a schema cannot say. */
  @Test
  void everyTransitionLeadsToANodeAndEveryNodeIsReached() {
    Set<String> targets = new HashSet<>(Set.of(workflow.start()));
    workflow.nodes().values().forEach(node -> targets.addAll(transitions(node)));
    assertThat(workflow.nodes()).containsOnlyKeys(targets);
  }

  @Test
  void jobPropertiesGiveEveryParameterAndEveryExpressionHasOne() throws IOException {
    Properties job = OozieWorkflow.properties(PIPELINE.resolve("job.properties"));
    assertThat(job.stringPropertyNames()).containsAll(workflow.parameters());
    String xml = Files.readString(PIPELINE.resolve("workflow.xml"));
    for (String name : workflow.parameters()) {
      assertThat(xml).containsPattern("\\$\\{(.*\\W)?" + name + "\\W");
    }
    // The other way round holds because the walk evaluates them.
  }

  @Test
  void goesFromPrepareToReport() {
    assertThat(path).containsExactly("corpus", "prepare", "train", "evaluate", "report", "end");
    Path run = folder.resolve("lockstep/runs/ptb-char-small/by-hand");
    assertThat(TinyText.names(run)).contains("checkpoints", "config.conf", "evaluation");
    assertThat(TinyText.names(folder.resolve("lockstep/corpora/ptb-char"))).contains("corpus.json");
  }

  @Test
  void skipsPreparingACorpusThatIsThere() {
    assertThat(workflow.decide(workflow.nodes().get("corpus"))).isEqualTo("train");
  }

  @Test
  void sparkActionsAreTriedAgainAndTrainGoesOn() {
    for (String name : List.of("prepare", "train", "evaluate")) {
      Element action = workflow.nodes().get(name);
      // Oozie's servers allow at most 3, unless told otherwise.
      assertThat(Integer.parseInt(action.getAttribute("retry-max"))).isBetween(1, 3);
      assertThat(action.getAttribute("retry-policy")).isEqualTo("exponential");
    }
    Element train = workflow.body(workflow.nodes().get("train"));
    assertThat(workflow.texts(train, "arg")).startsWith("train", "--resume");
  }

  @Test
  void reportsWhatEvaluateMeasured() throws IOException {
    Properties told = new Properties();
    told.load(new StringReader(report.out()));
    Path run = folder.resolve("lockstep/runs/ptb-char-small/by-hand");
    JsonNode metrics = new ObjectMapper().readTree(run.resolve("evaluation/metrics.json").toFile());
    assertThat(told).containsEntry("run", run.toString()).hasSize(7);
    for (String key :
        List.of("round", "steps", "nll", "bpc", "perplexity", "discriminator_accuracy")) {
      assertThat(told.getProperty(key)).as(key).isEqualTo(metrics.path(key).asText());
    }
  }

  @Test
  void reportFailsWhereTheBpcIsTooHigh() throws Exception {
    Element action = workflow.nodes().get("report");
    StandIns.Ran failed =
        report(workflow(Map.of("nameNode", folder.toString(), "maxBpc", "0.5")), action);
    assertThat(failed.status()).isEqualTo(1);
    assertThat(failed.err())
        .containsPattern("by-hand: the test BPC is \\d\\S+, but maxBpc is 0.5\n");
  }

  @Test
  void reportFailsWhereTheBpcIsNoNumber() throws Exception {
    Path run = Files.createDirectories(folder.resolve("broken/evaluation"));
    Files.writeString(run.resolve("metrics.json"), "{\n  \"bpc\" : \"NaN\"\n}\n");
    OozieWorkflow broken =
        workflow(
            Map.of(
                "nameNode", folder.toString(),
                "output", folder.resolve("broken").toString(),
                "maxBpc", "5"));
    assertThat(report(broken, broken.nodes().get("report")).status()).isEqualTo(1);
  }

  /** The coordinator's properties, its workflow's among them, are those that job.properties has. */
  @Test
  void theCoordinatorNamesRunsAfterTheirDay() throws Exception {
    OozieWorkflow coordinator =
        new OozieWorkflow(
            PIPELINE.resolve("coordinator.xml"),
            PIPELINE.resolve("job.properties"),
            Map.of(
                "coord:days(1)", "1440",
                "coord:formatTime(coord:nominalTime(), 'yyyyMMdd')", "20250102"));
    Element root = coordinator.root();
    for (String attribute : List.of("start", "end", "frequency")) {
      assertThat(coordinator.evaluate(root.getAttribute(attribute))).doesNotContain("$");
    }
    Element run = OozieWorkflow.only(OozieWorkflow.only(root, "action"), "workflow");
    assertThat(coordinator.texts(run, "app-path"))
        .containsExactly("hdfs://namenode:8020/lockstep/pipeline");
    Element output = OozieWorkflow.only(OozieWorkflow.only(run, "configuration"), "property");
    assertThat(coordinator.texts(output, "name")).containsExactly("output");
    assertThat(coordinator.texts(output, "value"))
        .containsExactly("hdfs://namenode:8020/lockstep/runs/ptb-char-small/20250102");
  }

  private static OozieWorkflow workflow(Map<String, String> overrides) throws Exception {
    return new OozieWorkflow(
        PIPELINE.resolve("workflow.xml"), PIPELINE.resolve("job.properties"), overrides);
  }

  /** Runs the actions from the start to the end, each by its own command line. */
  private static List<String> walk() throws Exception {
    List<String> names = new ArrayList<>();
    String name = workflow.start();
    while (true) {
      names.add(name);
      Element node = workflow.nodes().get(name);
      switch (node.getLocalName()) {
        case "decision" -> name = workflow.decide(node);
        case "action" -> {
          String outcome = succeeds(node) ? "ok" : "error";
          name = OozieWorkflow.only(node, outcome).getAttribute("to");
        }
        default -> {
          return names;
        }
      }
    }
  }

  private static boolean succeeds(Element action) throws Exception {
    Element body = workflow.body(action);
    if (body.getLocalName().equals("shell")) {
      report = report(workflow, action);
      return report.status() == 0;
    }
    assertThat(workflow.texts(body, "class")).containsExactly("dev.lockstep.cli.Lockstep");
    CommandRun run = CommandRun.lockstep(workflow.arguments(body, "arg").toArray(String[]::new));
    System.out.print(run.out() + run.err());
    return run.status() == 0;
  }

  private static StandIns.Ran report(OozieWorkflow job, Element action) throws Exception {
    Element body = job.body(action);
    // Relative to the application's directory, as its file is.
    List<String> script =
        job.texts(body, "exec").stream()
            .map(name -> PIPELINE.resolve(name).toAbsolutePath().toString())
            .toList();
    assertThat(job.texts(body, "file")).isEqualTo(job.texts(body, "exec"));
    return standIns.run(
        folder, Stream.concat(script.stream(), job.arguments(body, "argument").stream()).toList());
  }

  private static Set<String> transitions(Element node) {
    Set<String> targets = new HashSet<>();
    if (node.hasAttribute("to")) {
      targets.add(node.getAttribute("to"));
    }
    OozieWorkflow.children(node).forEach(child -> targets.addAll(transitions(child)));
    return targets;
  }
}
