package dev.lockstep.render;

/**
 * A measure over something. Points that hold NaN or infinity leave gaps.
 *
 * @param name for the legend
 * @param x [N]
 * @param y [N]
 */
@SuppressWarnings("ArrayRecordComponent") // compared nowhere
public record Curve(String name, double[] x, double[] y) {
  public Curve {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "%s: %d places and %d values".formatted(name, x.length, y.length));
    }
  }
}
