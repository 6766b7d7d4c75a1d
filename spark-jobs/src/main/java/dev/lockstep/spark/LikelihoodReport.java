package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.metric.Bootstrap.Interval;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.List;

/**
 * How well a run predicts the data. Intervals are of 95 %, both ends.
 *
 * @param steps scored
 * @param nll mean nll with the state carried through the part's streams, nats
 * @param nllInterval of it
 * @param bpc the same in bits, where steps are symbols
 * @param bpcInterval of it
 * @param perplexity its exponential, there
 * @param perplexityInterval of it
 * @param restartBpc the same for each stored sequence of a stream by itself from the start symbol,
 *     bits
 * @param natsPerSequence mean nll of a whole sequence, where sequences stand by themselves; of an
 *     image, its usual measure
 * @param natsPerSequenceInterval of it
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record LikelihoodReport(
    long steps,
    double nll,
    List<Double> nllInterval,
    Double bpc,
    List<Double> bpcInterval,
    Double perplexity,
    List<Double> perplexityInterval,
    Double restartBpc,
    Double natsPerSequence,
    List<Double> natsPerSequenceInterval) {

  /**
   * Tells of likelihoods.
   *
   * @param restarting that of a stream's sequences one by one; the same one where they stand by
   *     themselves
   * @param seed of the run
   */
  static LikelihoodReport of(
      CorpusDescriptor corpus, Likelihood carried, Likelihood restarting, long seed) {
    boolean symbolic = corpus.shape().symbolic();
    // Where a stream is cut is no property of the data, so there nats a sequence would say nothing.
    boolean stream = corpus.isStream();
    Interval interval = carried.interval(RandomStreams.stream(seed, Purpose.BOOTSTRAP, 0));
    return new LikelihoodReport(
        carried.steps(),
        carried.nll(),
        interval.ends(),
        symbolic ? RoundMetrics.bits(carried.nll()) : null,
        symbolic ? interval.map(RoundMetrics::bits).ends() : null,
        symbolic ? Math.exp(carried.nll()) : null,
        symbolic ? interval.map(Math::exp).ends() : null,
        stream ? RoundMetrics.bits(restarting.nll()) : null,
        stream ? null : carried.perUnit(),
        stream
            ? null
            : carried.intervalPerUnit(RandomStreams.stream(seed, Purpose.BOOTSTRAP, 1)).ends());
  }
}
