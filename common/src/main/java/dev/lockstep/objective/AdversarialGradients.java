package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;

/**
 * The gradients at 2N scores of two losses, the discriminator's and the generator's, of which the
 * second is the first rescaled sequence by sequence. A sequence has one score, so its gradients at
 * the behaviour rescale in the same way, and one backward pass of the discriminator serves both.
 */
public final class AdversarialGradients {
  private final double[] discriminator;
  private final double[] generatorScale;
  private final int firstForGenerator;

  /**
   * Gradients at 2N scores.
   *
   * @param discriminator [2N] of C_d at the scores; kept, not copied
   * @param generatorScale [2N]: the gradient of the generator's adversarial loss at each score over
   *     that of C_d; kept, not copied
   * @param firstForGenerator the first sequence whose scale is not 0; 2N where the generator's loss
   *     does not depend on the scores
   */
  public AdversarialGradients(
      double[] discriminator, double[] generatorScale, int firstForGenerator) {
    this.discriminator = discriminator;
    this.generatorScale = generatorScale;
    this.firstForGenerator = firstForGenerator;
  }

  /** [2N]: of C_d at the scores. */
  public double[] discriminator() {
    return discriminator;
  }

  /** [2N]: what those of C_d are multiplied by to be those of the generator's loss. */
  public double[] generatorScale() {
    return generatorScale;
  }

  /** The same gradient of C_d, for a generator whose loss does not depend on the scores. */
  public AdversarialGradients withoutGenerator() {
    return new AdversarialGradients(
        discriminator, new double[generatorScale.length], discriminator.length);
  }

  /**
   * Runs the discriminator backward: writes the gradient of C_d into its network's gradient vector.
   *
   * @param tape of the pass that gave the scores
   * @param behaviour that the discriminator read
   * @return the gradient of the generator's loss at the behaviour, overwritten by the next pass
   */
  public BehaviourGradients backward(
      Discriminator network, DiscriminatorTape tape, Behaviour behaviour, Kernels kernels) {
    if (firstForGenerator == discriminator.length) {
      network.backward(tape, discriminator);
      return BehaviourGradients.NONE;
    }
    List<Matrix> parts = network.backward(tape, discriminator, firstForGenerator);
    parts.forEach(part -> kernels.scaleRows(part, generatorScale));
    return new BehaviourGradients(behaviour, parts);
  }
}
