package dev.lockstep.training;

import dev.lockstep.config.GeneratorSettings;
import dev.lockstep.config.ObjectiveSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Encoder;
import dev.lockstep.model.Generator;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import dev.lockstep.model.WordProposal;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.objective.Gates;
import dev.lockstep.objective.GeneratorUpdates;
import dev.lockstep.objective.LengthCurriculum;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.ProfessorForcing;
import dev.lockstep.objective.ProfessorForcingOptions;
import dev.lockstep.objective.SamplingSchedule;
import dev.lockstep.objective.ScheduledSampling;
import dev.lockstep.objective.TeacherForcing;
import dev.lockstep.objective.Update;
import dev.lockstep.objective.WordSampler;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The networks of objectives that train a generator of sequences.
 *
 * @param generator θg
 * @param discriminator θd, where the objective has one
 * @param objective what trains them
 */
public record SequenceNetworks(
    Generator generator, Optional<Discriminator> discriminator, Objective objective)
    implements Networks {
  private static final DataType TYPE = DataType.FLOAT;

  /**
   * New networks: their parameters are a function of the settings, the seed among them, and of what
   * the corpus' steps are.
   *
   * @throws UserError if the settings do not go with such steps
   */
  static SequenceNetworks create(Settings settings, StepShape steps) {
    NetworkShapes shapes = NetworkShapes.of(settings, steps);
    TrainingSettings training = settings.training();
    List<MultiLayerNetwork> networks = new ArrayList<>();
    networks.add(
        initialised(
            shapes.generator(
                new Adam(training.learningRate()),
                RandomStreams.key(training.seed(), Purpose.GENERATOR_PARAMETERS))));
    if (shapes.encodes()) {
      networks.add(
          initialised(
              shapes.encoder(
                  new Adam(training.learningRate()),
                  RandomStreams.key(training.seed(), Purpose.ENCODER_PARAMETERS))));
    }
    if (shapes.judges()) {
      networks.add(
          initialised(
              shapes.discriminator(
                  new Adam(training.discriminatorLearningRate()),
                  RandomStreams.key(training.seed(), Purpose.DISCRIMINATOR_PARAMETERS))));
    }
    if (steps.words() != null) {
      shares(networks.get(0), steps.words());
    }
    return of(settings, steps, networks);
  }

  /**
   * Sets the output's biases to the logarithms of the words' shares of the text, so that training
   * need not begin with learning these.
   */
  private static void shares(MultiLayerNetwork generator, WordCounts words) {
    INDArray bias = generator.getParam((generator.getnLayers() - 1) + "_b");
    double[] logarithms = Arrays.stream(words.shares()).map(Math::log).toArray();
    bias.assign(Nd4j.createFromArray(logarithms).castTo(TYPE).reshape(bias.shape()));
  }

  /**
   * DL4J networks, made to train as the settings say.
   *
   * @param steps what they were made for
   * @param networks the generator, then the encoder and the discriminator, as far as the settings
   *     have them
   */
  static SequenceNetworks of(Settings settings, StepShape steps, List<MultiLayerNetwork> networks) {
    Kernels kernels = Networks.kernels(settings);
    boolean encodes = settings.generator().condition() == GeneratorSettings.Condition.ENCODER;
    Optional<Encoder> encoder =
        encodes ? Optional.of(new Encoder(networks.get(1), kernels)) : Optional.empty();
    Generator generator = new Generator(networks.get(0), encoder, kernels);
    Optional<Discriminator> discriminator =
        settings.objective().method().hasDiscriminator()
            ? Optional.of(Discriminator.of(networks.get(encodes ? 2 : 1), kernels))
            : Optional.empty();
    return new SequenceNetworks(
        generator,
        discriminator,
        objective(settings, generator, discriminator, sampler(settings, steps)));
  }

  private static Objective objective(
      Settings settings,
      Generator generator,
      Optional<Discriminator> discriminator,
      Optional<WordSampler> sampler) {
    return switch (settings.objective().method()) {
      case TEACHER_FORCING -> teacherForcing(settings, generator, sampler);
      case PROFESSOR_FORCING ->
          new ProfessorForcing(
              generator, discriminator.orElseThrow(), professorForcing(settings), sampler);
      case SCHEDULED_SAMPLING -> new ScheduledSampling(generator, scheduledSampling(settings));
      case CURRICULUM -> {
        ObjectiveSettings.Curriculum own = settings.objective().curriculum();
        yield new LengthCurriculum(
            teacherForcing(settings, generator, sampler), own.length(), own.doubleAfter());
      }
      case WALKBACK -> throw new IllegalArgumentException("walkback trains no generator");
    };
  }

  private static TeacherForcing teacherForcing(
      Settings settings, Generator generator, Optional<WordSampler> sampler) {
    return new TeacherForcing(
        generator, updates(settings), settings.training().recomputeWindow(), sampler);
  }

  private static ProfessorForcingOptions professorForcing(Settings settings) {
    ObjectiveSettings objective = settings.objective();
    ObjectiveSettings.Gate gate = objective.gate();
    return ProfessorForcingOptions.paper(settings.discriminator().behaviour())
        .adversarialWeight(objective.adversarialWeight())
        .matchTeacherForced(objective.matchTeacherForced())
        .gates(new Gates(gate.generatorAbove(), gate.discriminatorBelow()))
        .updates(updates(settings))
        .discriminatorGradientClip(settings.training().discriminatorGradientClip())
        .order(objective.updateOrder())
        .recomputeSegment(settings.training().recomputeWindow())
        .freeRunningLength(objective.freeRunningLength())
        .build();
  }

  private static ScheduledSampling.Options scheduledSampling(Settings settings) {
    ObjectiveSettings.ScheduledSampling own = settings.objective().scheduledSampling();
    boolean perSequence =
        switch (own.per()) {
          case TOKEN -> false;
          case SEQUENCE -> true;
        };
    return new ScheduledSampling.Options(
        new SamplingSchedule(own.decay(), own.halfAfter(), own.least()),
        perSequence,
        updates(settings),
        settings.training().recomputeWindow());
  }

  @Override
  public boolean hasDiscriminator() {
    return discriminator.isPresent();
  }

  @Override
  public boolean symbolic() {
    return generator.shape().channels() == 0;
  }

  @Override
  public void setProgress(TrainingSettings training, double progress) {
    Networks.super.setProgress(training, progress);
    double rate =
        training.learningRateDecay().factor(progress) * training.discriminatorLearningRate();
    discriminator.ifPresent(judge -> Update.setLearningRate(judge.network(), rate));
  }

  private static GeneratorUpdates updates(Settings settings) {
    TrainingSettings training = settings.training();
    return new GeneratorUpdates(
        training.gradientClip(),
        training.weightDecay(),
        training.gradientNormsEvery(),
        dropout(settings),
        training.carryState());
  }

  /** What training drops. */
  static Dropout dropout(Settings settings) {
    GeneratorSettings.Dropout own = settings.generator().dropout();
    return new Dropout(own.input(), own.output());
  }

  private static Optional<WordSampler> sampler(Settings settings, StepShape steps) {
    int samples = settings.generator().softmaxSamples();
    return samples > 0
        ? Optional.of(new WordSampler(new WordProposal(steps.words().shares()), samples))
        : Optional.empty();
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }
}
