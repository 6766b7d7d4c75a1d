package dev.lockstep.training;

import dev.lockstep.algorithm.TrainingAlgorithm;
import dev.lockstep.algorithm.Update;
import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** The networks that settings describe for a corpus, and the objective that trains them. */
public sealed interface Networks permits SequenceNetworks, WalkNetworks {
  /** What trains them; it knows all of them. */
  TrainingAlgorithm algorithm();

  /**
   * New networks: their parameters are a function of the settings, the seed among them, and of what
   * the corpus' steps are.
   *
   * @throws UserError if the settings do not go with such steps
   */
  static Networks create(Settings settings, StepShape steps) {
    return walks(settings)
        ? WalkNetworks.create(settings, steps)
        : SequenceNetworks.create(settings, steps);
  }

  /**
   * DL4J networks, made to train as the settings say.
   *
   * @param steps what they were made for
   * @param networks as {@link TrainingAlgorithm#networks} has them
   */
  static Networks of(Settings settings, StepShape steps, List<MultiLayerNetwork> networks) {
    return walks(settings)
        ? WalkNetworks.of(settings, networks)
        : SequenceNetworks.of(settings, steps, networks);
  }

  /**
   * Sets the networks' learning rates to what is left of them.
   *
   * @param progress share of the training's minibatches that are done
   */
  default void setProgress(TrainingSettings training, double progress) {
    double rate = training.learningRateDecay().factor(progress) * training.learningRate();
    algorithm().networks().forEach(network -> Update.setLearningRate(network, rate));
  }

  /** Whether a transition operator is trained, and no generator of sequences. */
  static boolean walks(Settings settings) {
    return settings.objective().method() == ObjectiveSettings.Method.WALKBACK;
  }

  /** What a worker computes with. */
  static Kernels kernels(Settings settings) {
    TrainingSettings training = settings.training();
    int cores = Runtime.getRuntime().availableProcessors();
    return KernelProvider.create(
        KernelProvider.Choice.valueOf(training.kernel().name()),
        DataType.FLOAT,
        settings.withThreads(Math.max(1, cores / training.workers())).training().threads());
  }
}
