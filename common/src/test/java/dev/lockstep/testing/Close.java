package dev.lockstep.testing;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;

/** Comparison with a reference: relative to the larger of the value and the array's own scale. */
public final class Close {
  private Close() {}

  /** 1e-9 in double, 1e-4 in float. */
  public static double tolerance(DataType type) {
    return type == DataType.DOUBLE ? 1e-9 : 1e-4;
  }

  /**
   * Throws unless every element is within {@code tolerance} of the expected, relative to the
   * largest expected.
   */
  public static void check(String what, double[] actual, double[] expected, double tolerance) {
    if (actual.length != expected.length) {
      throw new AssertionError(what + ": " + actual.length + " values, not " + expected.length);
    }
    double scale = 0;
    for (double e : expected) {
      scale = Math.max(scale, Math.abs(e));
    }
    for (int i = 0; i < actual.length; i++) {
      double error = Math.abs(actual[i] - expected[i]);
      // A NaN must fail, so the comparison is not turned round.
      if (!(error <= tolerance * Math.max(scale, 1e-12))) {
        throw new AssertionError(
            what
                + "["
                + i
                + "] is "
                + actual[i]
                + ", expected "
                + expected[i]
                + " (error "
                + error
                + ", scale "
                + scale
                + ")");
      }
    }
  }

  public static void check(String what, double actual, double expected, double tolerance) {
    check(what, new double[] {actual}, new double[] {expected}, tolerance);
  }

  /** Throws unless every element is the expected one, bit for bit. */
  public static void same(String what, double[] actual, double[] expected) {
    int at = Arrays.mismatch(actual, expected);
    if (at >= 0) {
      throw new AssertionError(
          what
              + ": "
              + actual.length
              + " values, "
              + expected.length
              + " expected, differ from index "
              + at
              + (at < Math.min(actual.length, expected.length)
                  ? ": " + actual[at] + ", not " + expected[at]
                  : ""));
    }
  }
}
