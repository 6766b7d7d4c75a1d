package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.objective.AdversarialGradients;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What every discriminator does, in double; the losses are written anew from their definitions. */
abstract class DiscriminatorContract {
  /** As images large enough for every weight of the convolutions to see a pixel. */
  static final int ROW_LENGTH = 10;

  static final int STEPS = 9 * ROW_LENGTH;
  static final int COLUMNS = 7;
  static final Kernels KERNELS = Networks.kernels(2);

  private static final int SEQUENCES = 2;
  private static final int ROWS = 2 * SEQUENCES;

  /** One in so many numbers is checked against differences; prime to all sizes here. */
  private static final int STRIDE = 11;

  private final List<Matrix> parts = behaviour(1);

  /** No two parameters alike, and scores within the clip. */
  abstract MultiLayerNetwork network(long seed);

  /** DL4J's name of the bias that moves all logits. */
  abstract String lastBias();

  static List<Matrix> behaviour(long seed) {
    Random random = new Random(seed);
    return List.of(part(random, 4), part(random, 1), part(random, 2));
  }

  private static Matrix part(Random random, int columns) {
    double[] values = random.doubles((long) STEPS * ROWS * columns, -1, 1).toArray();
    return Matrix.of(Nd4j.createFromArray(values).reshape('c', STEPS * ROWS, columns));
  }

  /** A network with a pass that can be repeated. */
  private final class Pass {
    final Discriminator discriminator;
    final DiscriminatorTape tape;

    Pass(MultiLayerNetwork network) {
      discriminator = Discriminator.of(network, KERNELS);
      tape = discriminator.tape(STEPS, ROWS);
      run();
    }

    void run() {
      discriminator.refresh();
      discriminator.score(tape, parts);
    }

    double d(int n) {
      return 1 / (1 + Math.exp(-tape.scores()[n]));
    }

    double discriminatorLoss() {
      run();
      return IntStream.range(0, ROWS)
          .mapToDouble(n -> -Math.log(n < SEQUENCES ? d(n) : 1 - d(n)) / SEQUENCES)
          .sum();
    }

    double freeRunningLoss() {
      run();
      return IntStream.range(SEQUENCES, ROWS).mapToDouble(n -> -Math.log(d(n)) / SEQUENCES).sum();
    }

    /** The gradients at the behaviour of the free-running sequences, of C_d. */
    List<Matrix> backward() {
      return discriminator.backward(tape, scoreGradients(), SEQUENCES);
    }

    /** Of C_d. */
    double[] scoreGradients() {
      return IntStream.range(0, ROWS)
          .mapToDouble(n -> (n < SEQUENCES ? d(n) - 1 : d(n)) / SEQUENCES)
          .toArray();
    }

    double[] gradient() {
      return Networks.gradient(discriminator.network());
    }
  }

  @Test
  void gradientIsThatOfTheLossAtEveryParameter() {
    Pass pass = new Pass(network(2));
    pass.backward();
    DoubleSupplier loss = pass::discriminatorLoss;
    MultiLayerNetwork network = pass.discriminator.network();
    GradientCheck.checkEvery(STRIDE, "C_d", network, loss, pass.gradient());
  }

