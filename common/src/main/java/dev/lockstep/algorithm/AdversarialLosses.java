package dev.lockstep.algorithm;

/**
 * The losses between a discriminator and a generator, from the scores of 2N sequences, of which the
 * first N are teacher-forced and the others free-running. An implementation is one adversarial
 * loss; {@link JensenShannonLosses} is the paper's.
 */
public interface AdversarialLosses {
  /** What makes such losses of scores [2N]; kept, not copied. */
  @FunctionalInterface
  interface Factory {
    AdversarialLosses of(double[] scores);
  }

  /** C_d, the discriminator's loss. */
  double discriminator();

  /** C_f, the generator's loss for the free-running sequences. */
  double freeRunning();

  /** C_t, the generator's loss for the teacher-forced sequences. */
  double teacherForced();

  /**
   * Share of the 2N sequences that the discriminator assigns to their own mode, between 0 and 1;
   * NaN if one of the scores is.
   */
  double accuracy();

  /**
   * The gradients at the scores.
   *
   * @param weight λ of the generator's loss
   * @param matchTeacherForced whether the generator's loss is λ (C_f + C_t), or λ C_f alone
   */
  AdversarialGradients gradients(double weight, boolean matchTeacherForced);
}
