package dev.lockstep.testing;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What of a round's metrics the clock says. */
public final class RoundClock {
  private RoundClock() {}

  /** Takes it out. */
  public static void remove(ObjectNode round) {
    round.remove(
        List.of(
            "seconds",
            "steps_per_second",
            "broadcast_seconds",
            "compute_seconds",
            "combine_seconds"));
  }
}