  @Test
  void gradientIsThatOfTheLossAtEveryPartOfTheBehaviour() {
    Pass pass = new Pass(network(3));
    List<double[]> gradients =
        pass.discriminator.backward(pass.tape, pass.scoreGradients(), 0).stream()
            .map(Matrix::toArray)
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      GradientCheck.checkEvery(
          STRIDE,
          "C_d at part " + i,
          parts.get(i).array(),
          pass::discriminatorLoss,
          gradients.get(i));
    }
  }

  /** One backward pass serves two losses. */
  @Test
  void rescaledGradientsAreThoseOfTheOtherLossAtEveryPartOfTheBehaviour() {
    Pass pass = new Pass(network(3));
    double[] scale = new double[ROWS];
    for (int n = SEQUENCES; n < ROWS; n++) {
      scale[n] = -(1 - pass.d(n)) / pass.d(n);
    }
    AdversarialGradients both = new AdversarialGradients(pass.scoreGradients(), scale, SEQUENCES);
    List<double[]> gradients =
        both.backward(pass.discriminator, pass.tape, Behaviour.HIDDEN, KERNELS).parts().stream()
            .map(Matrix::toArray)
            .toList();
    for (int i = 0; i < parts.size(); i++) {
      GradientCheck.checkEvery(
          STRIDE,
          "C_f at part " + i,
          parts.get(i).array(),
          pass::freeRunningLoss,
          gradients.get(i));
    }
  }

  @Test
  void gradientsAtTheBehaviourAreZeroBeforeTheFirstSequenceThatIsAskedFor() {
    Pass pass = new Pass(network(3));
    List<double[]> all =
        pass.discriminator.backward(pass.tape, pass.scoreGradients(), 0).stream()
            .map(Matrix::toArray)
            .toList();
    pass.run();
    List<Matrix> some = pass.backward();
    for (int i = 0; i < some.size(); i++) {
      int columns = some.get(i).columns();
      double[] values = some.get(i).toArray();
      for (int at = 0; at < values.length; at++) {
        boolean asked = at / columns % ROWS >= SEQUENCES;
        assertThat(values[at])
            .as("part %d, %d", i, at)
            .isCloseTo(asked ? all.get(i)[at] : 0, within(asked ? 1e-12 : 0));
      }
    }
  }

  @Test
  void gradientOfTheParametersDoesNotDependOnWhatElseIsAskedFor() {
    Pass pass = new Pass(network(4));
    pass.backward();
    double[] gradient = pass.gradient();
    pass.run();
    pass.discriminator.backward(pass.tape, pass.scoreGradients());
    Close.same("gradient", pass.gradient(), gradient);
  }

  /** Whatever another tape has seen meanwhile. */
  @Test
  void aTapeRemembersItsOwnPass() {
    Pass pass = new Pass(network(9));
    pass.backward();
    double[] gradient = pass.gradient();
    pass.run();
    pass.discriminator.score(pass.discriminator.tape(STEPS, ROWS), behaviour(10));
    pass.backward();
    Close.same("gradient", pass.gradient(), gradient);
  }

  @Test
  void logisticOfTheScoreIsTheOutputOfTheDl4jNetwork() {
    Pass pass = new Pass(network(8));
    INDArray d = pass.discriminator.network().output(Layouts.sequenceMajor(parts, ROWS));
    assertThat(d.shape()).containsExactly(ROWS, 1);
    double[] expected = IntStream.range(0, ROWS).mapToDouble(pass::d).toArray();
    Close.check("D", d.dup('c').data().asDouble(), expected, 1e-9);
  }

  @Test
  void aScoreDependsOnItsOwnSequenceAlone() {
    Pass pass = new Pass(network(5));
    assertThat(Arrays.stream(pass.tape.scores()).distinct().count()).isEqualTo(ROWS);
    for (int n = 0; n < ROWS; n++) {
      int sequence = n;
      DiscriminatorTape alone = pass.discriminator.tape(STEPS, 1);
      double[] score =
          pass.discriminator.score(
              alone, parts.stream().map(part -> sequence(part, sequence)).toList());
      Close.check("score " + n, score[0], pass.tape.scores()[n], 1e-12);
    }
  }

  private static Matrix sequence(Matrix part, int n) {
    int columns = part.columns();
    return Matrix.of(
        part.array()
            .reshape('c', STEPS, ROWS, columns)
            .slice(n, 1)
            .dup('c')
            .reshape(STEPS, columns));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-60, 60})
  void outsideTheClipEveryGradientIsZero(double bias) {
    MultiLayerNetwork network = network(6);
    network.getParam(lastBias()).assign(bias);
    Pass pass = new Pass(network);
    assertThat(pass.tape.scores()).containsOnly(bias < 0 ? -10 : 10);
    double[] ones = {1, 1, 1, 1};
    List<Matrix> gradients = pass.discriminator.backward(pass.tape, ones, 0);
    assertThat(pass.gradient()).containsOnly(0);
    for (Matrix part : gradients) {
      assertThat(part.toArray()).containsOnly(0);
    }
  }

  @Test
  void survivesDl4jsFile() {
    Pass pass = new Pass(network(7));
    Pass again = new Pass(Networks.savedAndRestored(pass.discriminator.network()));
    assertThat(again.discriminator).hasSameClassAs(pass.discriminator);
    assertThat(again.tape.scores()).isEqualTo(pass.tape.scores());
    assertThat(again.backward().get(0).toArray()).isEqualTo(pass.backward().get(0).toArray());
  }
}
