package dev.lockstep.config;

import dev.lockstep.config.Limits.Above;
import dev.lockstep.config.Limits.AtLeast;
import dev.lockstep.config.Limits.Below;
import java.io.Serializable;

/**
 * How it is trained.
 *
 * @param output the run directory, a path or URI; empty if not given
 * @param batch sequences of one minibatch of one worker
 * @param epochs passes over the training part
 * @param maxRounds rounds after which training stops; 0 = no limit
 * @param workers workers side by side
 * @param threads threads of one worker's kernels; 0 = cores divided by workers, or a task's own
 * @param averagingFrequency minibatches of each worker in one round
 * @param learningRate the generator's step size
 * @param discriminatorLearningRate the discriminator's step size
 * @param learningRateDecay what becomes of both step sizes during training
 * @param weightDecay share of the generator's weights, times its step size, that an update takes
 *     off; 0 = off
 * @param gradientClip largest L2 norm of the gradient of a generator or an operator, that of a
 *     sequence's loss over its steps; 0 = off
 * @param discriminatorGradientClip largest L2 norm of the gradient of C_d; 0 = off
 * @param gradientNormsEvery updates between two measurements of the gradients' norms; 0 = never
 * @param carryState whether the state is carried from sequence to sequence of a stream
 * @param recomputeWindow steps whose gates are held for the backward pass; 0 = all
 * @param seed where every random number comes from
 * @param validateEvery rounds between validations; 0 = only at the end
 * @param patience validations without a better one after which training stops; 0 = never
 * @param checkpointEvery rounds between checkpoints
 * @param keepCheckpoints how many of the newest are kept, beside the best
 * @param tensorboard whether event files are written
 * @param outer what becomes of the workers' results
 * @param health which workers' results are left out
 * @param kernel what computes the recurrent layers
 */
public record TrainingSettings(
    @MayChange String output,
    @AtLeast(1) int batch,
    @MayChange @AtLeast(1) int epochs,
    @MayChange @AtLeast(0) int maxRounds,
    @AtLeast(1) int workers,
    @AtLeast(0) int threads,
    @AtLeast(1) int averagingFrequency,
    @Above(0) double learningRate,
    @Above(0) double discriminatorLearningRate,
    LearningRateDecay learningRateDecay,
    @AtLeast(0) double weightDecay,
    @AtLeast(0) double gradientClip,
    @AtLeast(0) double discriminatorGradientClip,
    @AtLeast(0) int gradientNormsEvery,
    boolean carryState,
    @AtLeast(0) int recomputeWindow,
    long seed,
    @MayChange @AtLeast(0) int validateEvery,
    @MayChange @AtLeast(0) int patience,
    @MayChange @AtLeast(1) int checkpointEvery,
    @MayChange @AtLeast(1) int keepCheckpoints,
    @MayChange boolean tensorboard,
    Outer outer,
    @MayChange Health health,
    Kernel kernel)
    implements Serializable {
  /** The same with another number of threads. */
  TrainingSettings withThreads(int other) {
    return new TrainingSettings(
        output,
        batch,
        epochs,
        maxRounds,
        workers,
        other,
        averagingFrequency,
        learningRate,
        discriminatorLearningRate,
        learningRateDecay,
        weightDecay,
        gradientClip,
        discriminatorGradientClip,
        gradientNormsEvery,
        carryState,
        recomputeWindow,
        seed,
        validateEvery,
        patience,
        checkpointEvery,
        keepCheckpoints,
        tensorboard,
        outer,
        health,
        kernel);
  }

  /** How step sizes fall during training. */
  public enum LearningRateDecay implements Choice {
    /** Not at all. */
    NONE,
    /** In a straight line, to 0 at the end of the last epoch. */
    LINEAR;

    /**
     * The share of a step size that is left.
     *
     * @param progress share of the training's minibatches that are done
     */
    public double factor(double progress) {
      return switch (this) {
        case NONE -> 1;
        case LINEAR -> 1 - progress;
      };
    }
  }

  /**
   * What becomes of the workers' results after a round.
   *
   * @param optimizer how the parameters move towards their mean
   * @param learningRate η of Nesterov's step
   * @param momentum μ of Nesterov's step
   * @param updaterState what becomes of Adam's moments
   */
  public record Outer(
      OuterMethod optimizer,
      @Above(0) double learningRate,
      @AtLeast(0) @Below(1) double momentum,
      UpdaterState updaterState)
      implements Serializable {}

  /** How the parameters move after a round. */
  public enum OuterMethod implements Choice {
    /** To the mean of the workers'. */
    AVERAGE,
    /** By Nesterov momentum on the difference between the mean and where the round began. */
    NESTEROV
  }

  /** What becomes of Adam's moments after a round. */
  public enum UpdaterState implements Choice {
    /** Averaged like the parameters. */
    AVERAGE,
    /** Every worker begins each round without any. */
    RESTART
  }

  /**
   * Which workers' results are left out of the mean.
   *
   * @param explodeFactor times its first value in the round that a worker's loss, or the norm of a
   *     network's parameters, may come to
   * @param maxLeftOut share of the workers that may be left out before training stops
   */
  public record Health(@Above(1) double explodeFactor, @AtLeast(0) @Below(1) double maxLeftOut)
      implements Serializable {}

  /** What computes the recurrent layers. */
  public enum Kernel implements Choice {
    /** The fastest that the machine has. */
    AUTO,
    /** Java's vector instructions. */
    VECTOR,
    /** Plain Java. */
    SCALAR,
    /** ND4J's operations. */
    ND4J
  }
}
