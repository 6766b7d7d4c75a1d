package dev.lockstep.walkback;

/**
 * The noise of a walk: D numbers for each step and row, as the operator's transition wants them.
 */
@FunctionalInterface
public interface WalkNoise {
  /**
   * Fills in the noise of one row; may be called from several threads.
   *
   * @param step from 1; 0 for a draw from p*
   */
  void fill(int step, int row, double[] noise);
}
