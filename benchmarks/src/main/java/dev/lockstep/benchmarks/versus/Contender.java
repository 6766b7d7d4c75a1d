package dev.lockstep.benchmarks.versus;

/**
 * One implementation of the training step; batch and uniform numbers are drawn before the clock.
 */
interface Contender {
  int SGEMM_SIZE = 2048;

  /** Trains on the workload's minibatch of that number. */
  Measured step(int number);

  /**
   * Generates from the start symbol.
   *
   * @return seconds
   */
  default double generate(int sequences, int steps) {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " does not generate");
  }

  /**
   * Multiplies two matrices of {@link #SGEMM_SIZE} rows and columns.
   *
   * @return seconds, the median of a few
   */
  default double sgemm() {
    throw new UnsupportedOperationException(getClass().getSimpleName() + " does not multiply");
  }
}
