package dev.lockstep.training;

import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.OperatorSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.nn.RunningMoments;
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
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The network of variational walkback.
 *
 * @param operator that is learned
 * @param objective what trains it
 */
public record WalkNetworks(TransitionOperator operator, Objective objective) implements Networks {
  private static final DataType TYPE = DataType.FLOAT;

  static WalkNetworks create(Settings settings, StepShape steps) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration(settings, steps));
    network.init();
    if (settings.operator().kind() == OperatorSettings.Kind.GAUSSIAN) {
      quieten(network, settings);
    }
    return of(settings, List.of(network));
  }

  /**
   * Makes a new network's noise twice the least that it can be, or the middle of its bounds, and p*
   * as wide as that at the hottest step. Noise far wider than the data at first makes walks that go
   * astray, and nothing in the loss calls them back. (The first walks would tell p* better, but
   * make the parameters' norm seem to explode.)
   */
  private static void quieten(MultiLayerNetwork network, Settings settings) {
    double least = settings.operator().leastDeviation();
    double range = most(settings.operator()) - least;
    boolean bounded = range < Double.POSITIVE_INFINITY;
    double added = bounded ? range / 2 : least > 0 ? least : Math.log(2);
    double output = bounded ? range / 2 : Math.log(Math.expm1(added));
    int last = network.getnLayers() - 2;
    INDArray bias = network.getParam(last + "_b");
    for (long i = bias.length() / 2; i < bias.length(); i++) {
      bias.putScalar(i, output);
    }
    Temperatures temperatures = temperatures(settings);
    double cold = least + added;
    double heat = settings.operator().heat().factor(temperatures.at(temperatures.steps(0), 0));
    network
        .getParam((network.getnLayers() - 1) + "_" + RunningMoments.SQUARE)
        .assign(cold * cold * heat * heat);
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
                isOnline(own.update()),
                settings.training().gradientClip())));
  }

  private static boolean isOnline(ObjectiveSettings.WalkUpdate update) {
    return switch (update) {
      case ONLINE -> true;
      case ACCUMULATE -> false;
    };
  }

  @Override
  public boolean hasDiscriminator() {
    return false;
  }

  @Override
  public boolean symbolic() {
    return false;
  }

  /** How walks heat up. */
  public static Temperatures temperatures(Settings settings) {
    return new Temperatures(settings.objective().walkback().maxTemperature());
  }

  private static Transition transition(OperatorSettings settings) {
    return switch (settings.kind()) {
      case GAUSSIAN ->
          new GaussianTransition(
              settings.alpha(), settings.heat(), settings.leastDeviation(), most(settings));
      case BERNOULLI -> new BernoulliTransition(settings.alpha());
    };
  }

  private static double most(OperatorSettings settings) {
    double most = settings.mostDeviation();
    return most == 0 ? Double.POSITIVE_INFINITY : most;
  }

  /** The network, once it is checked that the settings go with such steps. */
  static MultiLayerConfiguration configuration(Settings settings, StepShape steps) {
    check(settings.operator(), steps);
    NetworkShapes.checkCarriedState(settings);
    TrainingSettings training = settings.training();
    Adam updater = new Adam(training.learningRate());
    long seed = RandomStreams.key(training.seed(), Purpose.OPERATOR_PARAMETERS);
    OperatorShape shape = shape(settings, steps);
    return switch (settings.operator().network()) {
      case DENSE -> shape.dense(TYPE, updater, seed);
      case CONVOLUTIONAL ->
          shape.convolutional(steps.image().height(), steps.image().width(), TYPE, updater, seed);
    };
  }

  private static void check(OperatorSettings operator, StepShape steps) {
    if (steps.symbolic()) {
      throw new UserError(
          "objective.method = walkback: the corpus has symbols, and an operator moves points: use a corpus of data.kind = images or toy, or of series with data.sequence-length = 1");
    }
    if (most(operator) < operator.leastDeviation()) {
      throw new UserError(
          "operator.most-deviation = %s: must be 0, or at least operator.least-deviation = %s"
              .formatted(operator.mostDeviation(), operator.leastDeviation()));
    }
    boolean binary = steps.image() != null && steps.image().binary();
    boolean drawsBits =
        switch (operator.kind()) {
          case GAUSSIAN -> false;
          case BERNOULLI -> true;
        };
    if (binary != drawsBits) {
      throw new UserError(
          "operator.kind = %s: the corpus has %s: use %s"
              .formatted(
                  operator.kind().key(),
                  binary ? "bits" : "real numbers",
                  binary ? "bernoulli" : "gaussian"));
    }
    if (operator.network() == OperatorSettings.Network.CONVOLUTIONAL) {
      checkImage(operator, steps.image());
    }
  }

  private static void checkImage(OperatorSettings operator, StepShape.Image image) {
    if (image == null) {
      throw new UserError(
          "operator.network = convolutional: the corpus has no images, which it needs: use dense");
    }
    int sides = image.width() | image.height();
    if (operator.layers() > Integer.numberOfTrailingZeros(sides)) {
      throw new UserError(
          "operator.layers = %d: images of %d by %d pixels cannot be halved so often: use at most %d"
              .formatted(
                  operator.layers(),
                  image.width(),
                  image.height(),
                  Integer.numberOfTrailingZeros(sides)));
    }
  }

  private static OperatorShape shape(Settings settings, StepShape steps) {
    OperatorSettings operator = settings.operator();
    return new OperatorShape(
        steps.channels(),
        transition(operator).outputs(steps.channels()),
        operator.hidden(),
        operator.layers(),
        switch (operator.activation()) {
          case RELU -> Activation.RELU;
          case TANH -> Activation.TANH;
        },
        normalised(settings));
  }

  private static int normalised(Settings settings) {
    return switch (settings.operator().normalisation()) {
      case NONE -> 0;
      case SHARED -> 1;
      case PER_STEP -> temperatures(settings).steps(settings.objective().walkback().coldSteps());
    };
  }

  /** Numbers that a pass over one point remembers. */
  static long numbers(Settings settings, StepShape steps) {
    OperatorShape shape = shape(settings, steps);
    return switch (settings.operator().network()) {
      case DENSE -> shape.denseNumbers();
      case CONVOLUTIONAL -> shape.convolutionalNumbers(pixels(steps));
    };
  }

  /** Of a minibatch: walks of their mean length, a step twice forward and once backward. */
  static double flops(Settings settings, StepShape steps) {
    OperatorShape shape = shape(settings, steps);
    double forward =
        switch (settings.operator().network()) {
          case DENSE -> shape.denseFlops();
          case CONVOLUTIONAL -> shape.convolutionalFlops(pixels(steps));
        };
    double length =
        temperatures(settings).heating() + 0.5 * settings.objective().walkback().coldSteps();
    return settings.training().batch() * length * 4 * forward;
  }

  private static int pixels(StepShape steps) {
    return steps.image().width() * steps.image().height();
  }
}
