package dev.lockstep.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a round costs on a standalone cluster of two executors of one core, with ten million
 * parameters and 20 minibatches of 16 sequences of 100 symbols for each worker: where its time
 * goes, two workers beside one, and dl4j-spark's own parameter averaging on the same network. Run
 * by {@code benchmarks/run rounds}, with the names of the parts that are wanted, {@code cost},
 * {@code scaling}, {@code dl4j}; all by default.
 */
public final class RoundsBenchmark {
  private static final int ROUNDS = 3;
  private static final int SEQUENCES = 16;
  private static final int STEPS = 100;
  private static final int MINIBATCHES = 20;
  private static final int VOCABULARY = 50;

  /** Ten million parameters of the generator alone, and of both networks together. */
  private static final int HIDDEN_ALONE = 1784;

  private static final int HIDDEN_JUDGED = 712;
  private static final Pattern ROUND = Pattern.compile("round ([0-9.]+) s");

  private final Path folder;
  private final SparkCluster spark;

  private RoundsBenchmark(Path folder, SparkCluster spark) {
    this.folder = folder;
    this.spark = spark;
  }

  /** Runs the parts that the arguments name; all of them take some twelve minutes. */
  public static void main(String[] args) throws IOException {
    Path folder = Files.createTempDirectory("rounds");
    try (SparkCluster spark = SparkCluster.start(folder)) {
      new RoundsBenchmark(folder, spark)
          .run(args.length == 0 ? List.of("cost", "scaling", "dl4j") : List.of(args));
    } finally {
      try (Stream<Path> entries = Files.walk(folder)) {
        for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(entry);
        }
      }
    }
  }

  private void run(List<String> parts) throws IOException {
    Path text = Files.writeString(folder.resolve("text.txt"), text());
    lockstep("prepare", settings("none", "data.input=" + text));
    String[] adversarial = {
      "objective.gate.generator-above=0",
      "objective.gate.discriminator-below=1",
      "generator.hidden=" + HIDDEN_JUDGED,
      "discriminator.hidden=" + HIDDEN_JUDGED
    };
    if (parts.contains("cost") || parts.contains("scaling")) {
      List<JsonNode> two = train("two", 2, adversarial);
      tell("professor forcing, 2 workers", two);
      if (parts.contains("scaling")) {
        List<JsonNode> one = train("one", 1, adversarial);
        tell("professor forcing, 1 worker", one);
        System.out.printf(
            "two workers process %.2f times the tokens per second of one%n",
            median(two, "steps_per_second") / median(one, "steps_per_second"));
      }
    }
    if (parts.contains("dl4j")) {
      besideDl4j();
    }
  }

  private void besideDl4j() throws IOException {
    String[] alone = {"objective.method=teacher-forcing", "generator.hidden=" + HIDDEN_ALONE};
    List<JsonNode> teacher = train("teacher", 2, alone);
    tell("teacher forcing, 2 workers", teacher);
    List<Double> theirs = dl4j();
    System.out.printf(
        "dl4j-spark's parameter averaging on that network: %s s a round, %.2f times as long%n",
        theirs, median(theirs) / total(teacher));
  }

  /** Random letters: what is learned does not matter here. */
  private static String text() {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder text = new StringBuilder();
    // A tenth each is held out.
    int symbols = (int) (1.3 * 2 * ROUNDS * MINIBATCHES * SEQUENCES * STEPS);
    for (int i = 0; i < symbols; i++) {
      text.append((char) ('A' + random.nextInt(VOCABULARY)));
    }
    return text.toString();
  }

  private String[] settings(String run, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.corpus=" + folder.resolve("corpus"),
                "data.sequence-length=" + STEPS,
                "training.output=" + folder.resolve(run),
                "training.batch=" + SEQUENCES,
                "training.epochs=9",
                "training.max-rounds=" + ROUNDS,
                "training.averaging-frequency=" + MINIBATCHES,
                "training.validate-every=0",
                "training.checkpoint-every=99",
                "evaluation.streams=16"));
    settings.addAll(Arrays.asList(more));
    return settings.stream().map(setting -> "--set=" + setting).toArray(String[]::new);
  }

  /** Each executor is a machine of one core. */
  private static List<String> oneCore() {
    return List.of(
        "spark.executor.memory=2g",
        "spark.executor.extraJavaOptions=--add-modules=jdk.incubator.vector"
            + " -XX:ActiveProcessorCount=1 -Dorg.bytedeco.javacpp.maxbytes=4g"
            + " -Dorg.bytedeco.javacpp.maxphysicalbytes=8g");
  }

  private void lockstep(String command, String... arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = command;
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    finish(spark.submit(spark.url(), oneCore(), line));
  }

  private static String finish(Jvm submitted) {
    try (submitted) {
      int status = submitted.await(900);
      if (status != 0) {
        throw new IllegalStateException(submitted.said());
      }
      return submitted.said();
    }
  }

  /** The rounds after the first, in which the compilers work. */
  private List<JsonNode> train(String run, int workers, String... settings) throws IOException {
    String[] all = Arrays.copyOf(settings, settings.length + 1);
    all[settings.length] = "training.workers=" + workers;
    lockstep("train", settings(run, all));
    List<JsonNode> rounds = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl"))) {
      rounds.add(new ObjectMapper().readTree(line));
    }
    return rounds.subList(1, rounds.size());
  }

  private List<Double> dl4j() throws IOException {
    List<String> settings = new ArrayList<>(oneCore());
    settings.add("spark.jars=" + jarOf(Dl4jRounds.class));
    String said =
        finish(
            spark.submitClass(
                Dl4jRounds.class.getName(),
                spark.url(),
                settings,
                Stream.of(VOCABULARY, HIDDEN_ALONE, STEPS, SEQUENCES, MINIBATCHES, ROUNDS)
                    .map(String::valueOf)
                    .toArray(String[]::new)));
    return ROUND
        .matcher(said)
        .results()
        .skip(1)
        .map(match -> Double.valueOf(match.group(1)))
        .toList();
  }

  /** A jar with that class alone: what the packed jar brings is not visible from a class path. */
  private Path jarOf(Class<?> type) throws IOException {
    Path jar = folder.resolve("own.jar");
    String name = type.getName().replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        InputStream in = type.getClassLoader().getResourceAsStream(name)) {
      out.putNextEntry(new JarEntry(name));
      in.transferTo(out);
      out.closeEntry();
    }
    return jar;
  }

  private static void tell(String what, List<JsonNode> rounds) {
    double moving = median(rounds, "broadcast_seconds") + median(rounds, "combine_seconds");
    System.out.printf(
        "%s: a round %.2f s = broadcast %.2f + compute %.2f + combine %.2f; broadcast and combine"
            + " %.1f %%; %.0f tokens/s%n",
        what,
        total(rounds),
        median(rounds, "broadcast_seconds"),
        median(rounds, "compute_seconds"),
        median(rounds, "combine_seconds"),
        100 * moving / total(rounds),
        median(rounds, "steps_per_second"));
  }

  private static double total(List<JsonNode> rounds) {
    return median(rounds, "broadcast_seconds")
        + median(rounds, "compute_seconds")
        + median(rounds, "combine_seconds");
  }

  private static double median(List<JsonNode> rounds, String key) {
    return median(rounds.stream().map(round -> round.path(key).asDouble()).toList());
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
