package dev.lockstep.training;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.objective.Gates;
import dev.lockstep.objective.Objective;
import dev.lockstep.objective.ProfessorForcing;
import dev.lockstep.objective.ProfessorForcing.UpdateOrder;
import dev.lockstep.objective.TeacherForcing;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;

/**
 * The networks that settings describe for a vocabulary, and the objective that trains them.
 *
 * @param generator θg
 * @param discriminator θd, where the objective has one
 * @param objective what trains them
 */
public record Networks(
    Generator generator, Optional<Discriminator> discriminator, Objective objective) {
  private static final DataType TYPE = DataType.FLOAT;

  /**
   * New networks: their parameters are a function of the settings, the seed among them, and of the
   * vocabulary's size.
   */
  public static Networks create(Settings settings, int vocabulary) {
    Generator.Shape shape = shape(settings, vocabulary);
    Settings.Training training = settings.training();
    MultiLayerNetwork generator =
        initialised(
            Generator.configuration(
                shape,
                TYPE,
                new Adam(training.learningRate()),
                RandomStreams.key(training.seed(), Purpose.GENERATOR_PARAMETERS)));
    if (settings.objective().method() == Settings.Method.TEACHER_FORCING) {
      return of(settings, List.of(generator));
    }
    refuseConvolutional(settings);
    int columns = Generator.behaviourWidth(shape, behaviour(settings));
    MultiLayerNetwork discriminator =
        initialised(
            RecurrentDiscriminator.configuration(
                columns,
                settings.discriminator().hidden(),
                TYPE,
                new Adam(training.discriminatorLearningRate()),
                RandomStreams.key(training.seed(), Purpose.DISCRIMINATOR_PARAMETERS)));
    return of(settings, List.of(generator, discriminator));
  }

  /** DL4J networks, generator first, made to train as the settings say. */
  public static Networks of(Settings settings, List<MultiLayerNetwork> networks) {
    Kernels kernels = kernels(settings);
    Generator generator = new Generator(networks.get(0), kernels);
    double clip = settings.training().gradientClip();
    int window = settings.training().recomputeWindow();
    if (settings.objective().method() == Settings.Method.TEACHER_FORCING) {
      return new Networks(generator, Optional.empty(), new TeacherForcing(generator, clip, window));
    }
    Discriminator discriminator = Discriminator.of(networks.get(1), kernels);
    Settings.Gate gate = settings.objective().gate();
    ProfessorForcing objective =
        new ProfessorForcing(
            generator,
            discriminator,
            new ProfessorForcing.Options(
                behaviour(settings),
                settings.objective().matchTeacherForced(),
                new Gates(gate.generatorAbove(), gate.discriminatorBelow()),
                clip,
                UpdateOrder.valueOf(settings.objective().updateOrder().name()),
                window));
    return new Networks(generator, Optional.of(discriminator), objective);
  }

  /** Until a corpus says how long the rows of its images are. */
  static void refuseConvolutional(Settings settings) {
    if (settings.discriminator().kind() == Settings.DiscriminatorKind.CONVOLUTIONAL) {
      throw new UserError(
          "discriminator.kind = convolutional needs a corpus of images, which this one is not; use"
              + " recurrent");
    }
  }

  static Generator.Shape shape(Settings settings, int vocabulary) {
    Settings.Generator g = settings.generator();
    int embedding = g.input() == Settings.Input.EMBEDDING ? g.embedding() : 0;
    return new Generator.Shape(vocabulary, embedding, g.hidden(), g.layers());
  }

  /** What of the generator the discriminator sees. */
  public static Behaviour behaviour(Settings settings) {
    return Behaviour.valueOf(settings.discriminator().behaviour().name());
  }

  private static Kernels kernels(Settings settings) {
    Settings.Training training = settings.training();
    int cores = Runtime.getRuntime().availableProcessors();
    return KernelProvider.create(
        KernelProvider.Choice.valueOf(training.kernel().name()),
        TYPE,
        settings.withThreads(Math.max(1, cores / training.workers())).training().threads());
  }

  private static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }
}
