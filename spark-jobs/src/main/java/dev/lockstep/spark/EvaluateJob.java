package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.EvaluationSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.FreeRunningStatistics;
import dev.lockstep.metric.TsneMap;
import dev.lockstep.training.ReplicaState;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Evaluates runs' checkpoints on the test part and writes each {@code evaluation/metrics.json}. */
public final class EvaluateJob {
  private final SparkSession spark;
  private final TrainedRun.Which which;

  /**
   * What came out of one run.
   *
   * @param round of the checkpoint
   * @param part that it was evaluated on
   * @param likelihood how well it predicts the data
   * @param drift how far free-running hidden states are from teacher-forced ones
   * @param tsne what maps of them say, unless {@code evaluation.tsne} wants none or there are too
   *     few
   * @param probe how well a fresh discriminator tells the modes apart, unless {@code
   *     evaluation.probe} wants none or the validation part has too few sequences
   * @param lengthGeneralisation what free-running output is like at multiples of the drift's steps,
   *     beside the data, unless {@code evaluation.free-running} says otherwise
   * @param repeats how much of it is repeated and copied, where steps are symbols
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Report(
      int round,
      String part,
      @JsonUnwrapped LikelihoodReport likelihood,
      @JsonUnwrapped DriftReport drift,
      TsneReport tsne,
      ProbeReport probe,
      List<FreeRunningStatistics.Row> lengthGeneralisation,
      List<RepeatReport> repeats)
      implements EvaluationReport {}

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
    write(run, "evaluation/metrics.json", report);
    return report;
  }

  private static Report evaluate(TrainedRun run, CorpusDescriptor corpus, Evaluation evaluation) {
    ReplicaState state = run.state();
    EvaluationSettings asked = run.settings().evaluation();
    Likelihood carried = evaluation.likelihood(Part.TEST, state);
    Likelihood restarting =
        corpus.isStream() ? evaluation.restartingLikelihood(Part.TEST, state) : carried;
    Evaluation.Behaviours behaviours = evaluation.behaviours(Part.TEST, Part.VALID, state);
    DriftReport drift = DriftReport.of(behaviours.drift(), behaviours.separation().accuracy());
    List<TsneMap> maps = evaluation.maps(behaviours);
    boolean ranFree = asked.freeRunning();
    Report report =
        new Report(
            run.checkpoint().round(),
            Part.TEST.key(),
            LikelihoodReport.of(corpus, carried, restarting, run.settings().training().seed()),
            drift,
            TsneReport.of(maps),
            ProbeReport.of(behaviours.separation(), asked.probe().updates(), drift.driftSteps()),
            ranFree ? evaluation.lengthGeneralisation(Part.TEST, behaviours.output()) : null,
            ranFree && corpus.shape().symbolic()
                ? evaluation.repeats(Part.TEST, Part.TRAIN, behaviours.output())
                : null);
    if (!maps.isEmpty()) {
      write(
          run,
          "evaluation/tsne.json",
          TsneReport.Picture.of(maps, asked.tsne().perplexity(), drift.driftSteps()));
    }
    write(run, "evaluation/metrics.json", report);
    return report;
  }

  private static void write(TrainedRun run, String name, Object value) {
    try {
      run.directory()
          .write(
              name, new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
