package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.Update;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;

/** The networks that settings describe for a corpus, and the objective that trains them. */
public sealed interface Networks permits SequenceNetworks, WalkNetworks {
  /** What trains them; it knows all of them. */
  Objective objective();

  /** Whether a discriminator is one of them. */
  boolean hasDiscriminator();

  /** Whether what they learn are symbols, so that the NLL of a step has a value in bits. */
  boolean symbolic();

  /**
   * New networks: their parameters are a function of the settings, the seed among them, and of what
   * the corpus' steps are.
   *
   * @throws UserError if the settings do not go with such steps
   */
  static Networks create(Settings settings, StepShape steps) {
    return switch (settings.objective().method().model()) {
      case GENERATOR -> SequenceNetworks.create(settings, steps);
      case OPERATOR -> WalkNetworks.create(settings, steps);
    };
  }

  /**
   * DL4J networks, made to train as the settings say.
   *
   * @param steps what they were made for
   * @param networks as {@link Objective#networks} has them
   */
  static Networks of(Settings settings, StepShape steps, List<MultiLayerNetwork> networks) {
    return switch (settings.objective().method().model()) {
      case GENERATOR -> SequenceNetworks.of(settings, steps, networks);
      case OPERATOR -> WalkNetworks.of(settings, networks);
    };
  }

  /**
   * Sets the networks' step sizes to what is left of them.
   *
   * @param progress share of the training's minibatches that are done
   */
  default void setProgress(TrainingSettings training, double progress) {
    double rate = training.learningRateDecay().factor(progress) * training.learningRate();
    objective().networks().forEach(network -> Update.setLearningRate(network, rate));
  }

  /** What a worker computes with. */
  static Kernels kernels(Settings settings) {
    return KernelProvider.create(settings.training().kernel(), DataType.FLOAT, threads(settings));
  }

  /** Threads of a worker: as many as the settings say, or its share of the cores. */
  static int threads(Settings settings) {
    int cores = Runtime.getRuntime().availableProcessors();
    int share = Math.max(1, cores / settings.training().workers());
    return settings.withThreads(share).training().threads();
  }
}
