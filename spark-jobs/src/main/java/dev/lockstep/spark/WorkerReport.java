package dev.lockstep.spark;

import dev.lockstep.training.RoundTotals;
import java.io.Serializable;

/**
 * What a worker tells of a round, beside its state.
 *
 * @param worker counted from 0
 * @param totals of its steps; zero steps if it had no data
 * @param updates that each network has seen
 * @param trouble why its state is of no use to the others, or null
 * @param fetchSeconds until it had the state that the round starts from
 * @param stepSeconds that it trained
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record WorkerReport(
    int worker,
    RoundTotals totals,
    int[] updates,
    String trouble,
    double fetchSeconds,
    double stepSeconds)
    implements Serializable {
  /** Whether its state counts in the mean. */
  boolean contributes() {
    return trouble == null && totals.steps() > 0;
  }
}
