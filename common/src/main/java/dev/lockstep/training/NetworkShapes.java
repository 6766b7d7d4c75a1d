package dev.lockstep.training;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.GeneratorSettings;
import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Encoder;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.StepShape;
import dev.lockstep.output.GaussianMixture;
import dev.lockstep.output.OutputDistribution;
import dev.lockstep.output.PenMixture;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * What networks settings describe for a corpus, once it is checked that the two go together.
 *
 * @param settings of the run
 * @param steps of the corpus
 * @param shape of the generator
 */
record NetworkShapes(Settings settings, StepShape steps, Generator.Shape shape) {
  private static final DataType TYPE = DataType.FLOAT;

  /**
   * The shapes.
   *
   * @throws UserError if the settings do not go with such steps
   */
  static NetworkShapes of(Settings settings, StepShape steps) {
    checkInput(settings, steps);
    checkCondition(settings, steps);
    checkSamples(settings, steps);
    checkCarriedState(settings);
    GeneratorSettings g = settings.generator();
    int embedding =
        switch (g.input()) {
          case ONE_HOT -> 0;
          case EMBEDDING -> g.embedding();
        };
    Generator.Shape shape =
        steps.symbolic()
            ? new Generator.Shape(steps.symbols(), embedding, g.hidden(), g.layers())
            : Generator.Shape.ofVectors(density(g.mixture(), steps), g.hidden(), g.layers());
    Generator.Shape conditional =
        switch (g.condition()) {
          case NONE, ENCODER -> shape;
          case LABEL -> shape.withLabels(steps.conditions());
          case WINDOW -> shape.withWindow(steps.conditions(), g.window());
        };
    NetworkShapes shapes = new NetworkShapes(settings, steps, conditional);
    if (shapes.judges()) {
      shapes.checkDiscriminator();
    }
    return shapes;
  }

  private static OutputDistribution density(int components, StepShape steps) {
    return steps.pen()
        ? new PenMixture(components)
        : new GaussianMixture(steps.channels(), components);
  }

  private static void checkInput(Settings settings, StepShape steps) {
    if (settings.generator().input() != GeneratorSettings.Input.EMBEDDING) {
      return;
    }
    if (!steps.symbolic()) {
      throw new UserError("generator.input = embedding: the corpus has vectors: use one-hot");
    }
    GeneratorSettings.Condition condition = settings.generator().condition();
    boolean readBeside =
        switch (condition) {
          case NONE, ENCODER -> false;
          case LABEL, WINDOW -> true;
        };
    if (readBeside) {
      throw new UserError(
          "generator.input = embedding does not go with generator.condition = %s: use one-hot"
              .formatted(condition.key()));
    }
  }

  private static void checkCondition(Settings settings, StepShape steps) {
    GeneratorSettings.Condition condition = settings.generator().condition();
    if (condition != GeneratorSettings.Condition.NONE && steps.conditions() == 0) {
      throw new UserError(
          "generator.condition = %s: the corpus has nothing that its sequences depend on: use none"
              .formatted(condition.key()));
    }
    if (condition == GeneratorSettings.Condition.LABEL && steps.texts()) {
      throw new UserError(
          "generator.condition = label: the corpus' sequences depend on texts: use window or encoder");
    }
    boolean ends =
        switch (condition) {
          case NONE, LABEL -> false;
          case WINDOW, ENCODER -> true;
        };
    if (ends && settings.objective().freeRunningLength() > 0) {
      throw new UserError(
          "objective.free-running-length = %d does not go with generator.condition = %s, whose text ends with its sequence: use 0"
              .formatted(settings.objective().freeRunningLength(), condition.key()));
    }
  }

  private static void checkSamples(Settings settings, StepShape steps) {
    int samples = settings.generator().softmaxSamples();
    if (samples > 0 && steps.words() == null) {
      throw new UserError(
          "generator.softmax-samples = %d: the corpus has no words: use 0".formatted(samples));
    }
    ObjectiveSettings.Method method = settings.objective().method();
    String obstacle =
        switch (method) {
          case TEACHER_FORCING, PROFESSOR_FORCING, CURRICULUM -> "";
          case SCHEDULED_SAMPLING -> "draws from all words";
          case WALKBACK -> "has no words";
        };
    if (samples > 0 && !obstacle.isEmpty()) {
      throw new UserError(
          "generator.softmax-samples = %d does not go with objective.method = %s, which %s: use 0"
              .formatted(samples, method.key(), obstacle));
    }
  }

