package dev.lockstep.spark;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.SequenceNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/** Runs a run's generator free and writes what comes out under {@code samples/}. */
public final class GenerateJob {
  private final SparkSession spark;
  private final Settings asked;
  private final TrainedRun.Which which;

  /**
   * What came out.
   *
   * @param round of the checkpoint
   * @param files within the run's directory
   * @param samples as text, each with its prefix; empty where they are no text
   * @param found what a beam search says of each; empty where they were drawn
   */
  public record Samples(
      int round, List<String> files, List<String> samples, List<BeamResult> found) {}

  public GenerateJob(SparkSession spark, Settings asked, TrainedRun.Which which) {
    this.spark = spark;
    this.asked = asked;
    this.which = which;
  }

  /** Generates; a sample is a function of the checkpoint, the settings and its number. */
  public Samples run() {
    TrainedRun run = TrainedRun.open(spark, asked, which);
    return switch (run.settings().objective().method().model()) {
      case GENERATOR -> generate(run);
      case OPERATOR -> walk(run);
    };
  }

  private Samples walk(TrainedRun run) {
    Corpus corpus = run.openCorpus(spark, asked.data().corpus());
    String name = "samples/round-%d-chains".formatted(run.checkpoint().round());
    Map<String, byte[]> files = new WalkGeneration(spark, run, corpus).files(name);
    files.forEach((file, bytes) -> run.directory().write(file, bytes));
    return new Samples(run.checkpoint().round(), List.copyOf(files.keySet()), List.of(), List.of());
  }

  private Samples generate(TrainedRun run) {
    Prompts prompts =
        new Prompts(
            run.settings(), run.corpus(), () -> run.openCorpus(spark, asked.data().corpus()));
    Sequence prefix = prompts.prefix();
    Decoder decoder = Decoder.of(asked.generate(), run.corpus(), prefix, prompts.conditions());
    List<Sample> samples = decode(run, decoder);
    String name = "samples/round-%d-%s".formatted(run.checkpoint().round(), decoder.name());
    Map<String, byte[]> files =
        SampleFiles.of(run.corpus(), name, samples, prefix, prompts.truth());
    List<BeamResult> found = BeamResult.of(run.corpus(), samples);
    if (!found.isEmpty()) {
      files.put(name + ".jsonl", BeamResult.lines(found));
    }
    files.forEach((file, bytes) -> run.directory().write(file, bytes));
    return new Samples(
        run.checkpoint().round(),
        List.copyOf(files.keySet()),
        SampleFiles.texts(run.corpus(), samples, prefix),
        found);
  }

  private List<Sample> decode(TrainedRun run, Decoder decoder) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> state = context.broadcast(run.state());
    Settings settings = run.settings();
    StepShape steps = run.corpus().shape();
    List<Integer> units = IntStream.range(0, decoder.units()).boxed().toList();
    try {
      return context
          .parallelize(units, Math.min(settings.training().workers(), units.size()))
          .mapPartitions(
              some -> {
                List<Integer> own = new ArrayList<>();
                some.forEachRemaining(own::add);
                return Replicas.<SequenceNetworks, List<Sample>>with(
                        settings,
                        steps,
                        state.value(),
                        networks -> decoder.decode(networks.generator(), own))
                    .iterator();
              })
          .collect();
    } finally {
      state.destroy();
      Replicas.clear();
    }
  }
}
