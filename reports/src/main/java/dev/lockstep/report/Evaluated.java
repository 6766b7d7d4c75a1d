package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;
import java.util.SortedMap;

/**
 * What the page shows of {@code evaluation/metrics.json}, whose keys {@code evaluate} explains;
 * what is not there is null. An interval is its lower and its upper bound.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
record Evaluated(
    @JsonProperty(required = true) int round,
    String part,
    Long steps,
    Double nll,
    List<Double> nllInterval,
    Double bpc,
    List<Double> bpcInterval,
    Double perplexity,
    List<Double> perplexityInterval,
    Double restartBpc,
    Double natsPerSequence,
    List<Double> natsPerSequenceInterval,
    Integer driftSequences,
    Integer driftSteps,
    Double centroidDistance,
    Double centroidDistanceWithin,
    Double pairDistance,
    Double pairDistanceWithin,
    Double mmd,
    Double mmdWithin,
    List<Double> centroidByStep,
    List<Double> pairByStep,
    List<Double> mmdByStep,
    List<DriftAtLength> driftByLength,
    TsneDistances tsne,
    Probe probe,
    Double discriminatorAccuracy,
    List<Statistic> lengthGeneralisation,
    List<Repeats> repeats,
    Integer points,
    Integer dimensions,
    List<WalkLikelihood> likelihood,
    WalkChain chain) {

  /** Drift after a multiple of the training length. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record DriftAtLength(
      int multiple,
      Integer steps,
      Integer sequences,
      Double centroidDistance,
      Double centroidDistanceWithin,
      Double pairDistance,
      Double pairDistanceWithin,
      Double mmd,
      Double mmdWithin) {}

  /** Drift in the space of t-SNE, mean and standard error over seeded runs of it. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record TsneDistances(
      Integer runs,
      Integer points,
      Double centroidDistance,
      Double centroidDistanceError,
      Double pairDistance,
      Double pairDistanceError) {}

  /** A fresh discriminator's success on frozen behaviours. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Probe(
      Double accuracy,
      List<Double> accuracyInterval,
      Double auc,
      Integer updates,
      List<ProbeAtLength> byLength) {}

  /** Its success on the steps that end at a multiple of the training length. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record ProbeAtLength(
      int multiple, Integer steps, Double accuracy, List<Double> accuracyInterval, Double auc) {}

  /** A statistic of free-running output at multiples of the training length, beside the data. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Statistic(String measure, Double data, SortedMap<Integer, Double> values) {}

  /** n-grams (from n = 1 on) and repeats of free-running text at a multiple of that length. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Repeats(
      int multiple,
      Integer steps,
      List<Double> distinct,
      List<Double> distinctData,
      List<Double> novel,
      List<Double> novelData,
      Double longestRepeat,
      Double longestRepeatData,
      Double longestCopy,
      Double longestCopyData) {}

  /** How likely points are by walks of a transition operator, of so many steps. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record WalkLikelihood(
      int steps,
      Integer paths,
      Double bound,
      List<Double> boundInterval,
      Double logLikelihood,
      List<Double> logLikelihoodInterval,
      Double bitsPerDimension,
      Double effectivePaths) {}

  /** Chains of a transition operator at temperature 1. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record WalkChain(
      Integer steps,
      Double discrepancy,
      Double dataDiscrepancy,
      Double divergence,
      Double entropy,
      Double irreversibility,
      Double classScore) {}
}
