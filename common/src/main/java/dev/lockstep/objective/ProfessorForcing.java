package dev.lockstep.objective;

import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Professor Forcing (Lamb, Goyal et al., NIPS 2016, section 2).
 *
 * <p>One pass runs the generator in both modes, teacher-forced and free-running. The discriminator
 * tells the modes apart by the generator's behaviour and is trained on C_d; the generator is
 * trained on NLL + λ C_f, or NLL + λ (C_f + C_t), where the NLL is that of sequences, each the sum
 * over its time steps (equation 2.2 of the thesis): like C_f and C_t it is a mean over sequences.
 * Samples are constants: gradient flows through the hidden states and outputs of the free-running
 * rows, not through drawing them.
 */
public final class ProfessorForcing implements Objective {
  private final Generator generator;
  private final Discriminator discriminator;
  private final ProfessorForcingOptions options;
  private final TwoModePass pass;
  private final DiscriminatorUpdates discriminatorUpdates;

  /** Professor forcing with the likelihood by the softmax over the whole vocabulary. */
  public ProfessorForcing(
      Generator generator, Discriminator discriminator, ProfessorForcingOptions options) {
    this(generator, discriminator, options, Optional.empty());
  }

  /**
   * Professor forcing.
   *
   * @param sampler draws the words that stand for the vocabulary in the likelihood; empty for the
   *     whole vocabulary. What runs free is drawn from the whole vocabulary in any case
   */
  public ProfessorForcing(
      Generator generator,
      Discriminator discriminator,
      ProfessorForcingOptions options,
      Optional<WordSampler> sampler) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.options = options;
    this.pass = new TwoModePass(generator, options.passes(), sampler);
    this.discriminatorUpdates =
        new DiscriminatorUpdates(discriminator, generator.kernels(), options);
    refresh();
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return Stream.concat(generator.networks().stream(), Stream.of(discriminator.network()))
        .toList();
  }

  @Override
  public void refresh() {
    pass.reset();
    parametersChanged();
  }

  private void parametersChanged() {
    generator.refresh();
    discriminatorUpdates.refresh();
  }

  @Override
  public StepMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    pass.run(batch, random);
    AdversarialLosses losses = discriminatorUpdates.score(pass);
    Gates.Open open = options.gates().decide(losses.accuracy());
    double[] weights = Likelihood.weights(batch, pass.rows());
    StepMetrics metrics = StepMetrics.adversarial(batch.symbols(), losses, open);
    if (options.updates().measures(update)) {
      metrics = metrics.withGradientNorms(measure(losses, weights));
      losses = discriminatorUpdates.score(pass);
    }

    BehaviourGradients gradients = discriminatorUpdates.update(losses, open);
    pass.backward(weights, gradients);
    options.updates().apply(generator, batch);
    parametersChanged();
    return metrics.withNll(Likelihood.perStep(batch, pass.nll(), weights));
  }

  /**
   * The norms of the gradients of the two parts of the generator's loss, each by a backward pass of
   * its own. A backward pass overwrites the activations, so both modes run again after each, with
   * the same draws; the step then goes on as if nothing had been measured.
   */
  private GradientNorms measure(AdversarialLosses losses, double[] weights) {
    pass.backward(weights, BehaviourGradients.NONE);
    double nll = GradientNorms.of(generator.networks(), generator.kernels());
    pass.rerun();
    discriminatorUpdates.score(pass);
    pass.backward(new double[weights.length], discriminatorUpdates.backwardUnweighted(losses));
    double adversarial = GradientNorms.of(generator.networks(), generator.kernels());
    pass.rerun();
    return new GradientNorms(nll, adversarial);
  }
}
