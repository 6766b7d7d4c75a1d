package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** The likelihood by some words, its surprisals and its gradient. */
class SampledSoftmaxTest {
  private static final int VOCABULARY = 11;
  private static final int STEPS = 4;
  private static final int HIDDEN = 3;
  private static final int[][] SEQUENCES = {{2, 5, 5, 2}, {9, 2, 5}};
  private static final SequenceBatch BATCH = SequenceBatch.of(SEQUENCES);

  /** Words 2, 5 and 9 are certain, 0, 3 and 7 drawn, the others absent. */
  private static final double[] EXPECTED = {0.5, 0, 1, 0.25, 0, 1, 0, 0.1, 0, 1, 0};

  private static double[] everyWord() {
    double[] ones = new double[VOCABULARY];
    Arrays.fill(ones, 1);
    return ones;
  }

  static Stream<Arguments> kernelsAndWindows() {
    return KernelCases.all()
        .flatMap(kernels -> Stream.of(0, 1).map(window -> Arguments.of(kernels, window)));
  }

  /** A generator of two layers, and a pass of the batch beside as many rows that run free. */
  private static final class Pass {
    private final Generator generator;
    private final GeneratorTape tape;
    private final int rows;
    private final double[] weights;

    Pass(Kernels kernels, DataType type, int window, boolean besideOthers) {
      Generator.Shape shape = new Generator.Shape(VOCABULARY, 2, HIDDEN, 2);
      MultiLayerNetwork network =
          Networks.initialised(Generator.configuration(shape, type, new NoOp(), 1));
      Networks.randomise(network, 5, 0.8);
      generator = new Generator(network, kernels);
      rows = besideOthers ? 4 : 2;
      tape = generator.sampledTape(STEPS, rows, window, 2, VOCABULARY);
      tape.mask(BATCH.mask(rows / 2));
      weights = new double[STEPS * rows];
      for (int t = 0; t < STEPS; t++) {
        for (int n = 0; n < 2; n++) {
          weights[t * rows + n] = t < BATCH.length(n) ? 0.1 + 0.05 * n : 0;
        }
      }
      run();
    }

    void run() {
      generator.refresh();
      tape.start();
      generator.run(tape, BATCH, (step, row, output) -> output.emit((step + row) % VOCABULARY));
    }

