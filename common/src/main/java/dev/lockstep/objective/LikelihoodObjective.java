package dev.lockstep.objective;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** What objectives have in common that train a generator on the NLL of the data and no more. */
abstract class LikelihoodObjective implements Objective {
  final Generator generator;
  private final GeneratorUpdates updates;
  private GeneratorTape tape;

  /** Whether the tape holds states that the next minibatch may go on from. */
  private boolean goesOn;

  /**
   * An objective over a generator.
   *
   * @param updates how the generator is updated
   */
  LikelihoodObjective(Generator generator, GeneratorUpdates updates) {
    this.generator = generator;
    this.updates = updates;
    generator.refresh();
  }

  /** Memory for a pass of that size. */
  abstract GeneratorTape tape(int steps, int rows);

  /**
   * Runs a minibatch through the generator, and back from the sum of the surprisals times their
   * weights.
   *
   * @param started the tape
   */
  abstract void run(
      GeneratorTape started,
      SequenceBatch batch,
      double[] weights,
      long update,
      SplittableRandom random);

  @Override
  public final List<MultiLayerNetwork> networks() {
    return generator.networks();
  }

  @Override
  public final void refresh() {
    if (tape != null) {
      tape.forgetTexts();
    }
    goesOn = false;
    generator.refresh();
  }

  @Override
  public StepMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    GeneratorTape before = tape;
    if (tape == null || !tape.fits(batch.steps(), batch.sequences())) {
      tape = tape(batch.steps(), batch.sequences()).dropping(updates.dropout());
    }
    tape.drawMasks(random);
    tape.mask(batch.mask(1));
    if (goesOn) {
      tape.carryOver(before, 0, batch.sequences());
    } else {
      generator.start(tape, batch.conditions());
    }
    goesOn = updates.carriesState();
    double[] weights = Likelihood.weights(batch, batch.sequences());
    run(tape, batch, weights, update, random);
    GradientNorms norms =
        updates.measures(update)
            ? new GradientNorms(
                GradientNorms.of(generator.networks(), generator.kernels()), Double.NaN)
            : GradientNorms.NONE;
    updates.apply(generator, batch);
    generator.refresh();
    double nll = Likelihood.perStep(batch, tape.surprisal(), weights);
    return StepMetrics.likelihoodOnly(batch.symbols(), nll).withGradientNorms(norms);
  }
}
