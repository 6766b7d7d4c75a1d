package dev.lockstep.spark;

import dev.lockstep.checkpoint.Checkpoint;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.checkpoint.Validations;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.CorpusJson;
import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.corpus.Part;
import dev.lockstep.model.StepShape;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.training.MinibatchSchedule;
import dev.lockstep.training.OuterOptimizer;
import dev.lockstep.training.ReplicaState;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;

/**
 * Trains the networks that the settings describe on a prepared corpus, round by round, and writes
 * the run's directory.
 */
public final class TrainJob {
  private final SparkSession spark;
  private final Settings settings;
  private final Watcher watcher;

  /** Hears of every round. */
  @FunctionalInterface
  public interface Watcher {
    /**
     * All is checked and training begins.
     *
     * @param done rounds that an earlier run has done
     * @param rounds of the whole training
     */
    default void begin(int done, int rounds) {}

    /**
     * A round is done.
     *
     * @param rounds of the whole training
     */
    void round(RoundMetrics metrics, int rounds);

    /** Something that a person should know and that does not stop training. */
    default void warn(String message) {}
  }

  public TrainJob(SparkSession spark, Settings settings, Watcher watcher) {
    this.spark = spark;
    this.settings =
        settings.withThreads(SparkSessions.coresOfTask(spark, settings.training().workers()));
    this.watcher = watcher;
  }

  /**
   * Trains a new run.
   *
   * @return the last round's metrics
   * @throws UserError if the corpus or the settings do not allow it
   */
  public RoundMetrics run() {
    RunDirectory.checkFree(settings, spark.sparkContext().hadoopConfiguration());
    return run(false);
  }

  /**
   * Goes on with the run that {@code training.output} holds, from its newest whole checkpoint; if
   * it holds none, trains a new one.
   *
   * @return the last round's metrics
   * @throws UserError also if the run was begun on another corpus or with other settings
   */
  public RoundMetrics resume() {
    return RunDirectory.exists(settings, spark.sparkContext().hadoopConfiguration())
        ? run(true)
        : run();
  }

