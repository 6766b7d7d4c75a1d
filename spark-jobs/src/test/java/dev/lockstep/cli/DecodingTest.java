package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.CorpusJson;
import dev.lockstep.metric.StreamLikelihood;
import dev.lockstep.model.Generator;
import dev.lockstep.model.Sequence;
import dev.lockstep.testing.LocalSpark;
import dev.lockstep.testing.TinyText;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.SequenceNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How {@code generate} chooses symbols: by draws that are cut, or by searches. */
class DecodingTest {
  @RegisterExtension static final LocalSpark SPARK = new LocalSpark();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] BEAM = {
    "generate.decoding=beam", "generate.beam.width=12", "generate.beam.n-best=3"
  };
  private static final String LINES = "generate.condition=ab\nba\nabba\nb\naaaa";

  @TempDir static Path folder;
  private static Path text;
  private static Path pairs;

  /** A text, and pairs of a text and the same backwards. */
  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Path input = TinyText.write(folder.resolve("text"));
    text = config("text", input, "");
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 80; i++) {
      String x = Integer.toBinaryString(2 + i).replace('0', 'a').replace('1', 'b');
      lines.append("{\"x\": \"%s\", \"y\": \"%s\"}\n".formatted(x, new StringBuilder(x).reverse()));
    }
    pairs =
        config(
            "pairs",
            Files.writeString(folder.resolve("pairs.jsonl"), lines),
            "data.kind = pairs, generator.condition = encoder\n");
    for (Path config : List.of(text, pairs)) {
      CommandRun.lockstep("prepare", "--json", "--config", config.toString()).json();
      CommandRun.lockstep("train", "--json", "--config", config.toString()).json();
    }
  }

  private static Path config(String name, Path input, String more) throws IOException {
    String settings =
        TinyText.settings(input, folder.resolve(name + "-corpus"), folder.resolve(name + "-run"));
    return Files.writeString(
        folder.resolve(name + ".conf"), settings + more + "objective.method = teacher-forcing");
  }

  private static CommandRun generate(Path config, Stream<String> overrides, String... options) {
    List<String> args = new ArrayList<>(List.of("generate", "--config", config.toString()));
    args.addAll(List.of(options));
    overrides.forEach(override -> args.addAll(List.of("--set", override)));
    return CommandRun.lockstep(args.toArray(String[]::new));
  }

  private static JsonNode json(Path config, String[] search, String... more) {
    Stream<String> overrides = Stream.concat(Stream.of(search), Stream.of(more));
    return generate(config, overrides, "--json").json();
  }

  private static List<JsonNode> lines(Path run, JsonNode result) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve(result.path("files").get(1).asText()))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void aSearchWritesItsLogProbabilitiesBesideTheTexts() throws IOException {
    JsonNode result = json(pairs, BEAM, LINES);
    assertThat(result.path("files"))
        .extracting(JsonNode::asText)
        .containsExactly("samples/round-3-beam-12.txt", "samples/round-3-beam-12.jsonl");
    Path run = folder.resolve("pairs-run");
    List<JsonNode> lines = lines(run, result);
    assertThat(result.path("found")).containsExactlyElementsOf(lines);
    assertThat(lines).hasSize(15);
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < 15; i++) {
      JsonNode line = lines.get(i);
      assertThat(line.path("sample").asInt()).isEqualTo(i + 1);
      assertThat(line.path("search").asInt()).isEqualTo(1 + i / 3);
      assertThat(line.path("rank").asInt()).isEqualTo(1 + i % 3);
      String sample = line.path("condition").asText() + " -> " + line.path("text").asText();
      assertThat(result.path("samples").get(i).asText()).isEqualTo(sample);
      page.append("--- %d ---\n%s\n\n".formatted(i + 1, sample));
      if (i % 3 > 0) {
        assertThat(line.path("score").asDouble())
            .isLessThanOrEqualTo(lines.get(i - 1).path("score").asDouble());
      }
    }
    assertThat(lines)
        .extracting(line -> line.path("condition").asText())
        .contains("ab", "ba", "abba", "b", "aaaa");
    assertThat(run.resolve("samples/round-3-beam-12.txt")).hasContent(page.toString());
  }

  @Test
  void theLogProbabilitiesAreThoseOfTheNetworks() throws IOException {
    Generator generator = newest(folder.resolve("pairs-run"));
    CorpusDescriptor corpus = corpus(folder.resolve("pairs-run"));
    String[] longer = {"generate.beam.length-penalty=0.8", "generate.length=30"};
    int ended = 0;
    for (JsonNode line :
        json(pairs, BEAM, Stream.concat(Stream.of(longer), Stream.of(LINES)).toArray(String[]::new))
            .path("found")) {
      boolean ends = line.path("ended").asBoolean();
      ended += ends ? 1 : 0;
      int[] symbols = corpus.vocabulary().encode(line.path("text").asText() + (ends ? "\n" : ""));
      int[] condition = corpus.condition().orElseThrow().encode(line.path("condition").asText());
      Sequence sequence = Sequence.ofSymbols(symbols).given(condition);
      double nats = StreamLikelihood.of(generator, List.of(sequence), 100, 100).get(0).nats();
      assertThat(line.path("steps").asInt()).isEqualTo(symbols.length);
      assertThat(line.path("log_probability").asDouble()).isCloseTo(-nats, within(1e-3));
      assertThat(line.path("score").asDouble())
          .isCloseTo(-nats / Math.pow((5 + symbols.length) / 6.0, 0.8), within(1e-3));
    }
    assertThat(ended).isPositive();
  }

  private static Settings settings(Path run) {
    return Settings.load(run.resolve("config.conf"), List.of());
  }

  private static CorpusDescriptor corpus(Path run) throws IOException {
    return CorpusJson.read(Files.readAllBytes(run.resolve("corpus.json")), "corpus.json");
  }

  private static Generator newest(Path run) throws IOException {
    RunDirectory directory =
        RunDirectory.open(settings(run), SPARK.session().sparkContext().hadoopConfiguration());
    SequenceNetworks networks =
        (SequenceNetworks) Networks.create(settings(run), corpus(run).shape());
    ReplicaState.of(directory.newest().networks()).restore(networks.algorithm().networks());
    networks.algorithm().parametersChanged();
    return networks.generator();
  }

  /** Three units of work, of searches that stand side by side. */
  @Test
  void howManyWorkersSearchChangesNotOneBit() throws IOException {
    JsonNode one = json(pairs, BEAM, LINES);
    byte[] lines = Files.readAllBytes(folder.resolve("pairs-run/samples/round-3-beam-12.jsonl"));
    Path config = folder.resolve("pairs-run/config.conf");
    String before = Files.readString(config);
    rewrite(config, before.replaceFirst("workers = 1\n", "workers = 3\n"));
    try {
      assertThat(settings(folder.resolve("pairs-run")).training().workers()).isEqualTo(3);
      assertThat(json(pairs, BEAM, LINES)).isEqualTo(one);
      assertThat(folder.resolve("pairs-run/samples/round-3-beam-12.jsonl")).hasBinaryContent(lines);
    } finally {
      rewrite(config, before);
    }
  }

  private static void rewrite(Path config, String content) throws IOException {
    Files.writeString(config, content);
  }

  /** Where nothing depends on anything a second search would find the same. */
  @Test
  void aTextIsSearchedForOnceAndToItsLength() throws IOException {
    String[] more = {"generate.prefix=abc", "generate.length=9"};
    JsonNode result = json(text, BEAM, more);
    List<JsonNode> lines = lines(folder.resolve("text-run"), result);
    assertThat(lines).hasSize(3);
    for (int i = 0; i < 3; i++) {
      JsonNode line = lines.get(i);
      assertThat(line.path("search").asInt()).isEqualTo(1);
      assertThat(line.path("steps").asInt()).isEqualTo(9);
      assertThat(line.path("ended").asBoolean()).isFalse();
      assertThat(line.has("condition")).isFalse();
      assertThat(line.path("score")).isEqualTo(line.path("log_probability"));
      assertThat(result.path("samples").get(i).asText())
          .isEqualTo("abc" + line.path("text").asText());
    }
    // The prefix is read, not scored: with it the same symbols would be less likely.
    Sequence whole =
        Sequence.ofSymbols(
            corpus(folder.resolve("text-run"))
                .vocabulary()
                .encode(result.path("samples").get(0).asText()));
    double nats =
        StreamLikelihood.of(newest(folder.resolve("text-run")), List.of(whole), 100, 100)
            .get(0)
            .nats();
    assertThat(lines.get(0).path("log_probability").asDouble()).isGreaterThan(-nats + 0.1);
  }

  @Test
  void aPersonSeesTheLogProbabilitiesToo() {
    Stream<String> overrides = Stream.concat(Stream.of(BEAM), Stream.of(LINES, "generate.count=1"));
    assertThat(generate(pairs, overrides).out())
        .containsPattern(
            "(?m)^--- 1 --- -\\d+\\.\\d{4} nats, score -\\d+\\.\\d{4}, search 1, rank 1$")
        .containsPattern("(?m)^--- 3 --- .* search 1, rank 3$")
        .containsPattern("(?m)^ab -> ")
        .doesNotContain("--- 4 ---");
  }

  @Test
  void drawsAreCutAsAsked() {
    List<String> whole = samples();
    List<String> one = samples("generate.top-k=1");
    assertThat(one).hasSize(5);
    assertThat(one.stream().distinct()).hasSize(1);
    assertThat(samples("generate.top-p=1e-6")).isEqualTo(one);
    assertThat(whole.stream().distinct()).hasSize(5);
    assertThat(samples("generate.top-k=100", "generate.top-p=1")).isEqualTo(whole);
    List<String> nucleus = samples("generate.top-p=0.6");
    assertThat(nucleus).isNotEqualTo(whole).isNotEqualTo(one);
    assertThat(samples("generate.top-k=2")).isNotEqualTo(whole).isNotEqualTo(nucleus);
    JsonNode drawn = json(text, new String[] {"generate.top-k=2"});
    assertThat(drawn.path("found")).isEmpty();
    assertThat(drawn.path("files")).hasSize(1);
  }

  private static List<String> samples(String... overrides) {
    JsonNode samples = json(text, overrides).path("samples");
    return IntStream.range(0, samples.size()).mapToObj(i -> samples.get(i).asText()).toList();
  }

  @Test
  void realNumbersAreNeitherSearchedForNorCut() throws IOException {
    StringBuilder csv = new StringBuilder("a,b\n");
    for (int i = 0; i < 300; i++) {
      csv.append("%.3f,%.3f\n".formatted(Math.sin(i / 3.0), Math.cos(i / 3.0)));
    }
    Path input = Files.writeString(folder.resolve("series.csv"), csv);
    Path series = config("series", input, "data.kind = series\n");
    CommandRun.lockstep("prepare", "--json", "--config", series.toString()).json();
    CommandRun.lockstep("train", "--json", "--config", series.toString()).json();
    assertRefused(
        series,
        "generate.decoding=beam",
        "generate.decoding = beam: a run on series has steps of real numbers, of which there are too many to search: use sample");
    assertRefused(
        series,
        "generate.top-k=3",
        "generate.top-k = 3: a run on series draws real numbers, not symbols: leave it out, generate.bias keeps to what is likely");
    assertRefused(
        series,
        "generate.top-p=0.9",
        "generate.top-p = 0.9: a run on series draws real numbers, not symbols: leave it out, generate.bias keeps to what is likely");
    assertThat(folder.resolve("series-run/samples")).doesNotExist();
    assertThat(generate(series, Stream.of("generate.bias=1")).status()).isZero();
  }

  private static void assertRefused(Path config, String override, String message) {
    CommandRun run = generate(config, Stream.of(override));
    assertThat(run.err()).isEqualTo("lockstep: " + message + "\n");
    assertThat(run.status()).isEqualTo(2);
  }
}
