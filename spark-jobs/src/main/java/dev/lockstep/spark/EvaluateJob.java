package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.metric.FreeRunningStatistics;
import dev.lockstep.metric.HiddenDrift;
import dev.lockstep.training.ReplicaState;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Judges a run's checkpoint on the test part and writes {@code evaluation/metrics.json}. */
public final class EvaluateJob {
  private final SparkSession spark;
  private final Settings asked;
  private final TrainedRun.Which which;

  /**
   * What came out.
   *
   * @param round of the checkpoint
   * @param part that it was judged on
   * @param steps scored
   * @param nll mean surprisal with the state carried through the part's streams, nats
   * @param bpc the same in bits, where steps are symbols
   * @param perplexity its exponential, there
   * @param restartBpc the same for each stored sequence of a stream by itself from the start
   *     symbol, bits
   * @param natsPerSequence mean surprisal of a whole sequence, where sequences stand by themselves;
   *     of an image, its usual measure
   * @param driftSequences sequences of each mode that the drift was measured on
   * @param driftSteps steps of each
   * @param centroidDistance between the modes' mean hidden states, mean over the steps
   * @param centroidDistanceWithin what that would be about if the modes did not differ
   * @param pairDistance mean over pairs of one state of each mode, mean over the steps
   * @param pairDistanceWithin the same among teacher-forced states: what no drift would give
   * @param discriminatorAccuracy how often the run's own discriminator tells the modes apart, if it
   *     has one
   * @param centroidByStep the centroid distance at each step
   * @param pairByStep the mean pair distance at each step
   * @param lengthGeneralisation what free-running output is like at multiples of {@code
   *     driftSteps}, beside the data, unless {@code evaluation.free-running} says otherwise
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Report(
      int round,
      String part,
      long steps,
      double nll,
      Double bpc,
      Double perplexity,
      Double restartBpc,
      Double natsPerSequence,
      int driftSequences,
      int driftSteps,
      double centroidDistance,
      double centroidDistanceWithin,
      double pairDistance,
      double pairDistanceWithin,
      Double discriminatorAccuracy,
      List<Double> centroidByStep,
      List<Double> pairByStep,
      List<FreeRunningStatistics.Row> lengthGeneralisation) {}

  public EvaluateJob(SparkSession spark, Settings asked, TrainedRun.Which which) {
    this.spark = spark;
    this.asked = asked;
    this.which = which;
  }

  /** Evaluates. */
  public Report run() {
    TrainedRun run = TrainedRun.open(spark, asked, which);
    Corpus corpus = run.openCorpus(spark, asked.data().corpus());
    Evaluation evaluation = new Evaluation(spark, run.settings(), corpus);
    ReplicaState state = run.state();
    try {
      Evaluation.Likelihood carried = evaluation.likelihood(Part.TEST, state);
      Evaluation.Likelihood restarting =
          corpus.descriptor().isStream()
              ? evaluation.restartingLikelihood(Part.TEST, state)
              : carried;
      HiddenDrift.Result drift = evaluation.drift(Part.TEST, state);
      List<FreeRunningStatistics.Row> lengths =
          run.settings().evaluation().freeRunning()
              ? evaluation.lengthGeneralisation(Part.TEST, state)
              : null;
      Double sequence = natsPerSequence(corpus.descriptor(), restarting);
      Report report = report(run, carried, restarting, sequence, drift, lengths);
      run.directory().write("evaluation/metrics.json", json(report));
      return report;
    } finally {
      Replicas.clear();
    }
  }

  /** Where a stream is cut is no property of the data, so there it would say nothing: null. */
  private static Double natsPerSequence(CorpusDescriptor corpus, Evaluation.Likelihood restarting) {
    return corpus.isStream()
        ? null
        : restarting.nll() * restarting.steps() / corpus.contents(Part.TEST).sequences();
  }

  private static Report report(
      TrainedRun run,
      Evaluation.Likelihood carried,
      Evaluation.Likelihood restarting,
      Double natsPerSequence,
      HiddenDrift.Result drift,
      List<FreeRunningStatistics.Row> lengthGeneralisation) {
    boolean symbolic = run.corpus().shape().symbolic();
    return new Report(
        run.checkpoint().round(),
        Part.TEST.key(),
        carried.steps(),
        carried.nll(),
        symbolic ? RoundMetrics.bits(carried.nll()) : null,
        symbolic ? Math.exp(carried.nll()) : null,
        run.corpus().isStream() ? RoundMetrics.bits(restarting.nll()) : null,
        natsPerSequence,
        drift.sequences(),
        drift.centroid().size(),
        HiddenDrift.Result.mean(drift.centroid()),
        HiddenDrift.Result.mean(drift.centroidWithin()),
        HiddenDrift.Result.mean(drift.pair()),
        HiddenDrift.Result.mean(drift.pairWithin()),
        Double.isNaN(drift.accuracy()) ? null : drift.accuracy(),
        drift.centroid(),
        drift.pair(),
        lengthGeneralisation);
  }

  private static byte[] json(Report report) {
    try {
      return new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
