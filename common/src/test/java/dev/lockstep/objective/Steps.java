package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.Generator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Small objectives from one state, and what a step does to them. */
final class Steps {
  static final Generator.Shape SHAPE = new Generator.Shape(5, 2, 3, 2);
  static final int WIDTH = 3;
  static final Gates BOTH_OPEN = new Gates(-1, 2);

  private Steps() {}

  static SequenceBatch batch(boolean padded) {
    return padded
        ? SequenceBatch.of(new int[] {0, 3, 1, 4, 4}, new int[] {2}, new int[] {1, 0, 3})
        : SequenceBatch.of(new int[] {0, 3, 1, 4}, new int[] {2, 2, 0, 1}, new int[] {1, 0, 3, 0});
  }

  static ProfessorForcingOptions.Builder options(
      Gates gates, boolean matchTeacherForced, double clip) {
    return ProfessorForcingOptions.paper(Behaviour.HIDDEN_AND_PROBABILITIES)
        .adversarialWeight(1)
        .matchTeacherForced(matchTeacherForced)
        .gates(gates)
        .updates(new GeneratorUpdates(clip, 0))
        .discriminatorGradientClip(clip);
  }

  /** Always from the same random parameters. */
  static ProfessorForcing professorForcing(
      ProfessorForcingOptions.Builder choices, IUpdater updater) {
    ProfessorForcingOptions options = choices.build();
    int columns = Generator.behaviourWidth(SHAPE, options.behaviour());
    Generator generator = generator(updater);
    var discriminator = Networks.discriminator(columns, WIDTH, updater, 1);
    Networks.randomise(discriminator.network(), 32, 0.8);
    for (String bias : List.of("1_b", "2_b", "3_b")) {
      discriminator.network().getParam(bias).addi(0.6);
    }
    return new ProfessorForcing(generator, discriminator, options);
  }

  /** From the parameters of {@link #professorForcing}'s generator. */
  static TeacherForcing teacherForcing(IUpdater updater, double clip) {
    return new TeacherForcing(generator(updater), new GeneratorUpdates(clip, 0), 0);
  }

  /** Always from the same random parameters. */
  static Generator generator(IUpdater updater) {
    Generator generator = Networks.generator(SHAPE, updater, 1);
    Networks.randomise(generator.network(), 31, 0.8);
    return generator;
  }

  /** The NLL of a sequence, the sum over its steps, of what is reported a step. */
  static double sequenceNll(StepMetrics metrics, boolean padded) {
    SequenceBatch batch = batch(padded);
    return metrics.nll() * batch.symbols() / batch.sequences();
  }

  static StepMetrics step(Objective objective, boolean padded) {
    return objective.step(batch(padded), 0, new SplittableRandom(77));
  }

  /** Checks the gradient of a whole step, samples and all, by differences of a loss it reports. */
  static void checkStep(
      ProfessorForcingOptions.Builder options,
      int which,
      boolean padded,
      ToDoubleFunction<StepMetrics> loss) {
    ProfessorForcing moving = professorForcing(options, new Sgd(1));
    double[] gradient = change(moving, moving.networks().get(which), padded);
    ProfessorForcing still = professorForcing(options, new Sgd(0));
    GradientCheck.checkEvery(
        7,
        "step",
        still.networks().get(which),
        () -> {
          still.refresh();
          return loss.applyAsDouble(step(still, padded));
        },
        gradient);
  }

  /**
   * What one step took off the parameters of a network: its gradient, where the updater is Sgd(1).
   */
  static double[] change(Objective objective, MultiLayerNetwork network, boolean padded) {
    double[] before = Networks.parameters(network);
    StepMetrics metrics = step(objective, padded);
    if (!Double.isFinite(metrics.nll())) {
      throw new AssertionError("NLL is " + metrics.nll());
    }
    double[] change = Networks.parameters(network);
    for (int i = 0; i < change.length; i++) {
      change[i] = before[i] - change[i];
    }
    return change;
  }

  static double norm(double[] x) {
    double sum = 0;
    for (double value : x) {
      sum += value * value;
    }
    return Math.sqrt(sum);
  }
}
