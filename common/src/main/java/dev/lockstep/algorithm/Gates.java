package dev.lockstep.algorithm;

/**
 * The bounds of section 2.3 on the discriminator's accuracy: the generator's loss has its
 * adversarial part only when the discriminator is right often enough to say something, and the
 * discriminator is not updated when it is so good that the generator would get no gradient.
 *
 * @param generatorAbove 0.75 in the paper
 * @param discriminatorBelow 0.99 in the paper
 */
public record Gates(double generatorAbove, double discriminatorBelow) {
  /** The paper's. */
  public static final Gates PAPER = new Gates(0.75, 0.99);

  /**
   * Which gates are open in an update.
   *
   * @param generator whether the generator's loss includes C_f (and C_t)
   * @param discriminator whether the discriminator is updated
   */
  public record Open(boolean generator, boolean discriminator) {}

  /**
   * Which gates an accuracy opens; none if it is NaN.
   *
   * @param accuracy of the discriminator on the minibatch before the update, from 0 to 1
   */
  public Open decide(double accuracy) {
    return new Open(accuracy > generatorAbove, accuracy <= discriminatorBelow);
  }
}
