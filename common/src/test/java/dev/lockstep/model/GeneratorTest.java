package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DiscriminatorSettings.Behaviour;
import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;

class GeneratorTest {
  private static final double TOLERANCE = 1e-9;
  private static final int VOCABULARY = 6;
  private static final int STEPS = 8;
  private static final int ROWS = 5;
  private static final int[] SYMBOLS = Layouts.randomSymbols(4, STEPS * ROWS, VOCABULARY);

  static Stream<Generator.Shape> shapes() {
    return Stream.of(
        new Generator.Shape(VOCABULARY, 4, 7, 1),
        new Generator.Shape(VOCABULARY, 0, 7, 1),
        new Generator.Shape(VOCABULARY, 4, 7, 2),
        new Generator.Shape(VOCABULARY, 0, 7, 2));
  }

  private static GeneratorTape teacherForced(Generator generator, int[] symbols, int rows) {
    GeneratorTape tape = generator.tape(symbols.length / rows, rows);
    tape.start();
    generator.run(tape, (step, row, p, offset) -> symbols[step * rows + row]);
    return tape;
  }

  private static double[] outputOfNetwork(
      MultiLayerNetwork network, Generator.Shape shape, int[] symbols, int rows) {
    int[] read = Layouts.shifted(symbols, rows, shape.vocabulary());
    return Layouts.timeMajor(network.output(Layouts.input(shape, read, rows)));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void probabilitiesAreThoseOfTheDl4jNetwork(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(2), 11);
    assertThat(generator.shape()).isEqualTo(shape);
    GeneratorTape tape = teacherForced(generator, SYMBOLS, ROWS);
    double[] expected = outputOfNetwork(generator.network(), shape, SYMBOLS, ROWS);
    Close.check("probabilities", tape.probabilities().toArray(), expected, TOLERANCE);
    double[] surprisal =
        IntStream.range(0, SYMBOLS.length)
            .mapToDouble(i -> -Math.log(expected[i * VOCABULARY + SYMBOLS[i]]))
            .toArray();
    Close.check("surprisal", tape.surprisal(), surprisal, TOLERANCE);
    assertThat(tape.outputs()).isEqualTo(SYMBOLS);
    assertThat(tape.inputs()).isEqualTo(Layouts.shifted(SYMBOLS, ROWS, VOCABULARY));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void hiddenStatesAreTheActivationsOfTheDl4jNetwork(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 12);
    GeneratorTape tape = teacherForced(generator, SYMBOLS, ROWS);
    int[] read = Layouts.shifted(SYMBOLS, ROWS, VOCABULARY);
    var activations =
        generator.network().feedForward(Layouts.input(shape, read, ROWS), /* train= */ false);
    int first = shape.embedding() > 0 ? 2 : 1;
    for (int l = 0; l < shape.layers(); l++) {
      INDArray expected = activations.get(first + l);
      Close.check("layer " + l, tape.hidden(l).toArray(), Layouts.timeMajor(expected), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void survivesDl4jsFile(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 13);
    MultiLayerNetwork restored = Networks.savedAndRestored(generator.network());
    Generator again = new Generator(restored, Networks.kernels(1));
    again.refresh();
    assertThat(again.shape()).isEqualTo(shape);
    double[] expected = teacherForced(generator, SYMBOLS, ROWS).probabilities().toArray();
    assertThat(teacherForced(again, SYMBOLS, ROWS).probabilities().toArray()).isEqualTo(expected);
    double[] output = outputOfNetwork(restored, shape, SYMBOLS, ROWS);
    Close.check("output of the restored network", output, expected, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void twoHalvesThatCarryOverEqualOnePass(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(2), 14);
    GeneratorTape whole = teacherForced(generator, SYMBOLS, ROWS);
    int half = SYMBOLS.length / 2;
    GeneratorTape tape = teacherForced(generator, Arrays.copyOf(SYMBOLS, half), ROWS);
    double[] expected = whole.probabilities().toArray();
    assertThat(tape.probabilities().toArray())
        .isEqualTo(Arrays.copyOf(expected, half * VOCABULARY));
    tape.carryOver();
    generator.run(tape, (step, row, p, offset) -> SYMBOLS[half + step * ROWS + row]);
    assertThat(tape.probabilities().toArray())
        .isEqualTo(Arrays.copyOfRange(expected, half * VOCABULARY, expected.length));
    assertThat(tape.inputs()).isEqualTo(Arrays.copyOfRange(whole.inputs(), half, SYMBOLS.length));
  }

  @Test
  void startForgetsThePassBefore() {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 4, 7, 2);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 15);
    GeneratorTape tape = teacherForced(generator, SYMBOLS, ROWS);
    double[] first = tape.probabilities().toArray().clone();
    generator.backward(tape, new double[SYMBOLS.length], BehaviourGradients.NONE);
    tape.carryOver();
    tape.start();
    generator.run(tape, (step, row, p, offset) -> SYMBOLS[step * ROWS + row]);
    assertThat(tape.probabilities().toArray()).isEqualTo(first);
  }

  /** The free-running source gets the very distribution that its symbol is then judged by. */
  @Test
  void sourceSeesTheProbabilitiesOfItsStepAndRow() {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 0, 7, 1);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(2), 16);
    GeneratorTape tape = generator.tape(STEPS, ROWS);
    tape.start();
    double[] seen = new double[STEPS * ROWS * VOCABULARY];
    generator.run(
        tape,
        (step, row, p, offset) -> {
          int at = step * ROWS + row;
          System.arraycopy(p, offset, seen, at * VOCABULARY, VOCABULARY);
          return likeliest(p, offset);
        });
    assertThat(tape.probabilities().toArray()).isEqualTo(seen);
    for (int i = 0; i < tape.outputs().length; i++) {
      assertThat(tape.outputs()[i]).isEqualTo(likeliest(seen, i * VOCABULARY));
    }
    GeneratorTape reread = teacherForced(generator, tape.outputs(), ROWS);
    assertThat(reread.probabilities().toArray()).isEqualTo(seen);
  }

  private static int likeliest(double[] p, int offset) {
    int best = 0;
    for (int v = 1; v < VOCABULARY; v++) {
      best = p[offset + v] > p[offset + best] ? v : best;
    }
    return best;
  }

  @ParameterizedTest
  @CsvSource({"-1", "6", "7"})
  void refusesASymbolOutsideTheVocabulary(int symbol) {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 0, 3, 1);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 17);
    GeneratorTape tape = generator.tape(2, 1);
    tape.start();
    assertThatThrownBy(() -> generator.run(tape, (step, row, p, offset) -> symbol))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining(Integer.toString(symbol));
  }

  static Stream<KernelCases.Case> kernels() {
    return KernelCases.inDouble();
  }

  /** Unequal lengths side by side, against each sequence in a batch of its own. */
  @ParameterizedTest
  @MethodSource("kernels")
  void paddingChangesNeitherSurprisalNorGradient(KernelCases.Case implementation) {
    for (Generator.Shape shape : shapes().toList()) {
      comparePaddedWithAlone(shape, implementation.kernels());
    }
  }

  private static void comparePaddedWithAlone(Generator.Shape shape, Kernels kernels) {
    Generator generator = Networks.randomGenerator(shape, kernels, 18);
    int[] lengths = {STEPS, 3, 1, 6, 7};
    double each = 1.0 / Arrays.stream(lengths).sum();
    float[] mask = Layouts.mask(STEPS, lengths);
    GeneratorTape tape = generator.tape(STEPS, ROWS);
    tape.mask(Optional.of(mask));
    tape.start();
    // Padding is random symbols here: whatever stands there, it must not count.
    generator.run(tape, (step, row, p, offset) -> SYMBOLS[step * ROWS + row]);
    double[] surprisal = tape.surprisal().clone();
    double[] weights = new double[mask.length];
    Arrays.setAll(weights, i -> mask[i] * each);
    generator.backward(tape, weights, BehaviourGradients.NONE);
    double[] together = Networks.gradient(generator.network());

    double[] sum = new double[together.length];
    for (int n = 0; n < ROWS; n++) {
      int row = n;
      int[] own = IntStream.range(0, lengths[n]).map(t -> SYMBOLS[t * ROWS + row]).toArray();
      GeneratorTape alone = teacherForced(generator, own, 1);
      for (int t = 0; t < lengths[n]; t++) {
        Close.check("surprisal", surprisal[t * ROWS + n], alone.surprisal()[t], TOLERANCE);
      }
      double[] share = new double[lengths[n]];
      Arrays.fill(share, each);
      generator.backward(alone, share, BehaviourGradients.NONE);
      double[] gradient = Networks.gradient(generator.network());
      Arrays.setAll(sum, i -> sum[i] + gradient[i]);
    }
    Close.check("gradient of " + shape, together, sum, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void behaviourStandsSideBySide(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 19);
    GeneratorTape tape = teacherForced(generator, SYMBOLS, ROWS);
    for (Behaviour kind : Behaviour.values()) {
      var parts = generator.behaviour(tape, kind);
      int columns = parts.stream().mapToInt(part -> part.columns()).sum();
      assertThat(columns).isEqualTo(Generator.behaviourWidth(shape, kind));
      for (int l = 0; l < shape.layers(); l++) {
        double[] hidden = tape.hidden(l).toArray();
        if (kind == Behaviour.PRE_TANH_AND_PROBABILITIES) {
          double[] back = Arrays.stream(parts.get(l).toArray()).map(Math::tanh).toArray();
          Close.check("tanh of what is seen of layer " + l, back, hidden, TOLERANCE);
        } else {
          assertThat(parts.get(l).toArray()).isEqualTo(hidden);
        }
      }
      assertThat(parts).hasSize(shape.layers() + (kind == Behaviour.HIDDEN ? 0 : 1));
    }
    var withProbabilities = generator.behaviour(tape, Behaviour.HIDDEN_AND_PROBABILITIES);
    assertThat(withProbabilities.get(shape.layers()).toArray())
        .isEqualTo(tape.probabilities().toArray());
    double[] input =
        generator.behaviour(tape, Behaviour.HIDDEN_AND_INPUT).get(shape.layers()).toArray();
    assertThat(input).isEqualTo(codes(generator, tape.inputs()));
  }

  private static double[] codes(Generator generator, int[] symbols) {
    Generator.Shape shape = generator.shape();
    int width = shape.embedding() > 0 ? shape.embedding() : shape.vocabulary() + 1;
    double[] codes = new double[symbols.length * width];
    for (int i = 0; i < codes.length; i++) {
      int symbol = symbols[i / width];
      codes[i] =
          shape.embedding() > 0
              ? generator.network().getParam("0_W").getDouble(symbol, i % width)
              : (symbol == i % width ? 1 : 0);
    }
    return codes;
  }
}
