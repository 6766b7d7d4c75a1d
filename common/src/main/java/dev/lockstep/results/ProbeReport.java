package dev.lockstep.results;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.List;

/**
 * How well a fresh discriminator tells the modes apart on sequences that it has not seen.
 *
 * @param sequences of each mode that it scored
 * @param accuracy share of both modes' sequences that it gets right; one half is chance, and less
 *     says that the modes differ otherwise than where it learnt
 * @param accuracyInterval of it, 95 %, both ends
 * @param auc the area under its receiver operating characteristic; one half is chance
 * @param updates that it was trained for
 * @param byLength the same of as many steps, further on, all rows on the same sequences
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ProbeReport(
    int sequences,
    double accuracy,
    List<Double> accuracyInterval,
    double auc,
    int updates,
    List<AtLength> byLength) {

  /**
   * Over the steps that end at a multiple of the drift's.
   *
   * @param multiple of the drift's steps
   * @param steps where they end
   * @param sequences of each mode
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record AtLength(
      int multiple,
      int steps,
      int sequences,
      double accuracy,
      List<Double> accuracyInterval,
      double auc) {}
}
