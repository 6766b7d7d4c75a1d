package dev.lockstep.algorithm;

import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.SequenceBatch;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * How a generator is trained whatever the objective, by the gradient of a loss that is a sum over
 * the steps of a sequence.
 *
 * @param gradientClip largest L2 norm of each network's gradient over the mean length of the
 *     minibatch's sequences, so that the same bound serves sequences of any length; 0 for none
 * @param weightDecay what each update takes off the weights, as a share and times the learning rate
 *     ({@link Update}); 0 for nothing
 * @param normsEvery updates from one measurement of the gradients' norms to the next; 0 for never
 * @param dropout what its passes drop
 * @param carriesState whether the rows that read the data go on, in each minibatch, from the state
 *     that the same row of the one before ended in, as a constant, until {@link
 *     TrainingAlgorithm#parametersChanged}; else every sequence starts anew
 */
public record GeneratorUpdates(
    double gradientClip,
    double weightDecay,
    int normsEvery,
    Dropout dropout,
    boolean carriesState) {
  /** No bound, and nothing measured. */
  public static final GeneratorUpdates PLAIN = new GeneratorUpdates(0, 0);

  /** Without weight decay and dropout, and from sequences that start anew. */
  public GeneratorUpdates(double gradientClip, int normsEvery) {
    this(gradientClip, 0, normsEvery, Dropout.NONE, false);
  }

  /** These updates with dropout in the passes. */
  public GeneratorUpdates withDropout(Dropout other) {
    return new GeneratorUpdates(gradientClip, weightDecay, normsEvery, other, carriesState);
  }

  /** These updates with the state carried from minibatch to minibatch. */
  public GeneratorUpdates withCarriedState() {
    return new GeneratorUpdates(gradientClip, weightDecay, normsEvery, dropout, true);
  }

  /** These updates with decoupled weight decay, a share of the weights times the learning rate. */
  public GeneratorUpdates withWeightDecay(double share) {
    return new GeneratorUpdates(gradientClip, share, normsEvery, dropout, carriesState);
  }

  /** Whether an update, counted from 0, measures the norms of its gradients. */
  boolean measures(long update) {
    return normsEvery > 0 && update % normsEvery == 0;
  }

  /** Updates the generator's networks by what stands in their gradient vectors. */
  void apply(Generator generator, SequenceBatch batch) {
    double largest = gradientClip * Likelihood.meanLength(batch);
    for (MultiLayerNetwork network : generator.networks()) {
      Update.apply(network, generator.kernels(), largest, weightDecay);
    }
  }
}
