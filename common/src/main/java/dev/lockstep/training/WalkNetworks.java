package dev.lockstep.training;

import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.OperatorSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.objective.Objective;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.walkback.BernoulliTransition;
import dev.lockstep.walkback.GaussianTransition;
import dev.lockstep.walkback.OperatorShape;
import dev.lockstep.walkback.Temperatures;
import dev.lockstep.walkback.Transition;
import dev.lockstep.walkback.TransitionOperator;
import dev.lockstep.walkback.VariationalWalkback;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The network of variational walkback.
 *
 * @param operator that is learned
 * @param objective what trains it
 */
public record WalkNetworks(TransitionOperator operator, Objective objective) implements Networks {
  static WalkNetworks create(Settings settings, StepShape steps) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(settings, steps));
    network.init();
    return of(settings, List.of(network));
  }

  static WalkNetworks of(Settings settings, List<MultiLayerNetwork> networks) {
    ObjectiveSettings.Walkback own = settings.objective().walkback();
    TransitionOperator operator =
        new TransitionOperator(
            networks.get(0), transition(settings.operator()), Networks.kernels(settings));
    return new WalkNetworks(
        operator,
        new VariationalWalkback(
            operator,
            new VariationalWalkback.Options(
                temperatures(settings),
                own.coldSteps(),
                own.update() == ObjectiveSettings.WalkUpdate.ONLINE,
                settings.training().gradientClip())));
  }

  /** How walks heat up. */
  public static Temperatures temperatures(Settings settings) {
    return new Temperatures(settings.objective().walkback().maxTemperature());
  }

  private static Transition transition(OperatorSettings settings) {
    return switch (settings.kind()) {
      case GAUSSIAN ->
          new GaussianTransition(
              settings.alpha(),
              GaussianTransition.Heat.valueOf(settings.heat().name()),
              settings.leastDeviation());
      case BERNOULLI -> new BernoulliTransition(settings.alpha());
    };
  }

  /** The network, once it is checked that the settings go with such steps. */
  static MultiLayerConfiguration configuration(Settings settings, StepShape steps) {
    if (steps.symbolic()) {
      throw new UserError(
          "objective.method = walkback: the corpus has symbols, and an operator moves points: use a corpus of data.kind = images, toy or series with data.sequence-length = 1");
    }
    OperatorSettings operator = settings.operator();
    TrainingSettings training = settings.training();
    Adam updater = new Adam(training.learningRate());
    long seed = RandomStreams.key(training.seed(), Purpose.OPERATOR_PARAMETERS);
    int dimensions = steps.channels();
    OperatorShape shape =
        new OperatorShape(
            dimensions,
            transition(operator).outputs(dimensions),
            operator.hidden(),
            operator.layers(),
            Activation.valueOf(operator.activation().name()),
            normalised(settings));
    if (operator.network() == OperatorSettings.Network.DENSE) {
      return shape.dense(DataType.FLOAT, updater, seed);
    }
    throw new UserError("operator.network = convolutional needs a corpus of images: use dense");
  }

  private static int normalised(Settings settings) {
    return switch (settings.operator().normalisation()) {
      case NONE -> 0;
      case SHARED -> 1;
      case PER_STEP -> temperatures(settings).steps(settings.objective().walkback().coldSteps());
    };
  }
}
