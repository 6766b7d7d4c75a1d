package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.output.Sharpness;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.ReplicaState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
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
   */
  public record Samples(int round, List<String> files, List<String> samples) {}

  public GenerateJob(SparkSession spark, Settings asked, TrainedRun.Which which) {
    this.spark = spark;
    this.asked = asked;
    this.which = which;
  }

  /** Generates; a sample is a function of the checkpoint, the settings and its number. */
  public Samples run() {
    TrainedRun run = TrainedRun.open(spark, asked, which);
    Prompts prompts =
        new Prompts(
            run.settings(), run.corpus(), () -> run.openCorpus(spark, asked.data().corpus()));
    Sequence prefix = prompts.prefix();
    List<Sample> samples = generate(run, prefix, prompts.conditions());
    String name =
        "samples/round-%d-seed-%d".formatted(run.checkpoint().round(), asked.generate().seed());
    Map<String, byte[]> files =
        SampleFiles.of(run.corpus(), name, samples, prefix, prompts.truth());
    files.forEach((file, bytes) -> run.directory().write(file, bytes));
    return new Samples(
        run.checkpoint().round(),
        List.copyOf(files.keySet()),
        SampleFiles.texts(run.corpus(), samples, prefix));
  }

  private List<Sample> generate(TrainedRun run, Sequence prefix, int[][] conditions) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    Broadcast<ReplicaState> state = context.broadcast(run.state());
    Settings settings = run.settings();
    StepShape steps = run.corpus().shape();
    List<Long> numbers = LongStream.range(0, settings.generate().count()).boxed().toList();
    try {
      return context
          .parallelize(numbers, Math.min(settings.training().workers(), numbers.size()))
          .mapPartitions(
              some ->
                  Replicas.with(
                      settings,
                      steps,
                      state.value(),
                      networks ->
                          generate(
                              settings.generate(), networks.generator(), prefix, conditions, some)))
          .collect();
    } finally {
      state.destroy();
      Replicas.clear();
    }
  }

  private static Iterator<Sample> generate(
      GenerateSettings asked,
      Generator generator,
      Sequence prefix,
      int[][] conditions,
      Iterator<Long> numbers) {
    List<SplittableRandom> streams = new ArrayList<>();
    List<int[]> own = new ArrayList<>();
    numbers.forEachRemaining(
        number -> {
          streams.add(RandomStreams.stream(asked.seed(), Purpose.GENERATION, number));
          own.add(conditions[(int) (number % conditions.length)]);
        });
    return FreeRunning.generate(
            generator,
            prefix,
            own.toArray(int[][]::new),
            asked.length(),
            new Sharpness(asked.temperature(), asked.bias()),
            streams.toArray(SplittableRandom[]::new))
        .stream()
        .map(sequence -> withAttention(generator, sequence))
        .iterator();
  }

  /** Reads a sample again, to see where the window was. */
  private static Sample withAttention(Generator generator, Sequence sequence) {
    if (generator.shape().window() == 0) {
      return new Sample(sequence, new double[0][]);
    }
    GeneratorTape tape = generator.forwardTape(sequence.length(), 1);
    generator.start(tape, new int[][] {sequence.condition()});
    generator.run(tape, (step, row, output) -> sequence.emit(step, output));
    return Sample.untilTheTextEnds(sequence, generator.attention(tape, 0));
  }
}
