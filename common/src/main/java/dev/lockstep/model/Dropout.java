package dev.lockstep.model;

import java.io.Serializable;

/**
 * Dropout of what is not recurrent (Zaremba, Sutskever and Vinyals 2014): training sets a share of
 * the numbers that the first layer reads, and of the top state that the output layer reads, to
 * zero, drawn anew for every step of every row, and divides the others by the share that is kept.
 * The states themselves, the windows onto a text, labels and encoders are left alone.
 *
 * <p>A one-hot symbol is dropped or kept as a whole; of an embedding or a vector each number by
 * itself.
 *
 * @param input p of what the first layer reads, from 0 (off) to below 1
 * @param output p of what the output layer reads, likewise
 */
public record Dropout(double input, double output) implements Serializable {
  /** Nothing is dropped. */
  public static final Dropout NONE = new Dropout(0, 0);

  /** Checks the shares. */
  public Dropout {
    if (!(input >= 0 && input < 1 && output >= 0 && output < 1)) {
      throw new IllegalArgumentException(
          "shares to drop are from 0 to below 1, not " + input + " and " + output);
    }
  }

  /** Whether it drops anything. */
  public boolean drops() {
    return input > 0 || output > 0;
  }
}
