package dev.lockstep.objective;

import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Maximum likelihood: the generator reads the data and is trained on the NLL of what comes next.
 */
public final class TeacherForcing implements Objective {
  private final Generator generator;
  private final double gradientClip;
  private final int window;
  private final Optional<WordSampler> sampler;
  private GeneratorTape tape;

  /**
   * An objective over a generator.
   *
   * @param gradientClip largest L2 norm of the gradient, or 0 for no bound
   * @param window steps whose gates are held for the backward pass, or 0 for all
   */
  public TeacherForcing(Generator generator, double gradientClip, int window) {
    this(generator, gradientClip, window, Optional.empty());
  }

  /**
   * The same with the likelihood by a softmax over some words.
   *
   * @param sampler draws them; empty for the softmax over the whole vocabulary
   */
  public TeacherForcing(
      Generator generator, double gradientClip, int window, Optional<WordSampler> sampler) {
    this.generator = generator;
    this.gradientClip = gradientClip;
    this.window = window;
    this.sampler = sampler;
    generator.refresh();
  }

  @Override
  public List<MultiLayerNetwork> networks() {
    return generator.networks();
  }

  @Override
  public void refresh() {
    if (tape != null) {
      tape.forgetTexts();
    }
    generator.refresh();
  }

  @Override
  public StepMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    if (tape == null || !tape.fits(batch.steps(), batch.sequences())) {
      tape = tape(batch.steps(), batch.sequences());
    }
    tape.mask(batch.mask(1));
    generator.start(tape, batch.conditions());
    double[] weights = Likelihood.weights(batch, batch.sequences());
    if (sampler.isPresent()) {
      generator.run(tape, batch);
      SampledWords words = sampler.get().draw(batch, random);
      generator.backward(tape, weights, words, Behaviour.HIDDEN, null);
    } else {
      generator.run(tape, (step, row, output) -> batch.emit(step, row, output));
      generator.backward(tape, weights, Behaviour.HIDDEN, null);
    }
    for (MultiLayerNetwork network : generator.networks()) {
      Update.apply(network, generator.kernels(), gradientClip);
    }
    generator.refresh();
    double nll = Likelihood.nll(tape.surprisal(), weights);
    return StepMetrics.likelihoodOnly(batch.symbols(), nll);
  }

  private GeneratorTape tape(int steps, int rows) {
    return sampler
        .map(s -> generator.sampledTape(steps, rows, window, rows, s.count()))
        .orElseGet(() -> generator.tape(steps, rows, window, false));
  }
}
