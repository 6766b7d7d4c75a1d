package dev.lockstep.algorithm;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** What objectives have in common that train a generator on the NLL of the data and no more. */
abstract class LikelihoodTraining implements TrainingAlgorithm {
  final Generator generator;
  private final GeneratorUpdates updates;
  private GeneratorActivations activations;

  /** Whether the activations hold states that the next minibatch may go on from. */
  private boolean goesOn;

  /**
   * An objective over a generator.
   *
   * @param updates how the generator is updated
   */
  LikelihoodTraining(Generator generator, GeneratorUpdates updates) {
    this.generator = generator;
    this.updates = updates;
    generator.parametersChanged();
  }

  /** Memory for a pass of that size. */
  abstract GeneratorActivations activations(int steps, int rows);

  /**
   * Runs a minibatch through the generator, and back from the sum of the nlls times their weights.
   *
   * @param started the activations
   */
  abstract void run(
      GeneratorActivations started,
      SequenceBatch batch,
      double[] weights,
      long update,
      SplittableRandom random);

  @Override
  public final List<MultiLayerNetwork> networks() {
    return generator.networks();
  }

  @Override
  public final void parametersChanged() {
    if (activations != null) {
      activations.clearEncoder();
    }
    goesOn = false;
    generator.parametersChanged();
  }

  @Override
  public TrainingMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    GeneratorActivations before = activations;
    if (activations == null || !activations.fits(batch.steps(), batch.sequences())) {
      activations = activations(batch.steps(), batch.sequences()).dropping(updates.dropout());
    }
    activations.drawMasks(random);
    activations.mask(batch.mask(1));
    if (goesOn) {
      activations.carryState(before, 0, batch.sequences());
    } else {
      generator.start(activations, batch.conditions());
    }
    goesOn = updates.carriesState();
    double[] weights = Likelihood.weights(batch, batch.sequences());
    run(activations, batch, weights, update, random);
    GradientNorms norms =
        updates.measures(update)
            ? new GradientNorms(
                GradientNorms.of(generator.networks(), generator.kernels()), Double.NaN)
            : GradientNorms.NONE;
    updates.apply(generator, batch);
    generator.parametersChanged();
    double nll = Likelihood.perStep(batch, activations.nll(), weights);
    return TrainingMetrics.likelihoodOnly(batch.symbols(), nll).withGradientNorms(norms);
  }
}
