package dev.lockstep.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How far free-running hidden states are from teacher-forced ones.
 *
 * @param driftSequences sequences of each mode that the drift was measured on
 * @param driftSteps steps of each
 * @param centroidDistance between the modes' mean hidden states, mean over the steps
 * @param centroidDistanceWithin what that would be about if the modes did not differ
 * @param pairDistance mean over pairs of one state of each mode, mean over the steps
 * @param pairDistanceWithin the same among teacher-forced states: what no drift would give
 * @param mmd squared maximum mean discrepancy of both modes, mean over the steps; may be a little
 *     below 0
 * @param mmdWithin the same of two halves of the teacher-forced states; null if these are too few
 * @param discriminatorAccuracy how often the run's own discriminator tells the modes apart, if it
 *     has one
 * @param centroidByStep the centroid distance at each step
 * @param pairByStep the mean pair distance at each step
 * @param mmdByStep the discrepancy at each step
 * @param driftByLength the same over as many steps, further on
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record DriftReport(
    int driftSequences,
    int driftSteps,
    double centroidDistance,
    double centroidDistanceWithin,
    double pairDistance,
    double pairDistanceWithin,
    double mmd,
    Double mmdWithin,
    Double discriminatorAccuracy,
    List<Double> centroidByStep,
    List<Double> pairByStep,
    List<Double> mmdByStep,
    List<AtLength> driftByLength) {

  /**
   * Means over the {@code driftSteps} steps that end at a multiple of them, all rows on the same
   * sequences.
   *
   * @param multiple of {@code driftSteps}
   * @param steps where they end
   * @param sequences of each mode
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record AtLength(
      int multiple,
      int steps,
      int sequences,
      double centroidDistance,
      double centroidDistanceWithin,
      double pairDistance,
      double pairDistanceWithin,
      double mmd,
      Double mmdWithin) {}
}
