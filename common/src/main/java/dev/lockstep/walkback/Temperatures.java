package dev.lockstep.walkback;

import java.io.Serializable;

/**
 * The temperatures of a walk (section 3 of the paper): 1 for the first n steps and one more, then
 * twice as hot with each step, until the noise alone would spread the states as widely as data are.
 *
 * @param hottest T_max = σ²_max / σ², the variance of the data over that of one step's noise
 */
public record Temperatures(double hottest) implements Serializable {
  /** Checks that a walk does not cool. */
  public Temperatures {
    if (!(hottest >= 1)) {
      throw new IllegalArgumentException("a walk heats up, from 1 to no less, not to " + hottest);
    }
  }

  /** Steps that heat: ⌈log₂ T_max⌉. */
  public int heating() {
    return (int) Math.ceil(Math.log(hottest) / Math.log(2) - 1e-9);
  }

  /**
   * K, the steps of a walk.
   *
   * @param cold n, steps before it heats up
   */
  public int steps(int cold) {
    return heating() + cold;
  }

  /**
   * T_t.
   *
   * @param step t, from 1
   * @param cold n
   */
  public double at(int step, int cold) {
    return step <= cold + 1 ? 1 : Math.scalb(1.0, step - cold - 1);
  }
}
