package dev.lockstep.model;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;

/**
 * The gradient of a loss at what the discriminator sees of a generator's pass.
 *
 * @param kind of the behaviour
 * @param parts one matrix of T·N rows for each part of {@link Generator#behaviour}, of its shape;
 *     none where the loss does not depend on the behaviour
 */
public record BehaviourGradients(Behaviour kind, List<Matrix> parts) {
  /** Of a loss that does not depend on the behaviour. */
  public static final BehaviourGradients NONE = new BehaviourGradients(Behaviour.HIDDEN, List.of());

  /** Whether the loss does not depend on the behaviour. */
  public boolean isEmpty() {
    return parts.isEmpty();
  }
}
