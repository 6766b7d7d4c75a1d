package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.ObjectiveSettings.UpdateOrder;

/**
 * The choices that professor forcing leaves open.
 *
 * @param behaviour what the discriminator sees
 * @param adversarialWeight λ of C_f (and C_t) in the generator's loss
 * @param matchTeacherForced whether C_t is added to C_f
 * @param losses C_d, C_f and C_t
 * @param gates the bounds on the discriminator's accuracy
 * @param updates of the generator
 * @param discriminatorGradientClip largest L2 norm of the gradient of C_d, or 0 for no bound
 * @param order of the updates
 * @param recomputeSegment steps whose gates are held for the backward pass, or 0 for all
 * @param freeRunningLength steps that a free-running sequence goes on for, from minibatch to
 *     minibatch, until {@link Objective#refresh}; 0 for no further than its own
 */
public record ProfessorForcingOptions(
    Behaviour behaviour,
    double adversarialWeight,
    boolean matchTeacherForced,
    AdversarialLosses.Factory losses,
    Gates gates,
    GeneratorUpdates updates,
    double discriminatorGradientClip,
    UpdateOrder order,
    int recomputeSegment,
    int freeRunningLength) {

  /** The paper's: λ = 1, its losses and gates, simultaneous updates, and no bound on a gradient. */
  public static Builder paper(Behaviour behaviour) {
    return new Builder(behaviour);
  }

  TwoModePass.Options passes() {
    return new TwoModePass.Options(
        behaviour.hasProbabilities(),
        recomputeSegment,
        freeRunningLength,
        updates.dropout(),
        updates.carriesState());
  }

  /** Starts from the paper's choices; each method sets those of its parameters' names. */
  public static final class Builder {
    private final Behaviour behaviour;
    private double adversarialWeight = 1;
    private boolean matchTeacherForced;
    private AdversarialLosses.Factory losses = JensenShannonLosses::new;
    private Gates gates = Gates.PAPER;
    private GeneratorUpdates updates = GeneratorUpdates.PLAIN;
    private double discriminatorGradientClip;
    private UpdateOrder order = UpdateOrder.SIMULTANEOUS;
    private int recomputeSegment;
    private int freeRunningLength;

    private Builder(Behaviour behaviour) {
      this.behaviour = behaviour;
    }

    public Builder adversarialWeight(double lambda) {
      this.adversarialWeight = lambda;
      return this;
    }

    public Builder matchTeacherForced(boolean match) {
      this.matchTeacherForced = match;
      return this;
    }

    public Builder losses(AdversarialLosses.Factory factory) {
      this.losses = factory;
      return this;
    }

    public Builder gates(Gates bounds) {
      this.gates = bounds;
      return this;
    }

    public Builder updates(GeneratorUpdates ofGenerator) {
      this.updates = ofGenerator;
      return this;
    }

    public Builder discriminatorGradientClip(double largestNorm) {
      this.discriminatorGradientClip = largestNorm;
      return this;
    }

    public Builder order(UpdateOrder ofUpdates) {
      this.order = ofUpdates;
      return this;
    }

    public Builder recomputeSegment(int steps) {
      this.recomputeSegment = steps;
      return this;
    }

    public Builder freeRunningLength(int steps) {
      this.freeRunningLength = steps;
      return this;
    }

    public ProfessorForcingOptions build() {
      return new ProfessorForcingOptions(
          behaviour,
          adversarialWeight,
          matchTeacherForced,
          losses,
          gates,
          updates,
          discriminatorGradientClip,
          order,
          recomputeSegment,
          freeRunningLength);
    }
  }
}
