package dev.lockstep.metric;

import dev.lockstep.model.Sequence;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How a pen writes. A step is its offset (dx, dy) and then whether it is lifted there; the step
 * after a lift goes to where the next stroke begins, through the air.
 */
final class Strokes {
  private static final int CHANNELS = 3;

  private Strokes() {}

  /** Share of the steps at which the pen is lifted. */
  static double liftsPerStep(List<Sequence> sequences) {
    return sequences.stream()
        .flatMap(s -> IntStream.range(0, s.length()).mapToObj(t -> lifted(s, t)))
        .mapToDouble(lifted -> lifted ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  /**
   * Mean length of the ink between two lifts, over all strokes whose beginning and end are in a
   * sequence; NaN if there are none.
   */
  static double meanLength(List<Sequence> sequences) {
    return sequences.stream().flatMapToDouble(Strokes::lengths).average().orElse(Double.NaN);
  }

  private static DoubleStream lengths(Sequence sequence) {
    int[] lifts = IntStream.range(0, sequence.length()).filter(t -> lifted(sequence, t)).toArray();
    return IntStream.range(1, lifts.length)
        .mapToDouble(
            i ->
                IntStream.rangeClosed(lifts[i - 1] + 2, lifts[i])
                    .mapToDouble(t -> offset(sequence, t))
                    .sum());
  }

  private static boolean lifted(Sequence sequence, int t) {
    return sequence.values()[t * CHANNELS + 2] >= 0.5;
  }

  private static double offset(Sequence sequence, int t) {
    return Math.hypot(sequence.values()[t * CHANNELS], sequence.values()[t * CHANNELS + 1]);
  }
}
