package dev.lockstep.render;

/**
 * A line of handwriting.
 *
 * @param steps [T][3]: dx, dy, pen. A step moves the pen by (dx, dy), x to the right and y down, in
 *     the data's units; pen is 1 at the last point of a stroke and 0 elsewhere. Steps that hold NaN
 *     or infinity are passed over, and the ink is interrupted there
 * @param text what the line should say; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record InkLine(double[][] steps, String text) {
  public InkLine {
    for (int t = 0; t < steps.length; t++) {
      if (steps[t].length != 3) {
        throw new IllegalArgumentException(
            "step %d of a line has %d numbers; allowed: 3".formatted(t, steps[t].length));
      }
    }
  }
}