  private RoundMetrics run(boolean goesOn) {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Corpus corpus = Corpus.open(spark, settings.data().corpus());
    checkLength(corpus.descriptor());
    TaskDevice.bind();
    MinibatchSchedule schedule = schedule(corpus.descriptor());
    StepShape steps = corpus.descriptor().shape();
    CorpusPart train = corpus.part(Part.TRAIN);
    Validation evaluation =
        switch (settings.objective().method().model()) {
          case GENERATOR -> new Evaluation(spark, settings, corpus);
          case OPERATOR -> new WalkEvaluation(spark, settings, corpus);
        };
    evaluation.open(Part.VALID);
    byte[] description = CorpusJson.write(corpus.descriptor());
    TrainingRun run =
        goesOn
            ? TrainingRun.goOn(settings, description, steps, hadoop, watcher::warn)
            : TrainingRun.begin(settings, description, steps, hadoop);
    try (Shards shards = new Shards(train, schedule);
        TrainingSource source = TrainingSource.open()) {
      return new Rounds(run, schedule, shards, evaluation, steps, source).run();
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
    TrainingSettings training = settings.training();
    long sequences = corpus.contents(Part.TRAIN).sequences();
    if (sequences < training.workers()) {
      throw new UserError(
          "training.workers = %d: the training part has only %d sequences: use fewer workers"
              .formatted(training.workers(), sequences));
    }
    if (training.carryState()) {
      checkStreams(corpus, sequences);
    }
    return new MinibatchSchedule(
        sequences,
        training.workers(),
        training.batch(),
        training.epochs(),
        training.averagingFrequency(),
        training.seed(),
        training.carryState());
  }

  private void checkStreams(CorpusDescriptor corpus, long sequences) {
    if (!corpus.continues(Part.TRAIN)) {
      throw new UserError(
          "training.carry-state = true: the corpus' sequences of %s stand by themselves, so there is no state to carry: use false"
              .formatted(corpus.kind().key()));
    }
    long streams = (long) settings.training().workers() * settings.training().batch();
    if (sequences < streams) {
      throw new UserError(
          "training.carry-state = true: the training part has %d sequences, fewer than the %d streams of training.batch times training.workers: use smaller ones"
              .formatted(sequences, streams));
    }
  }

  /** The rounds that are left of a run. */
  private final class Rounds {
    private final TrainingRun run;
    private final Shards shards;
    private final Validation evaluation;
    private final RoundTrainingMaster master;
    private final SparkDl4jMultiLayer trainer;
    private final OuterOptimizer outer;
    private final int rounds;
    private final TrainingSource source;
    private final Optional<RoundEvents> events;
    private Validations validations;
    private double seconds;

    Rounds(
        TrainingRun run,
        MinibatchSchedule schedule,
        Shards shards,
        Validation evaluation,
        StepShape steps,
        TrainingSource source) {
      this.source = source;
      this.events =
          settings.training().tensorboard() ? Optional.of(new RoundEvents()) : Optional.empty();
      this.run = run;
      this.shards = shards;
      this.evaluation = evaluation;
      this.outer = new OuterOptimizer(settings.training().outer(), run.momentum());
      this.validations = run.validations();
      this.seconds = run.seconds();
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      List<MultiLayerNetwork> networks = run.networks().algorithm().networks();
      this.master =
          new RoundTrainingMaster(
              context, settings, steps, schedule.batches(), networks, run.round(), outer);
      this.trainer = new SparkDl4jMultiLayer(context, networks.get(0), master);
      int limit = settings.training().maxRounds();
      this.rounds = limit > 0 ? Math.min(limit, schedule.rounds()) : schedule.rounds();
    }

    RoundMetrics run() {
      watcher.begin(master.rounds(), rounds);
      RoundMetrics metrics = run.lastMetrics().orElse(null);
      while (master.rounds() < rounds && !outOfPatience()) {
        metrics = round();
      }
      return metrics;
    }

    private boolean outOfPatience() {
      int patience = settings.training().patience();
      return patience > 0 && validations.sinceBest() >= patience;
    }

    private RoundMetrics round() {
      trainer.fit(shards.round(master.rounds()));
      RoundTrainingMaster.Round last = master.last();
      seconds += last.time().total();
      int round = master.rounds();
      checkHealth(last);
      Double nll = validates(round) ? validNll() : null;
      if (nll != null) {
        validations = validations.with(round, nll);
      }
      RoundMetrics metrics = last.metrics(round, run.networks(), nll, seconds);
      run.directory().addMetrics(ResultFiles.line(metrics));
      events.ifPresent(all -> all.add(metrics));
      if (isCheckpoint(round)) {
        // First, so that a run that goes on from the checkpoint has them.
        events.ifPresent(all -> all.write(run.directory()));
        run.directory().write(checkpoint(round), settings.training().keepCheckpoints());
      }
      source.show(metrics);
      watcher.round(metrics, rounds);
      return metrics;
    }

    private boolean validates(int round) {
      int every = settings.training().validateEvery();
      return round == rounds || (every > 0 && round % every == 0);
    }

    private double validNll() {
      ReplicaState state = ReplicaState.of(run.networks().algorithm().networks());
      return evaluation.likelihood(Part.VALID, state).nll();
    }

    private boolean isCheckpoint(int round) {
      return round == rounds
          || round % settings.training().checkpointEvery() == 0
          || round == validations.bestRound()
          || outOfPatience();
    }

    private Checkpoint checkpoint(int round) {
      List<MultiLayerNetwork> networks = run.networks().algorithm().networks();
      return new Checkpoint(round, networks, outer.momentum(), validations);
    }

    /** Tells of workers that were left out; stops where what is left cannot be trusted. */
    private void checkHealth(RoundTrainingMaster.Round last) {
      String round = "round %d: ".formatted(master.rounds());
      for (WorkerReport report : last.leftOut()) {
        watcher.warn(
            "%sworker %d is left out of the mean: %s"
                .formatted(round, report.worker(), report.trouble()));
      }
      int workers = settings.training().workers();
      if (last.leftOut().size() > settings.training().health().maxLeftOut() * workers) {
        WorkerReport first = last.leftOut().get(0);
        throw stopped(
            "%s%d of %d workers had to be left out, worker %d because %s"
                .formatted(round, last.leftOut().size(), workers, first.worker(), first.trouble()));
      }
      if (!Double.isFinite(last.totals().nll())
          || !ReplicaState.of(run.networks().algorithm().networks()).isFinite()) {
        throw stopped(round + "after the mean the loss or a parameter is not a finite number");
      }
    }

    private String furtherRemedy() {
      return switch (settings.objective().method().model()) {
        case GENERATOR -> "";
        case OPERATOR ->
            switch (settings.operator().kind()) {
              case GAUSSIAN -> ", or bound a walk's noise by operator.max-std";
              case BERNOULLI -> "";
            };
      };
    }

    private IllegalStateException stopped(String why) {
      return new IllegalStateException(
          "%s; use a smaller training.learning-rate or training.gradient-clip%s; %s"
              .formatted(
                  why,
                  furtherRemedy(),
                  run.directory()
                      .newestName()
                      .map(name -> "the last good checkpoint is " + name)
                      .orElse("there is no checkpoint yet")));
    }
  }
}
