package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What came out of evaluating a run that trained a generator of sequences.
 *
 * @param round of the checkpoint
 * @param part that it was evaluated on
 * @param likelihood how well it predicts the data
 * @param drift how far free-running hidden states are from teacher-forced ones
 * @param tsne what maps of them say, unless {@code evaluation.tsne} wants none or there are too few
 * @param probe how well a fresh discriminator tells the modes apart, unless {@code
 *     evaluation.probe} wants none or the validation part has too few sequences
 * @param lengthGeneralisation what free-running output is like at multiples of the drift's steps,
 *     beside the data, unless {@code evaluation.free-running} says otherwise
 * @param repeats how much of it is repeated and copied, where steps are symbols
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
@JsonDeserialize(using = SequenceReportReader.class)
public record SequenceReport(
    int round,
    String part,
    @JsonUnwrapped LikelihoodReport likelihood,
    @JsonUnwrapped DriftReport drift,
    TsneReport tsne,
    ProbeReport probe,
    List<FreeRunningStatistic> lengthGeneralisation,
    List<RepeatReport> repeats)
    implements EvaluationReport {
  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
