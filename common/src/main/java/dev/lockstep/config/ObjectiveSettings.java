package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import java.io.Serializable;

/**
 * What training minimises.
 *
 * @param method the objective
 * @param matchTeacherForced whether C_t is added to the generator's loss
 * @param updateOrder which discriminator the generator hears
 * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
 *     minibatch; 0 = as many as a sequence has
 * @param gate who is updated when
 */
public record ObjectiveSettings(
    Method method,
    boolean matchTeacherForced,
    UpdateOrder updateOrder,
    @AtLeast(0) int freeRunningLength,
    Gate gate)
    implements Serializable {
  /** Training objectives. */
  public enum Method implements Choice {
    /** Likelihood alone. */
    TEACHER_FORCING,
    /** Likelihood, and behaviour that the discriminator cannot tell apart. */
    PROFESSOR_FORCING
  }

  /** Which discriminator the generator hears. */
  public enum UpdateOrder implements Choice {
    /** The one that judged the minibatch. */
    SIMULTANEOUS,
    /** The one that has just learned from it. */
    DISCRIMINATOR_FIRST
  }

  /**
   * Bounds on the discriminator's accuracy.
   *
   * @param generatorAbove the generator hears the discriminator only above this accuracy
   * @param discriminatorBelow the discriminator is not updated above this accuracy
   */
  public record Gate(
      @AtLeast(0) @AtMost(1) double generatorAbove,
      @AtLeast(0) @AtMost(1) double discriminatorBelow)
      implements Serializable {}
}
