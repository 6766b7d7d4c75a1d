package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.ReplicaState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Runs a run's newest generator free and writes what it says under {@code samples/}. */
public final class GenerateJob {
  private final SparkSession spark;
  private final Settings asked;
  private final TrainedRun.Which which;

  /**
   * What came out.
   *
   * @param round of the checkpoint
   * @param file within the run's directory
   * @param samples each with its prefix
   */
  public record Samples(int round, String file, List<String> samples) {}

  public GenerateJob(SparkSession spark, Settings asked, TrainedRun.Which which) {
    this.spark = spark;
    this.asked = asked;
    this.which = which;
  }

  /** Generates; a sample is a function of the checkpoint, the settings and its number. */
  public Samples run() {
    TrainedRun run = TrainedRun.open(spark, asked, which);
    Vocabulary vocabulary = run.corpus().vocabulary();
    int[] prefix = prefix(vocabulary);
    List<String> samples =
        generate(run, prefix).stream()
            .map(symbols -> asked.generate().prefix() + vocabulary.decode(symbols))
            .toList();
    String file =
        "samples/round-%d-seed-%d.txt".formatted(run.checkpoint().round(), asked.generate().seed());
    run.directory().write(file, page(samples).getBytes(StandardCharsets.UTF_8));
    return new Samples(run.checkpoint().round(), file, samples);
  }

  private int[] prefix(Vocabulary vocabulary) {
    String prefix = asked.generate().prefix();
    List<String> known = vocabulary.characters().stream().map(Character::toString).toList();
    prefix
        .codePoints()
        .mapToObj(Character::toString)
        .filter(character -> !known.contains(character))
        .findFirst()
        .ifPresent(
            unknown -> {
              throw new UserError(
                  "generate.prefix: the run was trained without the character \"%s\": use only these: %s"
                      .formatted(visible(unknown), visible(String.join("", known))));
            });
    return vocabulary.encode(prefix);
  }

  /** On one line. */
  private static String visible(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }

  private List<int[]> generate(TrainedRun run, int[] prefix) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> state = context.broadcast(run.state());
    Settings settings = run.settings();
    int vocabulary = run.corpus().vocabulary().size();
    List<Long> numbers = LongStream.range(0, settings.generate().count()).boxed().toList();
    try {
      return context
          .parallelize(numbers, Math.min(settings.training().workers(), numbers.size()))
          .mapPartitions(some -> generate(settings, vocabulary, state.value(), prefix, some))
          .collect();
    } finally {
      state.destroy();
      Replicas.clear();
    }
  }

  private static Iterator<int[]> generate(
      Settings settings, int vocabulary, ReplicaState state, int[] prefix, Iterator<Long> numbers) {
    List<SplittableRandom> streams = new ArrayList<>();
    Settings.Generate asked = settings.generate();
    numbers.forEachRemaining(
        number -> streams.add(RandomStreams.stream(asked.seed(), Purpose.GENERATION, number)));
    return Replicas.with(
        settings,
        vocabulary,
        state,
        networks ->
            List.of(
                    FreeRunning.generate(
                        networks.generator(),
                        prefix,
                        asked.length(),
                        asked.temperature(),
                        streams.toArray(SplittableRandom[]::new)))
                .iterator());
  }

  /** Samples may hold any character, so they are set apart by numbered lines. */
  private static String page(List<String> samples) {
    StringBuilder page = new StringBuilder();
    for (int i = 0; i < samples.size(); i++) {
      page.append("--- ").append(i + 1).append(" ---\n").append(samples.get(i)).append("\n\n");
    }
    return page.toString();
  }
}
