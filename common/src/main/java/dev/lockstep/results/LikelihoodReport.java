package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
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
    List<Double> natsPerSequenceInterval) {}
