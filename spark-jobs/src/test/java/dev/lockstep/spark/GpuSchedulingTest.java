package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfile$;
import org.apache.spark.resource.ResourceRequest;
import org.apache.spark.resource.ResourceUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Option;
import scala.collection.JavaConverters;

/** {@code conf/gpu/} as Spark reads it, with a tool of the test's in place of nvidia-smi. */
class GpuSchedulingTest {
  private static final Path FOLDER = Path.of("..", "conf", "gpu").toAbsolutePath().normalize();
  private static final Path SCRIPT = FOLDER.resolve("discover-gpus.sh");

  @TempDir Path tools;

  @BeforeEach
  void onlyWhatTheScriptNeedsIsOnThePath() throws IOException {
    Files.createSymbolicLink(tools.resolve("bash"), Path.of("/bin/bash"));
  }

  private record Run(int status, String out, String err) {}

  private Run discover() throws IOException, InterruptedException {
    Path out = tools.resolve("out");
    Path err = tools.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(SCRIPT.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("PATH", tools.toString());
    Process process = builder.start();
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return new Run(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private void nvidiaSmi(String body) {
    script("nvidia-smi", body);
  }

  private Path script(String name, String body) {
    try {
      Path file = Files.writeString(tools.resolve(name), "#!/bin/bash\n" + body + "\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void tellsTheIndicesOfTheGpus() throws Exception {
    nvidiaSmi("[ \"$*\" = '--query-gpu=index --format=csv,noheader' ] && printf '0\\n1\\n'");
    Run run = discover();
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo("{\"name\": \"gpu\", \"addresses\": [\"0\",\"1\"]}\n");
    assertThat(run.err()).isEmpty();
    assertThat(ResourceInformation.parseJson(run.out()))
        .isEqualTo(new ResourceInformation("gpu", new String[] {"0", "1"}));
  }

  @Test
  void withoutTheToolSaysWhatToInstall() throws Exception {
    assertThat(discover())
        .isEqualTo(
            new Run(
                1,
                "",
                "discover-gpus: no nvidia-smi on the PATH: install the NVIDIA driver on this node,"
                    + " or take the node out\n"));
  }

  @Test
  void passesAFailureOn() throws Exception {
    nvidiaSmi("echo 'cannot talk to the driver'; exit 9");
    assertThat(discover())
        .isEqualTo(
            new Run(
                1,
                "",
                "discover-gpus: nvidia-smi failed with status 9: cannot talk to the driver\n"));
  }

  @Test
  void aNodeWithoutGpusIsAFailure() throws Exception {
    nvidiaSmi("true");
    assertThat(discover())
        .isEqualTo(new Run(1, "", "discover-gpus: nvidia-smi tells of no GPU on this node\n"));
  }

  @Test
  void wordsAreNoAddresses() throws Exception {
    nvidiaSmi("echo 'No devices were found'");
    Run run = discover();
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("\"No devices were found\" where the index of a GPU");
  }

  private static SparkConf conf() throws IOException {
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(FOLDER.resolve("spark-gpu.conf"))) {
      properties.load(in);
    }
    SparkConf conf = new SparkConf(false);
    properties.forEach((key, value) -> conf.set((String) key, (String) value));
    return conf;
  }

  @Test
  void everyKeyIsOneThatSparkReads() throws IOException {
    String resource =
        "spark\\.((executor|driver|worker)\\.resource\\.gpu\\.(amount|discoveryScript)"
            + "|(executor|driver)\\.resource\\.gpu\\.vendor"
            + "|task\\.resource\\.gpu\\.amount)";
    String environment =
        "spark\\.(executorEnv|yarn\\.appMasterEnv|kubernetes\\.driverEnv)\\.[A-Z_]+";
    assertThat(conf().getAll())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            entry -> {
              assertThat(entry._1()).matches(resource + "|" + environment);
              assertThat(entry._2()).isNotBlank().doesNotContain(" ");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark.executor", "spark.driver", "spark.worker"})
  void sparkUnderstandsEachRequest(String component) throws IOException {
    var requests =
        JavaConverters.seqAsJavaList(ResourceUtils.parseAllResourceRequests(conf(), component));
    assertThat(requests).hasSize(1);
    ResourceRequest request = requests.get(0);
    assertThat(request.id().resourceName()).isEqualTo("gpu");
    assertThat(request.amount()).isEqualTo(1);
    assertThat(Path.of(request.discoveryScript().get()).getFileName())
        .isEqualTo(SCRIPT.getFileName());
  }

  @Test
  void anExecutorHasEnoughForItsTasks() throws IOException {
    ResourceProfile profile = ResourceProfile$.MODULE$.getOrCreateDefaultProfile(conf());
    try {
      assertThat(profile.executorResourcesJMap().get("gpu").amount()).isEqualTo(1);
      assertThat(profile.taskResourcesJMap().get("gpu").amount()).isEqualTo(1.0);
    } finally {
      ResourceProfile$.MODULE$.clearDefaultProfile();
    }
  }

  @Test
  void sparkRunsTheScriptAndReadsItsAnswer() throws IOException {
    nvidiaSmi("printf '2\\n5\\n'");
    Path script = script("discover", "export PATH='" + tools + "'; exec '" + SCRIPT + "'");
    SparkConf conf = conf().set("spark.executor.resource.gpu.discoveryScript", script.toString());
    var found = ResourceUtils.getOrDiscoverAllResources(conf, "spark.executor", Option.empty());
    assertThat(found.apply("gpu").addresses()).containsExactly("2", "5");
  }
}
