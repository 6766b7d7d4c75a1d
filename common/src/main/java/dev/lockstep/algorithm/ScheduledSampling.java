package dev.lockstep.algorithm;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.output.SamplingOptions;
import java.util.SplittableRandom;

/**
 * Scheduled sampling (Bengio et al. 2015): maximum likelihood where the generator, at each step,
 * reads the data with a probability that falls as training goes on, and else what it would emit
 * itself. What is scored stays the data, whatever was read. No gradient flows through the draws.
 *
 * <p>It is not a consistent estimator (Huszár 2015): where all is sampled its optimum is the
 * marginal distribution of each step, not the joint one.
 */
public final class ScheduledSampling extends LikelihoodTraining {
  private final Options options;

  /**
   * What there is to choose.
   *
   * @param schedule how often the data are read
   * @param perSequence whether a sequence reads the data or its own draws at all of its steps, or
   *     each step is decided by itself
   * @param updates how the generator is updated
   * @param segment steps whose gates are held for the backward pass, or 0 for all
   */
  public record Options(
      SamplingSchedule schedule, boolean perSequence, GeneratorUpdates updates, int segment) {}

  /** An objective over a generator. */
  public ScheduledSampling(Generator generator, Options options) {
    super(generator, options.updates());
    this.options = options;
  }

  @Override
  GeneratorActivations activations(int steps, int rows) {
    return generator.activations(steps, rows, options.segment(), false);
  }

  @Override
  void run(
      GeneratorActivations started,
      SequenceBatch batch,
      double[] weights,
      long update,
      SplittableRandom random) {
    int rows = batch.sequences();
    double data = options.schedule().dataProbability(update);
    double[] coins =
        random.doubles(options.perSequence() ? rows : (long) batch.steps() * rows).toArray();
    AncestralSampler sampler =
        AncestralSampler.of(
            random, batch.steps(), rows, generator.uniforms(), SamplingOptions.AS_LEARNED);
    generator.run(
        started,
        (step, row, output) -> {
          batch.emit(step, row, output);
          if (coins[options.perSequence() ? row : step * rows + row] >= data) {
            sampler.read(step, row, output);
          }
        });
    generator.backward(started, weights, BehaviourGradients.NONE);
  }

  @Override
  public TrainingMetrics step(SequenceBatch batch, long update, SplittableRandom random) {
    return super.step(batch, update, random)
        .withDataProbability(options.schedule().dataProbability(update));
  }
}
