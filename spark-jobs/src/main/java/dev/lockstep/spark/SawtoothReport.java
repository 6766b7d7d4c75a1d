package dev.lockstep.spark;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.decode.FreeRunning;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.metric.WalkError;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.SamplingOptions;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.ReplicaState;
import dev.lockstep.training.SequenceNetworks;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.apache.spark.sql.SparkSession;

/**
 * A run on the sawtooth, measured near and far.
 *
 * @param model what was measured
 * @param oneStepError share of wrong next steps while reading the data, after one period
 * @param freeRunningError relative error of the level after 400 steps of its own, having read two
 *     periods
 * @param centroidDistance between the modes' mean hidden states; null for a model that has none
 * @param pairDistance mean over pairs of one state of each mode; null likewise
 * @param cycles what it generates
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record SawtoothReport(
    String model,
    double oneStepError,
    double freeRunningError,
    Double centroidDistance,
    Double pairDistance,
    String cycles) {
  private static final int PERIOD = 10;
  private static final int FREE_STEPS = 400;
  private static final int REPETITIONS = 64;
  private static final int SHOWN = 60;
  private static final String CYCLE = "/////////\\";

  /**
   * Says whether runs with these settings can be measured, before they are trained.
   *
   * @throws UserError if a sequence is over before its place in the cycle can be known
   */
  public static void checkLength(Settings settings) {
    int length = settings.data().sequenceLength();
    if (length <= PERIOD) {
      throw new UserError(
          "data.sequence-length = %d: the sawtooth repeats every %d steps: use a larger one"
              .formatted(length, PERIOD));
    }
  }

  /** Measures a run's newest checkpoint. */
  public static SawtoothReport of(SparkSession spark, Settings asked, String model) {
    TrainedRun run = TrainedRun.open(spark, asked, TrainedRun.Which.NEWEST);
    Corpus corpus = run.openCorpus(spark, "");
    ReplicaState state = run.state();
    HiddenDrift.Result drift =
        new Evaluation(spark, run.settings(), corpus).drift(Part.TEST, state);
    int[][] test =
        corpus.part(Part.TEST).sequencesById().sortByKey().values().collect().stream()
            .map(Sequence::symbols)
            .toArray(int[][]::new);
    Vocabulary vocabulary = run.corpus().vocabulary();
    return Replicas.<SequenceNetworks, SawtoothReport>with(
        run.settings(),
        run.corpus().shape(),
        state,
        networks -> measure(networks, vocabulary, test, drift, model, asked.training().seed()));
  }

  private static SawtoothReport measure(
      SequenceNetworks networks,
      Vocabulary vocabulary,
      int[][] test,
      HiddenDrift.Result drift,
      String model,
      long seed) {
    WalkError error = walk(vocabulary);
    int[] wave = vocabulary.encode(CYCLE.repeat(2 + FREE_STEPS / PERIOD));
    int[] prefix = vocabulary.encode(CYCLE.repeat(2));
    Sequence shown =
        FreeRunning.generate(
                networks.generator(),
                Sequence.ofSymbols(prefix),
                SHOWN,
                SamplingOptions.AS_LEARNED,
                streams(seed, 1))
            .get(0);
    return new SawtoothReport(
        model,
        error.oneStep(networks.generator(), test, PERIOD),
        error.freeRunning(networks.generator(), wave, prefix.length, streams(seed, REPETITIONS)),
        HiddenDrift.Result.mean(drift.centroid()),
        HiddenDrift.Result.mean(drift.pair()),
        vocabulary.decode(shown.symbols()));
  }

  private static SplittableRandom[] streams(long seed, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> RandomStreams.stream(seed, Purpose.GENERATION, i))
        .toArray(SplittableRandom[]::new);
  }

  private static WalkError walk(Vocabulary vocabulary) {
    int[] rise = new int[vocabulary.size()];
    rise[vocabulary.encode('/')] = 1;
    rise[vocabulary.encode('\\')] = -1;
    return new WalkError(rise);
  }

  /** The model that always steps up: right nine times in ten, and never back. */
  public static SawtoothReport alwaysUp(Vocabulary vocabulary) {
    return constant("always up", vocabulary, 0.1, () -> 1);
  }

  /** The model that steps up with probability 0.9 whatever came before. */
  public static SawtoothReport random(Vocabulary vocabulary, long seed) {
    SplittableRandom random = RandomStreams.stream(seed, Purpose.GENERATION);
    return constant(
        "random, up 0.9", vocabulary, 2 * 0.9 * 0.1, () -> random.nextDouble() < 0.9 ? 1 : 0);
  }

  private static SawtoothReport constant(
      String model, Vocabulary vocabulary, double oneStepError, DoubleSupplier up) {
    WalkError error = walk(vocabulary);
    int[] truth = vocabulary.encode(CYCLE.repeat(FREE_STEPS / PERIOD));
    double sum = 0;
    String shown = "";
    for (int i = 0; i < REPETITIONS; i++) {
      int[] walk = new int[FREE_STEPS];
      for (int t = 0; t < FREE_STEPS; t++) {
        walk[t] = vocabulary.encode(up.getAsDouble() > 0 ? '/' : '\\');
      }
      sum += error.level(walk, truth);
      shown = vocabulary.decode(walk).substring(0, SHOWN);
    }
    return new SawtoothReport(model, oneStepError, sum / REPETITIONS, null, null, shown);
  }
}
