package dev.lockstep.objective;

import static dev.lockstep.objective.Steps.BOTH_OPEN;
import static dev.lockstep.objective.Steps.checkStep;
import static dev.lockstep.objective.Steps.options;
import static dev.lockstep.objective.Steps.professorForcing;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.config.ObjectiveSettings.UpdateOrder;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class ProfessorForcingTest {
  private static final int GENERATOR = 0;
  private static final int DISCRIMINATOR = 1;

  // The gradient of a whole step, samples and all, against differences of the losses it reports

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void generatorDescendsNllAndCfAndWhereAskedCt(boolean matchTeacherForced, boolean padded) {
    ProfessorForcingOptions.Builder options = options(BOTH_OPEN, matchTeacherForced, 0);
    checkStep(
        options,
        GENERATOR,
        padded,
        m ->
            Steps.sequenceNll(m, padded)
                + m.freeRunningLoss()
                + (matchTeacherForced ? m.teacherForcedLoss() : 0));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void discriminatorDescendsCd(boolean padded) {
    ProfessorForcingOptions.Builder options = options(BOTH_OPEN, true, 0);
    checkStep(options, DISCRIMINATOR, padded, StepMetrics::discriminatorLoss);
  }

  @Test
  void generatorDescendsOnlyNllWhileItsGateIsShut() {
    ProfessorForcingOptions.Builder options = options(new Gates(1, 2), true, 0);
    checkStep(options, GENERATOR, true, m -> Steps.sequenceNll(m, true));
  }

  /** The discriminator moves as ever; the generator descends the C_f of the one that has moved. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void generatorFollowsTheUpdatedDiscriminatorWhereThatGoesFirst(boolean padded) {
    ProfessorForcingOptions.Builder together = options(BOTH_OPEN, true, 0);
    ProfessorForcingOptions.Builder inTurn =
        options(BOTH_OPEN, true, 0).order(UpdateOrder.DISCRIMINATOR_FIRST);
    // Steps small enough to leave the discriminator's scores inside the clip.
    ProfessorForcing moving = professorForcing(inTurn, new Sgd(0.1));
    double[] gradient = Steps.change(moving, moving.networks().get(GENERATOR), padded);
    Arrays.setAll(gradient, i -> gradient[i] / 0.1);
    ProfessorForcing simultaneous = professorForcing(together, new Sgd(0.1));
    Steps.step(simultaneous, padded);
    double[] updated = Networks.parameters(moving.networks().get(DISCRIMINATOR));
    Close.same(
        "discriminator", updated, Networks.parameters(simultaneous.networks().get(DISCRIMINATOR)));

    ProfessorForcing still = professorForcing(together, new Sgd(0));
    still
        .networks()
        .get(DISCRIMINATOR)
        .params()
        .assign(moving.networks().get(DISCRIMINATOR).params());
    GradientCheck.checkEvery(
        7,
        "step",
        still.networks().get(GENERATOR),
        () -> {
          still.refresh();
          StepMetrics m = Steps.step(still, padded);
          return Steps.sequenceNll(m, padded) + m.freeRunningLoss() + m.teacherForcedLoss();
        },
        gradient);
  }

  /** Gates that are computed again are the same gates; only sums are taken in parts. */
  @ParameterizedTest
  @CsvSource({
    "SIMULTANEOUS, 1, false",
    "SIMULTANEOUS, 2, true",
    "SIMULTANEOUS, 3, true",
    "DISCRIMINATOR_FIRST, 3, true"
  })
  void recomputingGatesChangesNoGradient(UpdateOrder order, int window, boolean padded) {
    for (int which : new int[] {GENERATOR, DISCRIMINATOR}) {
      Close.check(
          "gradient of " + which,
          changeInWindows(order, window, which, padded),
          changeInWindows(order, 0, which, padded),
          1e-12);
    }
  }

  private static double[] changeInWindows(
      UpdateOrder order, int window, int which, boolean padded) {
    ProfessorForcing objective =
        professorForcing(
            options(BOTH_OPEN, true, 0)
                .updates(GeneratorUpdates.PLAIN)
                .order(order)
                .recomputeSegment(window),
            new Sgd(0.1));
    return Steps.change(objective, objective.networks().get(which), padded);
  }

  @Test
  void recomputingGatesChangesNoGradientOfLikelihood() {
    TeacherForcing whole = Steps.teacherForcing(new Sgd(1), 0);
    TeacherForcing windows =
        new TeacherForcing(Steps.generator(new Sgd(1)), GeneratorUpdates.PLAIN, 2);
    Close.check(
        "gradient",
        Steps.change(windows, windows.networks().get(0), true),
        Steps.change(whole, whole.networks().get(0), true),
        1e-12);
  }

  // What is measured of the gradients

  /** Each part of the loss has the norm of the gradient that it has by itself. */
  @ParameterizedTest
  @CsvSource({"SIMULTANEOUS, false", "SIMULTANEOUS, true", "DISCRIMINATOR_FIRST, true"})
  void gradientNormsAreThoseOfEachPartOfTheLoss(UpdateOrder order, boolean padded) {
    ProfessorForcing measuring = professorForcing(measuring(order, 5, BOTH_OPEN), new Sgd(1));
    GradientNorms norms = Steps.step(measuring, padded).gradientNorms();

    TeacherForcing alone = Steps.teacherForcing(new Sgd(1), 0);
    double[] likelihood = Steps.change(alone, alone.networks().get(GENERATOR), padded);
    Close.check("NLL", norms.nll(), Steps.norm(likelihood), 1e-9);

    ProfessorForcing both = professorForcing(options(BOTH_OPEN, true, 0), new Sgd(1));
    double[] whole = Steps.change(both, both.networks().get(GENERATOR), padded);
    Close.check("C_f + C_t", norms.adversarial(), Steps.norm(minus(whole, likelihood)), 1e-9);
  }

  /** What the generator does not hear is measured too: it may be why. */
  @Test
  void gradientNormsDoNotDependOnTheGateOrTheWeight() {
    GradientNorms open =
        Steps.step(
                professorForcing(measuring(UpdateOrder.SIMULTANEOUS, 1, BOTH_OPEN), new Sgd(1)),
                true)
            .gradientNorms();
    GradientNorms shut =
        Steps.step(
                professorForcing(
                    measuring(UpdateOrder.SIMULTANEOUS, 0, new Gates(1, 2)), new Sgd(1)),
                true)
            .gradientNorms();
    assertThat(shut).isEqualTo(open);
    assertThat(open.adversarial()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"SIMULTANEOUS, 0", "SIMULTANEOUS, 2", "DISCRIMINATOR_FIRST, 0"})
  void measuringChangesNoBitOfTheUpdate(UpdateOrder order, int window) {
    ProfessorForcing measuring =
        professorForcing(measuring(order, 1, BOTH_OPEN).recomputeSegment(window), new Sgd(0.1));
    ProfessorForcing not =
        professorForcing(
            options(BOTH_OPEN, true, 0)
                .updates(GeneratorUpdates.PLAIN)
                .order(order)
                .recomputeSegment(window),
            new Sgd(0.1));
    for (boolean padded : new boolean[] {true, false, true}) {
      StepMetrics ours = Steps.step(measuring, padded);
      StepMetrics theirs = Steps.step(not, padded);
      assertThat(ours.gradientNorms().measured()).isTrue();
      assertThat(ours.withGradientNorms(GradientNorms.NONE)).isEqualTo(theirs);
      for (int i = 0; i < 2; i++) {
        Close.same(
            "network " + i,
            Networks.parameters(measuring.networks().get(i)),
            Networks.parameters(not.networks().get(i)));
      }
    }
  }

  /** Passes that are run again drop the same. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void measuringDropsTheSame(int window) {
    GeneratorUpdates drops = GeneratorUpdates.PLAIN.withDropout(new Dropout(0.2, 0.4));
    GeneratorUpdates measures = new GeneratorUpdates(0, 1).withDropout(drops.dropout());
    ProfessorForcing measuring = dropping(measures, window);
    ProfessorForcing not = dropping(drops, window);
    for (boolean padded : new boolean[] {true, false, true}) {
      StepMetrics ours = Steps.step(measuring, padded);
      assertThat(ours.gradientNorms().measured()).isTrue();
      assertThat(ours.withGradientNorms(GradientNorms.NONE)).isEqualTo(Steps.step(not, padded));
      for (int i = 0; i < 2; i++) {
        Close.same(
            "network " + i,
            Networks.parameters(measuring.networks().get(i)),
            Networks.parameters(not.networks().get(i)));
      }
    }
  }

  /** Of a whole step, in which other numbers are dropped of either mode. */
  @Test
  void theGeneratorDescendsWhatIsReportedWithDropout() {
    GeneratorUpdates drops = GeneratorUpdates.PLAIN.withDropout(new Dropout(0.2, 0.4));
    ProfessorForcingOptions.Builder options = options(BOTH_OPEN, true, 0).updates(drops);
    checkStep(
        options,
        GENERATOR,
        true,
        m -> Steps.sequenceNll(m, true) + m.freeRunningLoss() + m.teacherForcedLoss());
    checkStep(options, DISCRIMINATOR, true, StepMetrics::discriminatorLoss);
  }

  private static ProfessorForcing dropping(GeneratorUpdates updates, int window) {
    return professorForcing(
        options(BOTH_OPEN, true, 0).updates(updates).recomputeSegment(window), new Sgd(0.1));
  }

  @Test
  void onlyEverySoManyUpdatesMeasure() {
    GeneratorUpdates updates = new GeneratorUpdates(0, 3);
    TeacherForcing objective = new TeacherForcing(Steps.generator(new Sgd(0)), updates, 0);
    List<Boolean> measured = new ArrayList<>();
    for (int update = 0; update < 7; update++) {
      GradientNorms norms =
          objective.step(Steps.batch(false), update, new SplittableRandom(1)).gradientNorms();
      measured.add(norms.measured());
      assertThat(norms.adversarial()).isNaN();
    }
    assertThat(measured).containsExactly(true, false, false, true, false, false, true);
  }

  private static ProfessorForcingOptions.Builder measuring(
      UpdateOrder order, double weight, Gates gates) {
    return options(gates, true, 0)
        .adversarialWeight(weight)
        .matchTeacherForced(true)
        .updates(new GeneratorUpdates(0, 1))
        .order(order);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void lambdaWeighsTheDiscriminatorsPart(boolean padded) {
    ProfessorForcingOptions.Builder options =
        options(BOTH_OPEN, true, 0).adversarialWeight(7).matchTeacherForced(true);
    checkStep(
        options,
        GENERATOR,
        padded,
        m -> Steps.sequenceNll(m, padded) + 7 * (m.freeRunningLoss() + m.teacherForcedLoss()));
  }

  // Gates

  /** A discriminator that calls all behaviour teacher-forced is right half the time. */
  @Test
  void aDiscriminatorThatIsHalfRightDoesNotMoveTheGenerator() {
    ProfessorForcing shut = half(professorForcing(options(Gates.PAPER, true, 0), new Sgd(1)));
    double[] change = Steps.change(shut, shut.networks().get(GENERATOR), true);
    assertThat(Steps.step(shut, true).accuracy()).isEqualTo(0.5);

    TeacherForcing alone = Steps.teacherForcing(new Sgd(1), 0);
    double[] likelihood = Steps.change(alone, alone.networks().get(0), true);
    Close.check("change", change, likelihood, 1e-12);

    ProfessorForcing open = half(professorForcing(options(BOTH_OPEN, true, 0), new Sgd(1)));
    double[] heard = Steps.change(open, open.networks().get(GENERATOR), true);
    assertThat(Steps.norm(minus(heard, change))).isGreaterThan(1e-3);

    ProfessorForcing mute = professorForcing(options(BOTH_OPEN, true, 0), new Sgd(1));
    mute.networks().get(DISCRIMINATOR).params().assign(0);
    mute.refresh();
    double[] nothingToHear = Steps.change(mute, mute.networks().get(GENERATOR), true);
    Close.same("change with nothing to hear", nothingToHear, change);
  }

  private static ProfessorForcing half(ProfessorForcing objective) {
    objective.networks().get(DISCRIMINATOR).getParam("4_b").assign(4);
    objective.refresh();
    return objective;
  }

  private static double[] minus(double[] x, double[] y) {
    double[] difference = x.clone();
    Arrays.setAll(difference, i -> x[i] - y[i]);
    return difference;
  }

  /**
   * Behaviour that a discriminator learns to tell apart within a few steps: the data are one symbol
   * over and over, the generator stays as it was made. Once it is always right, it must rest.
   */
  @Test
  void aPerfectDiscriminatorIsNotUpdated() {
    Generator generator = Networks.generator(Steps.SHAPE, new Sgd(0), 5);
    int columns = Generator.behaviourWidth(Steps.SHAPE, Behaviour.HIDDEN_AND_INPUT);
    Discriminator discriminator = Networks.discriminator(columns, 8, new Adam(0.01), 6);
    ProfessorForcing objective =
        new ProfessorForcing(
            generator,
            discriminator,
            ProfessorForcingOptions.paper(Behaviour.HIDDEN_AND_INPUT).build());
    SequenceBatch batch = SequenceBatch.of(new int[8][12]);
    MultiLayerNetwork network = discriminator.network();
    SplittableRandom random = new SplittableRandom(8);
    List<Boolean> gates = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      double[] before = Networks.parameters(network);
      double[] updater = network.getUpdater().getStateViewArray().dup().data().asDouble();
      int count = network.getIterationCount();
      StepMetrics metrics = objective.step(batch, 0, random);
      assertThat(metrics.discriminatorGate()).isEqualTo(metrics.accuracy() <= 0.99);
      assertThat(metrics.generatorGate()).isEqualTo(metrics.accuracy() > 0.75);
      gates.add(metrics.discriminatorGate());
      double[] after = Networks.parameters(network);
      if (metrics.discriminatorGate()) {
        assertThat(Steps.norm(minus(after, before))).isPositive();
        assertThat(network.getIterationCount()).isEqualTo(count + 1);
      } else {
        Close.same("parameters", after, before);
        Close.same(
            "updater", network.getUpdater().getStateViewArray().dup().data().asDouble(), updater);
        assertThat(network.getIterationCount()).isEqualTo(count);
      }
    }
    assertThat(gates).contains(true, false);
  }

  @Test
  void scoresThatAreNoNumbersMoveNeitherByTheDiscriminator() {
    ProfessorForcing objective = professorForcing(options(Gates.PAPER, true, 0), new Sgd(1));
    MultiLayerNetwork discriminator = objective.networks().get(DISCRIMINATOR);
    discriminator.getParam("4_b").assign(Double.NaN);
    objective.refresh();
    double[] before = Networks.parameters(discriminator);
    StepMetrics metrics = Steps.step(objective, false);
    assertThat(metrics.accuracy()).isNaN();
    assertThat(metrics.discriminatorLoss()).isNaN();
    Close.same("parameters", Networks.parameters(discriminator), before);
    assertThat(Networks.parameters(objective.networks().get(GENERATOR))).doesNotContain(Double.NaN);
  }

  // Clipping

  @ParameterizedTest
  @CsvSource({"0, 0.01", "1, 0.01", "0, 1e-6", "1, 1e-6"})
  void aLongGradientIsScaledToTheBound(int which, double bound) {
    double[] clipped = changeAtClip(which, bound);
    double[] whole = changeAtClip(which, 0);
    double norm = Steps.norm(whole);
    // Three sequences of 5, 1 and 3 steps: the generator's bound is a step's, the other a
    // sequence's.
    double largest = which == GENERATOR ? 3 * bound : bound;
    assertThat(norm).isGreaterThan(largest);
    Arrays.setAll(whole, i -> whole[i] * largest / norm);
    // The parameters are of order 1, so their differences are good to 1e-16.
    Close.check("clipped change", clipped, whole, 1e-14 / bound);
    Close.check("norm", Steps.norm(clipped), largest, 1e-14 / bound);
  }

  @ParameterizedTest
  @ValueSource(ints = {GENERATOR, DISCRIMINATOR})
  void aShortGradientIsLeftAlone(int which) {
    Close.same("change", changeAtClip(which, 1e6), changeAtClip(which, 0));
  }

  private static double[] changeAtClip(int which, double bound) {
    ProfessorForcing objective = professorForcing(options(BOTH_OPEN, true, bound), new Sgd(1));
    return Steps.change(objective, objective.networks().get(which), true);
  }

  // Determinism

  @Test
  void stepsAreAFunctionOfStateBatchAndStream() {
    double[] once = afterThreeSteps(9);
    Close.same("parameters", afterThreeSteps(9), once);
    assertThat(Steps.norm(minus(afterThreeSteps(10), once))).isPositive();
  }

  private static double[] afterThreeSteps(long seed) {
    ProfessorForcing objective = professorForcing(options(BOTH_OPEN, true, 0), new Adam(0.01));
    for (int i = 0; i < 3; i++) {
      StepMetrics metrics =
          objective.step(Steps.batch(i == 1), i, new SplittableRandom(seed + 100L * i));
      assertThat(metrics.generatorGate()).isTrue();
    }
    return objective.networks().stream()
        .flatMapToDouble(network -> Arrays.stream(Networks.parameters(network)))
        .toArray();
  }

  /** Two files hold all that outlives a step. */
  @Test
  void goesOnFromDl4jsFilesAsIfItHadNotStopped() {
    ProfessorForcingOptions.Builder options = options(BOTH_OPEN, true, 0.5);
    ProfessorForcing whole = professorForcing(options, new Adam(0.01));
    StepMetrics first = Steps.step(whole, true);
    List<MultiLayerNetwork> files =
        whole.networks().stream().map(Networks::savedAndRestored).toList();
    ProfessorForcing resumed =
        new ProfessorForcing(
            new Generator(files.get(0), Networks.kernels(1)),
            new RecurrentDiscriminator(files.get(1), Networks.kernels(1)),
            options.build());
    for (boolean padded : new boolean[] {false, true, true}) {
      StepMetrics metrics = Steps.step(whole, padded);
      assertThat(metrics).isNotEqualTo(first);
      assertThat(Steps.step(resumed, padded)).isEqualTo(metrics);
    }
    for (int i = 0; i < 2; i++) {
      Close.same(
          "parameters",
          Networks.parameters(resumed.networks().get(i)),
          Networks.parameters(whole.networks().get(i)));
    }
  }
}
