package dev.lockstep.spark;

import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.TsneMap;
import dev.lockstep.results.DriftReport;
import dev.lockstep.results.EvaluationReport;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.results.SequenceReport;
import dev.lockstep.results.WalkReport;
import dev.lockstep.training.ReplicaState;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Evaluates runs' checkpoints on the test part and writes each {@code evaluation/metrics.json}. */
public final class EvaluateJob {
  private final SparkSession spark;
  private final TrainedRun.Which which;

  public EvaluateJob(SparkSession spark, TrainedRun.Which which) {
    this.spark = spark;
    this.which = which;
  }

  /**
   * Says whether runs are evaluated on the same data, so that their figures can stand side by side.
   *
   * @param asked settings for each run, as for {@link #run}
   * @throws UserError if not
   */
  public void checkComparable(List<Settings> asked) {
    Settings first = asked.get(0);
    CorpusDescriptor data = corpus(first);
    for (Settings other : asked) {
      CorpusDescriptor others = corpus(other);
      boolean same =
          others.formatChecksum().equals(data.formatChecksum())
              && others.contents(Part.TEST).equals(data.contents(Part.TEST));
      if (!same) {
        throw new UserError(
            "the runs %s and %s have different corpora, and their figures no common measure: name runs of one corpus"
                .formatted(first.training().output(), other.training().output()));
      }
    }
  }

  private CorpusDescriptor corpus(Settings asked) {
    return TrainedRun.open(spark, asked, which)
        .openCorpus(spark, asked.data().corpus())
        .descriptor();
  }

  /**
   * Evaluates a run.
   *
   * @param asked which one, and how
   */
  public EvaluationReport run(Settings asked) {
    TrainedRun run = TrainedRun.open(spark, asked, which);
    Corpus corpus = run.openCorpus(spark, asked.data().corpus());
    try {
      return switch (run.settings().objective().method().model()) {
        case GENERATOR ->
            evaluate(run, corpus.descriptor(), new Evaluation(spark, run.settings(), corpus));
        case OPERATOR -> evaluate(run, new WalkEvaluation(spark, run.settings(), corpus));
      };
    } finally {
      Replicas.clear();
    }
  }

  private static WalkReport evaluate(TrainedRun run, WalkEvaluation evaluation) {
    WalkReport report = evaluation.report(run.checkpoint().round(), run.state());
    write(run, ResultFiles.EVALUATION, report);
    return report;
  }

  private static SequenceReport evaluate(
      TrainedRun run, CorpusDescriptor corpus, Evaluation evaluation) {
    ReplicaState state = run.state();
    EvaluationSettings asked = run.settings().evaluation();
    Likelihood carried = evaluation.likelihood(Part.TEST, state);
    Likelihood restarting =
        corpus.isStream() ? evaluation.restartingLikelihood(Part.TEST, state) : carried;
    Evaluation.Behaviours behaviours = evaluation.behaviours(Part.TEST, Part.VALID, state);
    DriftReport drift = behaviours.drift().report(behaviours.separation().accuracy());
    List<TsneMap> maps = evaluation.maps(behaviours);
    boolean ranFree = asked.freeRunning();
    SequenceReport report =
        new SequenceReport(
            run.checkpoint().round(),
            Part.TEST.key(),
            carried.report(corpus, restarting, run.settings().training().seed()),
            drift,
            TsneMaps.report(maps),
            behaviours.separation().report(asked.probe().updates(), drift.driftSteps()),
            ranFree ? evaluation.lengthGeneralisation(Part.TEST, behaviours.output()) : null,
            ranFree && corpus.shape().symbolic()
                ? evaluation.repeats(Part.TEST, Part.TRAIN, behaviours.output())
                : null);
    if (!maps.isEmpty()) {
      write(
          run,
          ResultFiles.TSNE,
          TsneMaps.picture(maps, asked.tsne().perplexity(), drift.driftSteps()));
    }
    write(run, ResultFiles.EVALUATION, report);
    return report;
  }

  private static void write(TrainedRun run, String name, Object value) {
    run.directory().write(name, ResultFiles.pretty(value));
  }
}
