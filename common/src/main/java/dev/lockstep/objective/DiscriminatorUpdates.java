package dev.lockstep.objective;

import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import java.util.Optional;

/** The discriminator's part of a training step: it scores a pass, and is updated on C_d. */
final class DiscriminatorUpdates {
  private final Discriminator discriminator;
  private final Kernels kernels;
  private final ProfessorForcingOptions options;
  private Optional<DiscriminatorTape> memory = Optional.empty();
  private List<Matrix> behaviour = List.of();

  DiscriminatorUpdates(
      Discriminator discriminator, Kernels kernels, ProfessorForcingOptions options) {
    this.discriminator = discriminator;
    this.kernels = kernels;
    this.options = options;
  }

  /** Scores the behaviour of both modes. */
  AdversarialLosses score(TwoModePass pass) {
    if (memory.isEmpty() || !tape().fits(pass.steps(), pass.rows())) {
      memory =
          Optional.of(discriminator.tape(pass.steps(), pass.rows(), options.recomputeSegment()));
    }
    tape().mask(pass.realSteps());
    behaviour = pass.behaviour(options.behaviour());
    return options.losses().of(discriminator.score(tape(), behaviour));
  }

  /**
   * Updates the discriminator if its gate is open.
   *
   * @param losses of the minibatch that the discriminator has just scored
   * @return the gradient of λ C_f, or λ (C_f + C_t), at the behaviour, of the discriminator that
   *     {@link ProfessorForcingOptions#order} names; none if the generator's gate is closed
   */
  BehaviourGradients update(AdversarialLosses losses, Gates.Open open) {
    if (!open.discriminator()) {
      return open.generator() ? backward(losses, true) : BehaviourGradients.NONE;
    }
    return switch (options.order()) {
      case SIMULTANEOUS -> {
        BehaviourGradients gradients = backward(losses, open.generator());
        applyUpdate();
        yield gradients;
      }
      case DISCRIMINATOR_FIRST -> {
        backward(losses, false);
        applyUpdate();
        yield open.generator() ? backward(scoreAgain(), true) : BehaviourGradients.NONE;
      }
    };
  }

  /** Scores the same behaviour with the parameters as they are after the update. */
  private AdversarialLosses scoreAgain() {
    discriminator.refresh();
    return options.losses().of(discriminator.score(tape(), behaviour));
  }

  /**
   * Writes the gradient of C_d into the network's gradient vector.
   *
   * @param losses of the last scores
   * @param forGenerator whether the generator's loss depends on the scores
   * @return the gradient of λ C_f, or λ (C_f + C_t), at the behaviour
   */
  private BehaviourGradients backward(AdversarialLosses losses, boolean forGenerator) {
    AdversarialGradients gradients =
        losses.gradients(options.adversarialWeight(), options.matchTeacherForced());
    return backward(forGenerator ? gradients : gradients.withoutGenerator());
  }

  /** The gradient of C_f, or C_f + C_t, at the behaviour, without λ. */
  BehaviourGradients backwardUnweighted(AdversarialLosses losses) {
    return backward(losses.gradients(1, options.matchTeacherForced()));
  }

  private BehaviourGradients backward(AdversarialGradients gradients) {
    return gradients.backward(discriminator, tape(), options.behaviour(), kernels);
  }

  /** Updates the parameters by the gradient that stands in the network's gradient vector. */
  private void applyUpdate() {
    Update.apply(discriminator.network(), kernels, options.discriminatorGradientClip());
  }

  /** Renews what is derived from the parameters. */
  void refresh() {
    discriminator.refresh();
  }

  private DiscriminatorTape tape() {
    return memory.orElseThrow();
  }
}
