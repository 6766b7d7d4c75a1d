package dev.lockstep.algorithm;

import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.SampledWords;
import dev.lockstep.model.SequenceBatch;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Maximum likelihood: the generator reads the data and is trained on the NLL of what comes next.
 */
public final class TeacherForcing extends LikelihoodTraining {
  private final int segment;
  private final Optional<WordSampler> sampler;

  /**
   * An objective over a generator.
   *
   * @param updates how the generator is updated
   * @param segment steps whose gates are held for the backward pass, or 0 for all
   */
  public TeacherForcing(Generator generator, GeneratorUpdates updates, int segment) {
    this(generator, updates, segment, Optional.empty());
  }

  /**
   * Teacher forcing with the likelihood by a softmax over some words.
   *
   * @param updates how the generator is updated
   * @param segment steps whose gates are held for the backward pass, or 0 for all
   * @param sampler draws them; empty for the softmax over the whole vocabulary
   */
  public TeacherForcing(
      Generator generator, GeneratorUpdates updates, int segment, Optional<WordSampler> sampler) {
    super(generator, updates);
    this.segment = segment;
    this.sampler = sampler;
  }

  @Override
  void run(
      GeneratorActivations started,
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
  GeneratorActivations activations(int steps, int rows) {
    return sampler
        .map(s -> generator.sampledActivations(steps, rows, segment, rows, s.count()))
        .orElseGet(() -> generator.activations(steps, rows, segment, false));
  }
}
