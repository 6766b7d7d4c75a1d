package dev.lockstep.objective;

import static dev.lockstep.objective.Steps.BOTH_OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.WordProposal;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** Whole steps of both objectives with a likelihood by some words of which the batch has five. */
class SampledLikelihoodTest {
  private static final int VOCABULARY = 9;
  private static final int EVERY = VOCABULARY;
  private static final int WHOLE = 0;
  private static final Generator.Shape SHAPE = new Generator.Shape(VOCABULARY, 2, 3, 2);

  private static Optional<WordSampler> drawing(int words) {
    double[] weights = DoubleStream.iterate(1, w -> w + 1).limit(VOCABULARY).toArray();
    return words == WHOLE
        ? Optional.empty()
        : Optional.of(new WordSampler(new WordProposal(weights), words));
  }

  private static Generator generator(IUpdater updater) {
    Generator generator = Networks.generator(SHAPE, updater, 1);
    Networks.randomise(generator.network(), 31, 0.8);
    return generator;
  }

  private static TeacherForcing teacherForcing(IUpdater updater, int words) {
    return teacherForcing(updater, words, Dropout.NONE);
  }

  private static TeacherForcing teacherForcing(IUpdater updater, int words, Dropout dropout) {
    GeneratorUpdates updates = new GeneratorUpdates(0.1, 0).withDropout(dropout);
    return new TeacherForcing(generator(updater), updates, 0, drawing(words));
  }

  private static ProfessorForcing professorForcing(
      Behaviour behaviour, int window, IUpdater updater, int words) {
    return professorForcing(behaviour, window, updater, words, Dropout.NONE);
  }

  private static ProfessorForcing professorForcing(
      Behaviour behaviour, int window, IUpdater updater, int words, Dropout dropout) {
    int columns = Generator.behaviourWidth(SHAPE, behaviour);
    Discriminator discriminator = Networks.discriminator(columns, Steps.WIDTH, updater, 1);
    Networks.randomise(discriminator.network(), 32, 0.8);
    return new ProfessorForcing(
        generator(updater),
        discriminator,
        ProfessorForcingOptions.paper(behaviour)
            .adversarialWeight(1)
            .matchTeacherForced(true)
            .gates(BOTH_OPEN)
            .updates(GeneratorUpdates.PLAIN.withDropout(dropout))
            .recomputeSegment(window)
            .build(),
        drawing(words));
  }

  private static void same(Objective sampled, Objective whole, boolean padded) {
    StepMetrics ours = Steps.step(sampled, padded);
    StepMetrics theirs = Steps.step(whole, padded);
    Close.check("NLL", ours.nll(), theirs.nll(), 1e-9);
    assertThat(Double.valueOf(ours.accuracy())).isEqualTo(Double.valueOf(theirs.accuracy()));
    List<MultiLayerNetwork> networks = sampled.networks();
    for (int i = 0; i < networks.size(); i++) {
      double[] expected = Networks.parameters(whole.networks().get(i));
      Close.check("network " + i, Networks.parameters(networks.get(i)), expected, 1e-9);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void withEveryWordTeacherForcingIsWhatItIsWithTheWholeSoftmax(boolean padded) {
    Sgd updater = new Sgd(1);
    same(teacherForcing(updater, EVERY), teacherForcing(updater, WHOLE), padded);
  }

  /** What runs free draws by the same numbers, and from all words. */
  @ParameterizedTest
  @CsvSource({"HIDDEN, 0, false", "HIDDEN, 2, true", "HIDDEN_AND_INPUT, 0, true"})
  void withEveryWordProfessorForcingIsWhatItIsWithTheWholeSoftmax(
      Behaviour behaviour, int window, boolean padded) {
    Sgd updater = new Sgd(1);
    same(
        professorForcing(behaviour, window, updater, EVERY),
        professorForcing(behaviour, window, updater, WHOLE),
        padded);
  }

  /** Both drop the same: what they drop is drawn before the words are. */
  @ParameterizedTest
  @CsvSource({"HIDDEN, 0, false", "HIDDEN_AND_INPUT, 2, true"})
  void withEveryWordAndDropoutBothAreWhatTheyAreWithTheWholeSoftmax(
      Behaviour behaviour, int window, boolean padded) {
    Sgd updater = new Sgd(1);
    Dropout half = new Dropout(0.3, 0.5);
    same(teacherForcing(updater, EVERY, half), teacherForcing(updater, WHOLE, half), padded);
    same(
        professorForcing(behaviour, window, updater, EVERY, half),
        professorForcing(behaviour, window, updater, WHOLE, half),
        padded);
  }

  @ParameterizedTest
  @CsvSource({"HIDDEN, 0", "HIDDEN, 1", "HIDDEN_AND_INPUT, 2"})
  void theGeneratorDescendsWhatIsReported(Behaviour behaviour, int window) {
    ProfessorForcing moving = professorForcing(behaviour, window, new Sgd(1), 2);
    double[] gradient = Steps.change(moving, moving.networks().get(0), true);
    ProfessorForcing still = professorForcing(behaviour, window, new Sgd(0), 2);
    GradientCheck.checkEvery(
        3,
        "step",
        still.networks().get(0),
        () -> {
          still.refresh();
          StepMetrics m = Steps.step(still, true);
          return Steps.sequenceNll(m, true) + m.freeRunningLoss() + m.teacherForcedLoss();
        },
        gradient);
  }

  @Test
  void twoWordsAreNotEvery() {
    TeacherForcing some = teacherForcing(new Sgd(1), 2);
    TeacherForcing every = teacherForcing(new Sgd(1), EVERY);
    assertThat(Steps.step(some, true).nll()).isNotEqualTo(Steps.step(every, true).nll());
  }

  @Test
  void theSameStreamGivesTheSameStep() {
    TeacherForcing one = teacherForcing(new Sgd(1), 2);
    TeacherForcing two = teacherForcing(new Sgd(1), 2);
    assertThat(Steps.step(one, true)).isEqualTo(Steps.step(two, true));
    Close.same(
        "parameters",
        Networks.parameters(one.networks().get(0)),
        Networks.parameters(two.networks().get(0)));
  }

  @Test
  void thereAreNoProbabilitiesForADiscriminator() {
    assertThatThrownBy(() -> professorForcing(Behaviour.HIDDEN_AND_PROBABILITIES, 0, new Sgd(1), 2))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
