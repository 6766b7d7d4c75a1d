package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every loss's gradient at every parameter against central differences, samples held constant. The
 * losses here are written anew from their definitions.
 */
class GradientsTest {
  private static final int VOCABULARY = 4;
  private static final int HIDDEN = 3;
  private static final int EMBEDDING = 2;
  private static final int WIDTH = 4;
  private static final int STEPS = 4;
  private static final int SEQUENCES = 2;
  private static final int ROWS = 2 * SEQUENCES;

  static Stream<Arguments> generators() {
    return Stream.of(0, EMBEDDING)
        .flatMap(embedding -> Stream.of(1, 2).map(layers -> shape(embedding, layers)))
        .flatMap(shape -> Stream.of(false, true).map(padded -> Arguments.of(shape, padded)));
  }

  static Stream<Arguments> generatorsAndBehaviours() {
    return generators()
        .flatMap(
            arguments ->
                Arrays.stream(Behaviour.values())
                    .map(kind -> Arguments.of(arguments.get()[0], kind, arguments.get()[1])));
  }

  private static Generator.Shape shape(int embedding, int layers) {
    return new Generator.Shape(VOCABULARY, embedding, HIDDEN, layers);
  }

  @ParameterizedTest
  @MethodSource("generators")
  void likelihood(Generator.Shape shape, boolean padded) {
    Pass pass = new Pass(shape, Behaviour.HIDDEN, padded, Dropout.NONE);
    double[] weights = Likelihood.weights(pass.batch, ROWS);
    pass.generator.backward(pass.tape, weights, BehaviourGradients.NONE);
    pass.checkGenerator("NLL", pass::likelihood);
  }

  /** C_f, from the gradient that the discriminator's one backward pass left. */
  @ParameterizedTest
  @MethodSource("generatorsAndBehaviours")
  void freeRunningLoss(Generator.Shape shape, Behaviour kind, boolean padded) {
    Pass pass = new Pass(shape, kind, padded, Dropout.NONE);
    pass.backwardFromBehaviour(false, new double[STEPS * ROWS]);
    pass.checkGenerator("C_f", pass::freeRunningLoss);
  }

  /** NLL + C_f + C_t: all that a step of the generator can be made of. */
  @ParameterizedTest
  @MethodSource("generatorsAndBehaviours")
  void wholeGeneratorLoss(Generator.Shape shape, Behaviour kind, boolean padded) {
    Pass pass = new Pass(shape, kind, padded, Dropout.NONE);
    pass.backwardFromBehaviour(true, Likelihood.weights(pass.batch, ROWS));
    pass.checkGenerator(
        "NLL + C_f + C_t",
        () -> pass.likelihood() + pass.freeRunningLoss() + pass.teacherForcedLoss());
  }

  /** The same where some of what is read, and of the top states, is dropped. */
  @ParameterizedTest
  @MethodSource("generatorsAndBehaviours")
  void wholeGeneratorLossWithDropout(Generator.Shape shape, Behaviour kind, boolean padded) {
    Pass pass = new Pass(shape, kind, padded, new Dropout(0.3, 0.5));
    pass.backwardFromBehaviour(true, Likelihood.weights(pass.batch, ROWS));
    pass.checkGenerator(
        "NLL + C_f + C_t",
        () -> pass.likelihood() + pass.freeRunningLoss() + pass.teacherForcedLoss());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void discriminatorLoss(boolean padded) {
    for (Behaviour kind : Behaviour.values()) {
      Pass pass = new Pass(shape(EMBEDDING, 2), kind, padded, Dropout.NONE);
      pass.discriminator.backward(
          pass.judgement, pass.losses().gradients(1, false).discriminator());
      double[] gradient = Networks.gradient(pass.discriminator.network());
      GradientCheck.check(
          "C_d of " + kind,
          pass.discriminator.network(),
          () -> {
            pass.run();
            return pass.discriminatorLoss();
          },
          gradient);
    }
  }

  /** Small random networks and one batch in both modes, whose samples stay what they are. */
  private static final class Pass {
    private final SequenceBatch batch;
    private final int[] symbols = Layouts.randomSymbols(6, STEPS * ROWS, VOCABULARY);
    private final Behaviour kind;
    private final Generator generator;
    private final Discriminator discriminator;
    private final GeneratorTape tape;
    private final DiscriminatorTape judgement;

    Pass(Generator.Shape shape, Behaviour kind, boolean padded, Dropout dropout) {
      Kernels kernels = Networks.kernels(1);
      this.kind = kind;
      batch = SequenceBatch.of(new int[padded ? STEPS - 2 : STEPS], new int[STEPS]);
      generator = Networks.randomGenerator(shape, kernels, 21);
      int columns = Generator.behaviourWidth(shape, kind);
      discriminator = Networks.randomDiscriminator(columns, WIDTH, kernels, 22);
      tape = generator.tape(STEPS, ROWS).dropping(dropout);
      tape.drawMasks(new SplittableRandom(24));
      judgement = discriminator.tape(STEPS, ROWS);
      tape.mask(batch.mask(2));
      judgement.mask(batch.mask(2));
      run();
    }

    void run() {
      generator.refresh();
      discriminator.refresh();
      tape.start();
      generator.run(tape, (step, row, p, offset) -> symbols[step * ROWS + row]);
      discriminator.score(judgement, generator.behaviour(tape, kind));
    }

    AdversarialLosses losses() {
      return new JensenShannonLosses(judgement.scores());
    }

    void backwardFromBehaviour(boolean withTeacherForced, double[] weights) {
      BehaviourGradients gradients =
          losses()
              .gradients(1, withTeacherForced)
              .backward(discriminator, judgement, kind, generator.kernels());
      generator.backward(tape, weights, gradients);
    }

    void checkGenerator(String what, DoubleSupplier loss) {
      double[] gradient = Networks.gradient(generator.network());
      GradientCheck.check(
          what,
          generator.network(),
          () -> {
            run();
            return loss.getAsDouble();
          },
          gradient);
    }

    double likelihood() {
      double sum = 0;
      for (int n = 0; n < SEQUENCES; n++) {
        for (int t = 0; t < batch.length(n); t++) {
          double[] p = tape.probabilities().rows(t * ROWS + n, t * ROWS + n + 1).toArray();
          sum -= Math.log(p[symbols[t * ROWS + n]]);
        }
      }
      return sum / batch.sequences();
    }

    double discriminatorLoss() {
      return mean(0, d -> -Math.log(d)) + mean(SEQUENCES, d -> -Math.log(1 - d));
    }

    double freeRunningLoss() {
      return mean(SEQUENCES, d -> -Math.log(d));
    }

    double teacherForcedLoss() {
      return mean(0, d -> -Math.log(1 - d));
    }

    private double mean(int first, DoubleUnaryOperator loss) {
      return Arrays.stream(judgement.scores(), first, first + SEQUENCES)
          .map(score -> loss.applyAsDouble(1 / (1 + Math.exp(-score))))
          .average()
          .orElseThrow();
    }
  }
}
