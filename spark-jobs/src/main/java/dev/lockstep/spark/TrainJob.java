package dev.lockstep.spark;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.CorpusJson;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.training.MinibatchSchedule;
import dev.lockstep.training.Networks;
import dev.lockstep.training.ReplicaState;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/**
 * Trains the networks that the settings describe on a prepared corpus, round by round, and writes
 * the run's directory.
 */
public final class TrainJob {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final SparkSession spark;
  private final Settings settings;
  private final Watcher watcher;
  private double seconds;

  /** Hears of every round. */
  @FunctionalInterface
  public interface Watcher {
    /** All is checked and the first of so many rounds begins. */
    default void begin(int rounds) {}

    /**
     * A round is done.
     *
     * @param rounds of the whole training
     */
    void round(RoundMetrics metrics, int rounds);
  }

  public TrainJob(SparkSession spark, Settings settings, Watcher watcher) {
    this.spark = spark;
    this.settings = settings.withThreads(Runtime.getRuntime().availableProcessors());
    this.watcher = watcher;
  }

  /**
   * Trains.
   *
   * @return the last round's metrics
   * @throws UserError if the corpus or the settings do not allow it
   */
  public RoundMetrics run() {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    RunDirectory.checkFree(settings, hadoop);
    Corpus corpus = Corpus.open(spark, settings.data().corpus());
    checkLength(corpus.descriptor());
    TaskDevice.bind();
    MinibatchSchedule schedule = schedule(corpus.descriptor());
    int vocabulary = corpus.descriptor().vocabulary().size();
    CorpusPart train = corpus.part(Part.TRAIN);
    Evaluation evaluation = new Evaluation(spark, settings, corpus);
    evaluation.open(Part.VALID);
    Networks networks = Networks.create(settings, vocabulary);
    RunDirectory directory =
        RunDirectory.create(settings, CorpusJson.write(corpus.descriptor()), hadoop);
    try (Shards shards = new Shards(train, schedule)) {
      return rounds(schedule, networks, shards, directory, evaluation, vocabulary);
    } finally {
      Replicas.clear();
    }
  }

  private void checkLength(CorpusDescriptor corpus) {
    if (corpus.sequenceLength() != settings.data().sequenceLength()) {
      throw new UserError(
          "data.corpus %s was prepared with data.sequence-length = %d, not %d: set that or prepare again"
              .formatted(
                  settings.data().corpus(),
                  corpus.sequenceLength(),
                  settings.data().sequenceLength()));
    }
  }

  private MinibatchSchedule schedule(CorpusDescriptor corpus) {
    Settings.Training training = settings.training();
    long sequences = corpus.contents(Part.TRAIN).sequences();
    if (sequences < training.workers()) {
      throw new UserError(
          "training.workers = %d: the training part has only %d sequences: use fewer workers"
              .formatted(training.workers(), sequences));
    }
    return new MinibatchSchedule(
        sequences,
        training.workers(),
        training.batch(),
        training.epochs(),
        training.averagingFrequency(),
        training.seed());
  }

  private RoundMetrics rounds(
      MinibatchSchedule schedule,
      Networks networks,
      Shards shards,
      RunDirectory directory,
      Evaluation evaluation,
      int vocabulary) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    RoundTrainingMaster master =
        new RoundTrainingMaster(context, settings, vocabulary, networks.objective().networks());
    SparkDl4jMultiLayer trainer =
        new SparkDl4jMultiLayer(context, networks.generator().network(), master);
    int limit = settings.training().maxRounds();
    int rounds = limit > 0 ? Math.min(limit, schedule.rounds()) : schedule.rounds();
    watcher.begin(rounds);
    RoundMetrics metrics = null;
    for (int round = 0; round < rounds; round++) {
      long began = System.nanoTime();
      trainer.fit(shards.round(round));
      double took = (System.nanoTime() - began) / 1e9;
      seconds += took;
      checkFinite(master, networks, directory);
      boolean last = round + 1 == rounds;
      Double validBpc = validates(round, last) ? validBpc(evaluation, networks) : null;
      boolean judged = networks.discriminator().isPresent();
      metrics = RoundMetrics.of(round + 1, master.totals(), judged, validBpc, took, seconds);
      directory.addMetrics(json(metrics));
      if (last || (round + 1) % settings.training().checkpointEvery() == 0) {
        directory.write(new Checkpoint(round + 1, networks.objective().networks()));
      }
      watcher.round(metrics, rounds);
    }
    return metrics;
  }

  private boolean validates(int round, boolean last) {
    int every = settings.training().validateEvery();
    return last || (every > 0 && (round + 1) % every == 0);
  }

  private static double validBpc(Evaluation evaluation, Networks networks) {
    ReplicaState state = ReplicaState.of(networks.objective().networks());
    return RoundMetrics.bits(evaluation.likelihood(Part.VALID, state).nll());
  }

  private static void checkFinite(
      RoundTrainingMaster master, Networks networks, RunDirectory directory) {
    boolean finite =
        Double.isFinite(master.totals().nll())
            && ReplicaState.of(networks.objective().networks()).isFinite();
    if (!finite) {
      throw new IllegalStateException(
          "round "
              + master.rounds()
              + ": the loss or a parameter is not a finite number; use a smaller"
              + " training.learning-rate or training.gradient-clip; earlier checkpoints are in "
              + directory);
    }
  }

  private static String json(RoundMetrics metrics) {
    try {
      return JSON.writeValueAsString(metrics);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