    double loss(double[] expected) {
      run();
      generator.backward(tape, weights, new SampledWords(expected), BehaviourGradients.NONE);
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * tape.surprisal()[i];
      }
      return sum;
    }
  }

  private static Pass pass(int window, boolean besideOthers) {
    return new Pass(Networks.kernels(2), DataType.DOUBLE, window, besideOthers);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3})
  void theGradientIsThatOfTheLoss(int window) {
    Pass pass = pass(window, true);
    pass.loss(EXPECTED);
    MultiLayerNetwork network = pass.generator.network();
    GradientCheck.check("sampled", network, () -> pass.loss(EXPECTED), Networks.gradient(network));
  }

  /** The loss from its definition, by the states and parameters of the pass. */
  @Test
  void theLossIsTheOneOfTheDefinition() {
    Pass pass = pass(0, true);
    pass.loss(EXPECTED);
    MultiLayerNetwork network = pass.generator.network();
    // DL4J's weight is [H, V].
    double[] w = network.getParam("3_W").dup('c').data().asDouble();
    double[] b = network.getParam("3_b").dup('c').data().asDouble();
    pass.run();
    double[] top = pass.tape.top().toArray();
    double[] surprisal = new double[STEPS * 4];
    pass.loss(EXPECTED);
    for (int i = 0; i < surprisal.length; i++) {
      if (pass.weights[i] == 0) {
        surprisal[i] = pass.tape.surprisal()[i];
        continue;
      }
      double sum = 0;
      double target = 0;
      for (int v = 0; v < VOCABULARY; v++) {
        double logit = b[v];
        for (int h = 0; h < HIDDEN; h++) {
          logit += top[i * HIDDEN + h] * w[h * VOCABULARY + v];
        }
        sum += EXPECTED[v] == 0 ? 0 : Math.exp(logit) / EXPECTED[v];
        target = v == BATCH.token(i / 4, i % 4) ? logit : target;
      }
      surprisal[i] = Math.log(sum) - target;
    }
    Close.check("surprisal", pass.tape.surprisal(), surprisal, 1e-12);
  }

  @Test
  void wordsThatAreAbsentHaveNoGradient() {
    Pass pass = pass(0, false);
    pass.loss(everyWord());
    pass.loss(EXPECTED);
    var gradient = pass.generator.network();
    Matrix weight =
        AffineViews.of(ParameterViews.of(gradient, gradient.getGradientsViewArray()), "3_")
            .weight();
    for (int v = 0; v < VOCABULARY; v++) {
      double[] row = weight.rows(v, v + 1).toArray();
      assertThat(Arrays.stream(row).allMatch(x -> x == 0)).isEqualTo(EXPECTED[v] == 0);
    }
  }

  /** With every word among them it is the softmax over the vocabulary, on every kernel. */
  @ParameterizedTest
  @MethodSource("kernelsAndWindows")
  void withEveryWordItIsTheWholeSoftmax(KernelCases.Case implementation, int window) {
    for (boolean besideOthers : new boolean[] {false, true}) {
      Pass pass = new Pass(implementation.kernels(), implementation.type(), window, besideOthers);
      double tolerance = Close.tolerance(implementation.type());
      List<double[]> whole = whole(pass, window);
      double loss = pass.loss(everyWord());
      Close.check("loss", loss, whole.get(0)[0], tolerance);
      Close.check("gradient", Networks.gradient(pass.generator.network()), whole.get(1), tolerance);
      Close.check("surprisal", pass.tape.surprisal(), whole.get(2), tolerance);
    }
  }

  /**
   * Loss, gradient and surprisals of the softmax over the vocabulary; of padding, as they stand.
   */
  private static List<double[]> whole(Pass pass, int window) {
    GeneratorTape tape = pass.generator.tape(STEPS, pass.rows, window, false);
    tape.mask(BATCH.mask(pass.rows / 2));
    tape.start();
    pass.generator.run(
        tape,
        (step, row, output) -> {
          if (row < 2) {
            BATCH.emit(step, row, output);
          } else {
            output.emit((step + row) % VOCABULARY);
          }
        });
    double loss = 0;
    double[] surprisal = tape.surprisal().clone();
    for (int i = 0; i < surprisal.length; i++) {
      loss += pass.weights[i] * surprisal[i];
      boolean padding = i % pass.rows < 2 && pass.weights[i] == 0;
      surprisal[i] = padding ? pass.tape.surprisal()[i] : surprisal[i];
    }
    pass.generator.backward(tape, pass.weights, BehaviourGradients.NONE);
    List<double[]> results = new ArrayList<>();
    results.add(new double[] {loss});
    results.add(Networks.gradient(pass.generator.network()));
    results.add(surprisal);
    return results;
  }

  /** Slopes at the behaviour are added to those of the likelihood. */
  @Test
  void slopesAtTheBehaviourAreAdded() {
    Pass pass = pass(0, true);
    pass.loss(EXPECTED);
    double[] likelihood = Networks.gradient(pass.generator.network());
    double[] behaviour = withGradients(pass, new double[pass.weights.length]);
    double[] both = withGradients(pass, pass.weights);
    for (int i = 0; i < both.length; i++) {
      likelihood[i] += behaviour[i];
    }
    Close.check("gradient", both, likelihood, 1e-12);
  }

  private static double[] withGradients(Pass pass, double[] weights) {
    pass.run();
    Random random = new Random(8);
    List<Matrix> gradients =
        Stream.of(0, 1)
            .map(l -> KernelCases.random(random, DataType.DOUBLE, STEPS * 4, HIDDEN, 1))
            .toList();
    pass.generator.backward(
        pass.tape,
        weights,
        new SampledWords(EXPECTED),
        new BehaviourGradients(Behaviour.HIDDEN, gradients));
    return Networks.gradient(pass.generator.network());
  }

  @Test
  void rowsThatRunFreeHaveTheWholeSoftmax() {
    Pass pass = pass(0, true);
    double[][] sums = new double[STEPS][2];
    pass.tape.start();
    pass.generator.run(
        pass.tape,
        BATCH,
        (step, row, output) -> {
          for (int v = 0; v < VOCABULARY; v++) {
            sums[step][row - 2] += output.probabilities()[output.offset() + v];
          }
          output.emit(0);
        });
    for (double[] step : sums) {
      Close.check("sum of the probabilities", step, new double[] {1, 1}, 1e-12);
    }
  }

  @Test
  void thereAreNoProbabilitiesToHaveGradients() {
    Pass pass = pass(0, true);
    assertThatThrownBy(
            () ->
                pass.generator.backward(
                    pass.tape,
                    pass.weights,
                    new SampledWords(EXPECTED),
                    new BehaviourGradients(Behaviour.HIDDEN_AND_PROBABILITIES, List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
