package dev.lockstep.algorithm;

import dev.lockstep.model.BehaviourGradients;

/** Which discriminator gives the gradient that the generator is updated with. */
public enum UpdateOrder {
  /** The one that scored this minibatch: both networks are updated from the same pass. */
  SIMULTANEOUS {
    @Override
    BehaviourGradients update(
        DiscriminatorUpdates discriminator, AdversarialLosses losses, Gates.Open open) {
      if (!open.discriminator()) {
        return generatorOnly(discriminator, losses, open);
      }
      BehaviourGradients gradients = discriminator.backward(losses, open.generator());
      discriminator.update();
      return gradients;
    }
  },
  /** The one that has just been updated on this minibatch, which scores it again. */
  DISCRIMINATOR_FIRST {
    @Override
    BehaviourGradients update(
        DiscriminatorUpdates discriminator, AdversarialLosses losses, Gates.Open open) {
      if (!open.discriminator()) {
        return generatorOnly(discriminator, losses, open);
      }
      discriminator.backward(losses, false);
      discriminator.update();
      return open.generator()
          ? discriminator.backward(discriminator.scoreAgain(), true)
          : BehaviourGradients.NONE;
    }
  };

  /**
   * Updates the discriminator if its gate is open.
   *
   * @param losses of the minibatch that the discriminator has just scored
   * @return the gradient of the generator's adversarial loss at the behaviour; none if the
   *     generator's gate is closed
   */
  abstract BehaviourGradients update(
      DiscriminatorUpdates discriminator, AdversarialLosses losses, Gates.Open open);

  private static BehaviourGradients generatorOnly(
      DiscriminatorUpdates discriminator, AdversarialLosses losses, Gates.Open open) {
    return open.generator() ? discriminator.backward(losses, true) : BehaviourGradients.NONE;
  }
}