  /**
   * Checks that a state may be carried where it is asked for.
   *
   * @throws UserError if the objective or the condition does not allow it
   */
  static void checkCarriedState(Settings settings) {
    if (!settings.training().carryState()) {
      return;
    }
    ObjectiveSettings.Method method = settings.objective().method();
    String obstacle =
        switch (method) {
          case TEACHER_FORCING, PROFESSOR_FORCING, SCHEDULED_SAMPLING -> "";
          case CURRICULUM -> "which leaves out the ends of sequences";
          case WALKBACK -> "whose points stand by themselves";
        };
    if (!obstacle.isEmpty()) {
      throw new UserError(
          "training.carry-state = true does not go with objective.method = %s, %s: use false"
              .formatted(method.key(), obstacle));
    }
    GeneratorSettings.Condition condition = settings.generator().condition();
    if (condition != GeneratorSettings.Condition.NONE) {
      throw new UserError(
          "training.carry-state = true does not go with generator.condition = %s, which each sequence has for itself: use false or none"
              .formatted(condition.key()));
    }
  }

  private void checkDiscriminator() {
    String key = settings.discriminator().behaviour().key();
    if (samples() > 0 && behaviour().hasProbabilities()) {
      throw new UserError(
          "generator.softmax-samples = %d does not go with discriminator.behaviour = %s, which needs all probabilities: use 0, hidden or hidden-and-embedding"
              .formatted(samples(), key));
    }
    if (!steps.symbolic() && behaviour().hasProbabilities()) {
      throw new UserError(
          "discriminator.behaviour = %s: the corpus has vectors, which have no probabilities: use hidden-and-input or hidden"
              .formatted(key));
    }
    if (behaviour() == Behaviour.HIDDEN_AND_EMBEDDING && shape.embedding() == 0) {
      throw new UserError(
          "discriminator.behaviour = hidden-and-embedding needs generator.input = embedding: use that, or hidden-and-input");
    }
    if (behaviour() == Behaviour.HIDDEN_AND_INPUT && shape.embedding() > 0) {
      throw new UserError(
          "discriminator.behaviour = hidden-and-input: the generator reads an embedding: use hidden-and-embedding");
    }
    if (convolves() && steps.imageWidth() == 0) {
      throw new UserError(
          "discriminator.kind = convolutional needs a corpus of images, which this one is not: use recurrent");
    }
  }

  Dropout dropout() {
    return SequenceNetworks.dropout(settings);
  }

  int samples() {
    return settings.generator().softmaxSamples();
  }

  /** Most words that a minibatch is scored with, where they are sampled. */
  int mostWords(long length) {
    return Generator.mostWords(shape, length * settings.training().batch(), samples());
  }

  boolean encodes() {
    return settings.generator().condition() == GeneratorSettings.Condition.ENCODER;
  }

  boolean judges() {
    return settings.objective().method().hasDiscriminator();
  }

  boolean convolves() {
    return switch (settings.discriminator().kind()) {
      case RECURRENT -> false;
      case CONVOLUTIONAL -> true;
    };
  }

  Behaviour behaviour() {
    return settings.discriminator().behaviour();
  }

  /** Whether the outputs of all steps are held until the generator goes backward. */
  boolean holdsOutputs() {
    return judges() && behaviour().hasProbabilities();
  }

  int behaviourWidth() {
    return Generator.behaviourWidth(shape, behaviour());
  }

  MultiLayerConfiguration generator(IUpdater updater, long seed) {
    return Generator.configuration(shape, TYPE, updater, seed);
  }

  MultiLayerConfiguration encoder(IUpdater updater, long seed) {
    return Encoder.configuration(
        steps.conditions(), shape.hidden(), shape.layers(), TYPE, updater, seed);
  }

  MultiLayerConfiguration discriminator(IUpdater updater, long seed) {
    int width = settings.discriminator().hidden();
    return convolves()
        ? ConvolutionalDiscriminator.configuration(
            behaviourWidth(), steps.imageWidth(), width, TYPE, updater, seed)
        : RecurrentDiscriminator.configuration(behaviourWidth(), width, TYPE, updater, seed);
  }
}
