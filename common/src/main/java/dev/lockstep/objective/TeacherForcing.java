package dev.lockstep.objective;

import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Maximum likelihood: the generator reads the data and is trained on the NLL of what comes next.
 */
public final class TeacherForcing extends LikelihoodObjective {
  private final int window;
  private final Optional<WordSampler> sampler;

  /**
   * An objective over a generator.
   *
   * @param updates how the generator is updated
   * @param window steps whose gates are held for the backward pass, or 0 for all
   */
  public TeacherForcing(Generator generator, GeneratorUpdates updates, int window) {
    this(generator, updates, window, Optional.empty());
  }

  /**
   * The same with the likelihood by a softmax over some words.
   *
   * @param updates how the generator is updated
   * @param window steps whose gates are held for the backward pass, or 0 for all
   * @param sampler draws them; empty for the softmax over the whole vocabulary
   */
  public TeacherForcing(
      Generator generator, GeneratorUpdates updates, int window, Optional<WordSampler> sampler) {
    super(generator, updates);
    this.window = window;
    this.sampler = sampler;
  }

  @Override
  void run(
      GeneratorTape started,
      SequenceBatch batch,
      double[] weights,
      long update,
      SplittableRandom random) {
    if (sampler.isPresent()) {
      generator.run(started, batch);
      SampledWords words = sampler.get().draw(batch, random);
      generator.backward(started, weights, words, BehaviourGradients.NONE);
    } else {
      generator.run(started, batch::emit);
      generator.backward(started, weights, BehaviourGradients.NONE);
    }
  }

  @Override
  GeneratorTape tape(int steps, int rows) {
    return sampler
        .map(s -> generator.sampledTape(steps, rows, window, rows, s.count()))
        .orElseGet(() -> generator.tape(steps, rows, window, false));
  }
}
