package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * What came out of a run of variational walkback.
 *
 * @param round of the checkpoint
 * @param part that it was evaluated on
 * @param points of it that were walked from
 * @param dimensions D of a point
 * @param likelihood by walks of different lengths
 * @param chain at temperature 1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record WalkReport(
    int round, String part, int points, int dimensions, List<Row> likelihood, ChainRow chain)
    implements EvaluationReport {
  /**
   * How likely points are, by walks of K steps; 95 % intervals are over the points.
   *
   * @param steps K
   * @param paths walks from each point
   * @param bound mean lower bound on log p, nats a point
   * @param boundInterval of it
   * @param logLikelihood mean importance-sampled estimate of log p (equation 3.10), nats a point
   * @param logLikelihoodInterval of it
   * @param bitsPerDimension minus the estimate, in bits, over D; of images that were dequantised,
   *     those of their 256 levels; left out of images that were not, which have no density
   * @param effectivePaths mean over the points; near 1 the estimate is one path's, and too low
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Row(
      int steps,
      int paths,
      double bound,
      List<Double> boundInterval,
      double logLikelihood,
      List<Double> logLikelihoodInterval,
      Double bitsPerDimension,
      double effectivePaths) {}

  /**
   * Chains that begin in the noise that walks end in, cool, and go on at temperature 1.
   *
   * @param steps of them
   * @param discrepancy maximum mean discrepancy of where they end from the part's points
   * @param dataDiscrepancy the same of as many other points of the data, the mean of up to five
   *     such samples
   * @param divergence of steps from steps back, nats a step, over the second half
   * @param entropy of a step, nats; of images that were dequantised, of their levels
   * @param irreversibility the one over the other (equation 3.14), left out where the entropy is
   *     not above 0
   * @param classScore inception-style score of where they end, where there is a classifier
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record ChainRow(
      int steps,
      double discrepancy,
      double dataDiscrepancy,
      double divergence,
      double entropy,
      Double irreversibility,
      Double classScore) {}

  @Override
  public <R> R accept(Visitor<R> visitor) {
    return visitor.visit(this);
  }
}
