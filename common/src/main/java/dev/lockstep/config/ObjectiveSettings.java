package dev.lockstep.config;

import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.AtMost;
import java.io.Serializable;

/**
 * What training minimises.
 *
 * @param method the objective
 * @param adversarialWeight λ, the weight of C_f (and C_t) against the NLL of a sequence
 * @param matchTeacherForced whether C_t is added to the generator's loss
 * @param updateOrder which discriminator gives the generator's adversarial gradient
 * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
 *     minibatch; 0 = as many as a sequence has
 * @param gate who is updated when
 * @param scheduledSampling how often scheduled sampling reads the data
 * @param curriculum how long the sequences of a curriculum are
 * @param walkback how an operator walks away from the data
 */
public record ObjectiveSettings(
    Method method,
    @AtLeast(0) double adversarialWeight,
    boolean matchTeacherForced,
    UpdateOrder updateOrder,
    @AtLeast(0) int freeRunningLength,
    Gate gate,
    ScheduledSampling scheduledSampling,
    Curriculum curriculum,
    Walkback walkback)
    implements Serializable {
  /** Training objectives. */
  public enum Method implements Choice {
    /** Likelihood alone. */
    TEACHER_FORCING,
    /** Likelihood, and behaviour that the discriminator cannot tell apart. */
    PROFESSOR_FORCING,
    /** Likelihood, of sequences that are read more and more from the generator's own draws. */
    SCHEDULED_SAMPLING,
    /** Likelihood, of sequences that grow longer. */
    CURRICULUM,
    /** Variational walkback: the way back from walks of a transition operator. */
    WALKBACK;

    /** The model that it trains. */
    public Model model() {
      return switch (this) {
        case TEACHER_FORCING, PROFESSOR_FORCING, SCHEDULED_SAMPLING, CURRICULUM -> Model.GENERATOR;
        case WALKBACK -> Model.OPERATOR;
      };
    }

    /** Whether it trains a discriminator beside the model. */
    public boolean hasDiscriminator() {
      return switch (this) {
        case PROFESSOR_FORCING -> true;
        case TEACHER_FORCING, SCHEDULED_SAMPLING, CURRICULUM, WALKBACK -> false;
      };
    }
  }

  /** What a method trains. */
  public enum Model {
    /** A generator of sequences. */
    GENERATOR,
    /** A transition operator of points. */
    OPERATOR
  }

  /** Which discriminator gives the gradient that the generator is updated with. */
  public enum UpdateOrder implements Choice {
    /** The one that scored this minibatch: both networks are updated from the same pass. */
    SIMULTANEOUS,
    /** The one that has just been updated on this minibatch, which scores it again. */
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

  /**
   * How often scheduled sampling reads the data.
   *
   * @param decay how the probability of reading the data falls
   * @param halfAfter updates after which it is one half
   * @param least what it never falls below
   * @param per what is decided at once
   */
  public record ScheduledSampling(
      Decay decay, @AtLeast(1) int halfAfter, @AtLeast(0) @AtMost(1) double least, Per per)
      implements Serializable {}

  /** How the probability of reading the data falls with the updates i. */
  public enum Decay implements Choice {
    /** By the same amount with each update, {@code 1 − c·i}. */
    LINEAR,
    /** By the same factor with each update, {@code k^i}. */
    EXPONENTIAL,
    /** Slowly, then fast, then slowly, {@code k / (k + exp(i / k))}. */
    INVERSE_SIGMOID
  }

  /** What scheduled sampling decides at once. */
  public enum Per implements Choice {
    /** Each step by itself. */
    TOKEN,
    /** A whole sequence. */
    SEQUENCE
  }

  /**
   * How long the sequences of a curriculum are.
   *
   * @param length steps to begin with
   * @param doubleAfter updates after which there are twice as many
   */
  public record Curriculum(@AtLeast(1) int length, @AtLeast(1) int doubleAfter)
      implements Serializable {}

  /**
   * How an operator walks away from the data.
   *
   * @param maxTemperature T_max = σ²_max / σ²
   * @param coldSteps N₁, most steps before a walk heats up
   * @param update when the parameters move
   */
  public record Walkback(
      @AtLeast(1) double maxTemperature, @AtLeast(0) int coldSteps, WalkUpdate update)
      implements Serializable {}

  /** When variational walkback moves the parameters. */
  public enum WalkUpdate implements Choice {
    /** After each step of a walk. */
    ONLINE,
    /** Once for a walk, by the sum of its steps' gradients. */
    ACCUMULATE
  }
}
