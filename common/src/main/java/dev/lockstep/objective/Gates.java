package dev.lockstep.objective;

/**
 * The accuracy bounds of section 2.3: the generator hears the discriminator only when that is right
 * often enough to have something to say, and the discriminator is not updated when it is so good
 * that the generator would get no slope.
 *
 * @param generatorAbove 0.75 in the paper
 * @param discriminatorBelow 0.99 in the paper
 */
public record Gates(double generatorAbove, double discriminatorBelow) {
  /** Whether the generator's loss includes C_f (and C_t). */
  public boolean generatorHears(double accuracy) {
    return accuracy > generatorAbove;
  }

  /** Whether the discriminator is updated: not when it is too good, nor from what is no number. */
  public boolean discriminatorLearns(double accuracy) {
    return accuracy <= discriminatorBelow;
  }
}
