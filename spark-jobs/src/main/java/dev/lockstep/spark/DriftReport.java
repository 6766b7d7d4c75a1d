package dev.lockstep.spark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.metric.HiddenDrift;
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
      Double mmdWithin) {
    static AtLength of(int multiple, HiddenDrift.Result drift) {
      return new AtLength(
          multiple,
          multiple * drift.centroid().size(),
          drift.sequences(),
          HiddenDrift.Result.mean(drift.centroid()),
          HiddenDrift.Result.mean(drift.centroidWithin()),
          HiddenDrift.Result.mean(drift.pair()),
          HiddenDrift.Result.mean(drift.pairWithin()),
          HiddenDrift.Result.mean(drift.mmd()),
          Finite.orNull(HiddenDrift.Result.mean(drift.mmdWithin())));
    }
  }

  /**
   * Tells of a drift.
   *
   * @param accuracy of the run's own discriminator, or null
   */
  static DriftReport of(DriftTask.Result measured, Double accuracy) {
    HiddenDrift.Result drift = measured.drift();
    AtLength whole = AtLength.of(1, drift);
    return new DriftReport(
        whole.sequences(),
        whole.steps(),
        whole.centroidDistance(),
        whole.centroidDistanceWithin(),
        whole.pairDistance(),
        whole.pairDistanceWithin(),
        whole.mmd(),
        whole.mmdWithin(),
        accuracy == null ? null : Finite.orNull(accuracy),
        drift.centroid(),
        drift.pair(),
        drift.mmd(),
        measured.byMultiple().entrySet().stream()
            .map(row -> AtLength.of(row.getKey(), row.getValue()))
            .toList());
  }
}
