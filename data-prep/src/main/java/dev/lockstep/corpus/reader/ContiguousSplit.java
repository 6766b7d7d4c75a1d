package dev.lockstep.corpus.reader;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.Part;
import java.io.Serializable;
import java.math.BigDecimal;

/**
 * The beginning of something in one piece for training, then validation, then test.
 *
 * @param train steps for training
 * @param valid steps for validation
 * @param test steps for the test
 */
public record ContiguousSplit(long train, long valid, long test) implements Serializable {
  public static ContiguousSplit of(long steps, DataSettings.Split split) {
    long valid = fraction(steps, split.valid());
    long test = fraction(steps, split.test());
    return new ContiguousSplit(steps - valid - test, valid, test);
  }

  /** Rounded down, in decimal: in binary, 0.29 of 100 is 28. */
  private static long fraction(long steps, double fraction) {
    return BigDecimal.valueOf(fraction).multiply(BigDecimal.valueOf(steps)).longValue();
  }

  /** The number of a part's first step, from 0. */
  public long first(Part part) {
    return switch (part) {
      case TRAIN -> 0;
      case VALID -> train;
      case TEST -> train + valid;
    };
  }

  /** How many steps a part has. */
  public long count(Part part) {
    return switch (part) {
      case TRAIN -> train;
      case VALID -> valid;
      case TEST -> test;
    };
  }
}
