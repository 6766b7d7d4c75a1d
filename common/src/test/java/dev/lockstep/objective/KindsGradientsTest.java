package dev.lockstep.objective;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.model.BehaviourGradients;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.model.Dropout;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link GradientsTest} asks of symbols that depend on nothing, of every other kind of
 * generator and of the encoder: two rows of each sequence's condition, as in professor forcing, and
 * padding.
 */
class KindsGradientsTest {
  private static final int STEPS = 4;
  private static final int[] LENGTHS = {STEPS, STEPS - 2, STEPS - 1};
  private static final int SEQUENCES = LENGTHS.length;
  private static final int ROWS = 2 * SEQUENCES;
  private static final int WIDTH = 3;
  private static final Dropout HALF = new Dropout(0.3, 0.5);

  static Stream<GeneratorKind> kinds() {
    return GeneratorKind.all();
  }

  static Stream<Arguments> kindsAndBehaviours() {
    return kinds()
        .flatMap(
            kind ->
                Stream.of(Behaviour.HIDDEN, Behaviour.HIDDEN_AND_INPUT)
                    .map(behaviour -> Arguments.of(kind, behaviour)));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void likelihood(GeneratorKind kind) {
    Pass pass = new Pass(kind, Behaviour.HIDDEN, 0, true, Dropout.NONE);
    pass.generator.backward(pass.tape, pass.weights(), BehaviourGradients.NONE);
    pass.check("NLL", pass::likelihood);
  }

  /** NLL + C_f + C_t; that of the NLL alone is right, so this is that of the others. */
  @ParameterizedTest
  @MethodSource("kindsAndBehaviours")
  void wholeGeneratorLoss(GeneratorKind kind, Behaviour behaviour) {
    Pass pass = new Pass(kind, behaviour, 0, true, Dropout.NONE);
    pass.backward();
    pass.check(
        "NLL + C_f + C_t",
        () -> pass.likelihood() + pass.freeRunningLoss() + pass.teacherForcedLoss());
  }

  /** With what is dropped held constant: the loss is a function of the parameters alone. */
  @ParameterizedTest
  @MethodSource("kindsAndBehaviours")
  void wholeGeneratorLossWithDropout(GeneratorKind kind, Behaviour behaviour) {
    Pass pass = new Pass(kind, behaviour, 0, true, HALF);
    pass.backward();
    pass.check(
        "NLL + C_f + C_t",
        () -> pass.likelihood() + pass.freeRunningLoss() + pass.teacherForcedLoss());
  }

  /** What is computed again is computed with the same numbers dropped. */
  @ParameterizedTest
  @MethodSource("kindsAndBehaviours")
  void holdingLessDropsTheSame(GeneratorKind kind, Behaviour behaviour) {
    Pass whole = new Pass(kind, behaviour, 0, true, HALF);
    whole.backward();
    for (int window : new int[] {1, 3}) {
      Pass less = new Pass(kind, behaviour, window, false, HALF);
      Close.same("surprisal", less.tape.surprisal(), whole.tape.surprisal());
      less.backward();
      for (int i = 0; i < whole.networks().size(); i++) {
        Close.check(
            "gradient " + i + " in windows of " + window,
            Networks.gradient(less.networks().get(i)),
            Networks.gradient(whole.networks().get(i)),
            1e-12);
      }
    }
  }

  /** Gates and outputs that are computed again are the same; only sums are taken in parts. */
  @ParameterizedTest
  @MethodSource("kindsAndBehaviours")
  void holdingLessChangesNoGradient(GeneratorKind kind, Behaviour behaviour) {
    Pass whole = new Pass(kind, behaviour, 0, true, Dropout.NONE);
    whole.backward();
    for (int window : new int[] {0, 1, 2, 3}) {
      Pass less = new Pass(kind, behaviour, window, false, Dropout.NONE);
      Close.same("surprisal", less.tape.surprisal(), whole.tape.surprisal());
      less.backward();
      for (int i = 0; i < whole.networks().size(); i++) {
        Close.check(
            "gradient " + i + " in windows of " + window,
            Networks.gradient(less.networks().get(i)),
            Networks.gradient(whole.networks().get(i)),
            1e-12);
      }
    }
  }

  /** The likelihood's own path through the layers, with slopes in the place of slopes above. */
  @ParameterizedTest
  @MethodSource("kinds")
  void holdingLessChangesNoGradientOfTheLikelihoodAlone(GeneratorKind kind) {
    Pass whole = new Pass(kind, Behaviour.HIDDEN, 0, true, Dropout.NONE);
    whole.generator.backward(whole.tape, whole.weights(), BehaviourGradients.NONE);
    for (int window : new int[] {0, 1, 3}) {
      Pass less = new Pass(kind, Behaviour.HIDDEN, window, false, Dropout.NONE);
      less.generator.backward(less.tape, less.weights(), BehaviourGradients.NONE);
      for (int i = 0; i < whole.networks().size(); i++) {
        Close.check(
            "gradient " + i + " in windows of " + window,
            Networks.gradient(less.networks().get(i)),
            Networks.gradient(whole.networks().get(i)),
            1e-12);
      }
    }
  }

  /** Small random networks and one batch in both modes, whose samples stay what they are. */
  private static final class Pass {
    private final SequenceBatch batch;
    private final SequenceBatch samples;
    private final Behaviour behaviour;
    private final Generator generator;
    private final Discriminator discriminator;
    private final GeneratorTape tape;
    private final DiscriminatorTape judgement;

    Pass(
        GeneratorKind kind, Behaviour behaviour, int window, boolean holdOutputs, Dropout dropout) {
      this.behaviour = behaviour;
      batch = SequenceBatch.of(kind.sequences(6, LENGTHS));
      samples = SequenceBatch.of(kind.sequences(7, STEPS, STEPS, STEPS));
      generator = kind.random(Networks.kernels(1), 21);
      int columns = Generator.behaviourWidth(kind.shape(), behaviour);
      discriminator = Networks.randomDiscriminator(columns, WIDTH, Networks.kernels(1), 23);
      tape = generator.tape(STEPS, ROWS, window, holdOutputs).dropping(dropout);
      tape.drawMasks(new SplittableRandom(24));
      judgement = discriminator.tape(STEPS, ROWS);
      tape.mask(batch.mask(2));
      judgement.mask(batch.mask(2));
      run();
    }

    List<MultiLayerNetwork> networks() {
      return generator.networks();
    }

    void run() {
      generator.refresh();
      generator.start(tape, batch.conditions());
      generator.run(
          tape,
          (step, row, output) -> {
            if (row < SEQUENCES) {
              batch.emit(step, row, output);
            } else {
              samples.emit(step, row - SEQUENCES, output);
            }
          });
      discriminator.score(judgement, generator.behaviour(tape, behaviour));
    }

    double[] weights() {
      return Likelihood.weights(batch, ROWS);
    }

    void backward() {
      AdversarialLosses losses = new JensenShannonLosses(judgement.scores());
      generator.backward(
          tape,
          weights(),
          losses
              .gradients(1, true)
              .backward(discriminator, judgement, behaviour, generator.kernels()));
    }

    void check(String what, DoubleSupplier loss) {
      List<double[]> gradients = networks().stream().map(Networks::gradient).toList();
      for (int i = 0; i < gradients.size(); i++) {
        GradientCheck.check(
            what + " of network " + i,
            networks().get(i),
            () -> {
              run();
              return loss.getAsDouble();
            },
            gradients.get(i));
      }
    }

    /** From the outputs, not from the surprisals that the pass left. */
    double likelihood() {
      double sum = 0;
      for (int n = 0; n < SEQUENCES; n++) {
        for (int t = 0; t < batch.length(n); t++) {
          sum += surprisal(n, t);
        }
      }
      return sum / batch.sequences();
    }

    private double surprisal(int n, int t) {
      int row = t * ROWS + n;
      var density = generator.shape().density();
      if (density == null) {
        return -Math.log(
            tape.probabilities().rows(row, row + 1).toArray()[batch.sequence(n).symbols()[t]]);
      }
      double[] values = GeneratorKind.numbers(batch.sequence(n));
      double[] parameters = tape.logits().rows(row, row + 1).toArray();
      return density.surprisal(parameters, 0, values, t * density.width());
    }

    double freeRunningLoss() {
      return mean(SEQUENCES, d -> -Math.log(d));
    }

    double teacherForcedLoss() {
      return mean(0, d -> -Math.log(1 - d));
    }

    private double mean(int first, DoubleUnaryOperator loss) {
      double sum = 0;
      for (int i = first; i < first + SEQUENCES; i++) {
        sum += loss.applyAsDouble(1 / (1 + Math.exp(-judgement.scores()[i])));
      }
      return sum / SEQUENCES;
    }
  }
}
