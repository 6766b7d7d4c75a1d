package dev.lockstep.benchmarks.versus;

/**
 * One implementation of the training step; batch and uniform numbers are drawn before the clock.
 */
interface Contender {
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
}
