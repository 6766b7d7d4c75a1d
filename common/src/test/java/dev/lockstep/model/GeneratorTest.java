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

  private static GeneratorActivations teacherForced(Generator generator, int[] symbols, int rows) {
    GeneratorActivations activations = generator.activations(symbols.length / rows, rows);
    activations.start();
    generator.run(activations, (step, row, p, offset) -> symbols[step * rows + row]);
    return activations;
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
    GeneratorActivations activations = teacherForced(generator, SYMBOLS, ROWS);
    double[] expected = outputOfNetwork(generator.network(), shape, SYMBOLS, ROWS);
    Close.check("probabilities", activations.probabilities().toArray(), expected, TOLERANCE);
    double[] nll =
        IntStream.range(0, SYMBOLS.length)
            .mapToDouble(i -> -Math.log(expected[i * VOCABULARY + SYMBOLS[i]]))
            .toArray();
    Close.check("nll", activations.nll(), nll, TOLERANCE);
    assertThat(activations.outputs()).isEqualTo(SYMBOLS);
    assertThat(activations.inputs()).isEqualTo(Layouts.shifted(SYMBOLS, ROWS, VOCABULARY));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void hiddenStatesAreTheActivationsOfTheDl4jNetwork(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 12);
    GeneratorActivations activations = teacherForced(generator, SYMBOLS, ROWS);
    int[] read = Layouts.shifted(SYMBOLS, ROWS, VOCABULARY);
    var layers =
        generator.network().feedForward(Layouts.input(shape, read, ROWS), /* train= */ false);
    int first = shape.embedding() > 0 ? 2 : 1;
    for (int l = 0; l < shape.layers(); l++) {
      INDArray expected = layers.get(first + l);
      Close.check(
          "layer " + l, activations.hidden(l).toArray(), Layouts.timeMajor(expected), TOLERANCE);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void survivesDl4jsFile(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 13);
    MultiLayerNetwork restored = Networks.savedAndRestored(generator.network());
    Generator again = new Generator(restored, Networks.kernels(1));
    again.parametersChanged();
    assertThat(again.shape()).isEqualTo(shape);
    double[] expected = teacherForced(generator, SYMBOLS, ROWS).probabilities().toArray();
    assertThat(teacherForced(again, SYMBOLS, ROWS).probabilities().toArray()).isEqualTo(expected);
    double[] output = outputOfNetwork(restored, shape, SYMBOLS, ROWS);
    Close.check("output of the restored network", output, expected, TOLERANCE);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void twoHalvesThatCarryTheStateEqualOnePass(Generator.Shape shape) {
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(2), 14);
    GeneratorActivations whole = teacherForced(generator, SYMBOLS, ROWS);
    int half = SYMBOLS.length / 2;
    GeneratorActivations activations = teacherForced(generator, Arrays.copyOf(SYMBOLS, half), ROWS);
    double[] expected = whole.probabilities().toArray();
    assertThat(activations.probabilities().toArray())
        .isEqualTo(Arrays.copyOf(expected, half * VOCABULARY));
    activations.carryState();
    generator.run(activations, (step, row, p, offset) -> SYMBOLS[half + step * ROWS + row]);
    assertThat(activations.probabilities().toArray())
        .isEqualTo(Arrays.copyOfRange(expected, half * VOCABULARY, expected.length));
    assertThat(activations.inputs())
        .isEqualTo(Arrays.copyOfRange(whole.inputs(), half, SYMBOLS.length));
  }

  @Test
  void startForgetsThePassBefore() {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 4, 7, 2);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(1), 15);
    GeneratorActivations activations = teacherForced(generator, SYMBOLS, ROWS);
    double[] first = activations.probabilities().toArray().clone();
    generator.backward(activations, new double[SYMBOLS.length], BehaviourGradients.NONE);
    activations.carryState();
    activations.start();
    generator.run(activations, (step, row, p, offset) -> SYMBOLS[step * ROWS + row]);
    assertThat(activations.probabilities().toArray()).isEqualTo(first);
  }

  /** The free-running source gets the very distribution that its symbol is then scored by. */
  @Test
  void sourceSeesTheProbabilitiesOfItsStepAndRow() {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 0, 7, 1);
    Generator generator = Networks.randomGenerator(shape, Networks.kernels(2), 16);
    GeneratorActivations activations = generator.activations(STEPS, ROWS);
    activations.start();
    double[] seen = new double[STEPS * ROWS * VOCABULARY];
    generator.run(
        activations,
        (step, row, p, offset) -> {
          int at = step * ROWS + row;
          System.arraycopy(p, offset, seen, at * VOCABULARY, VOCABULARY);
          return likeliest(p, offset);
        });
    assertThat(activations.probabilities().toArray()).isEqualTo(seen);
    for (int i = 0; i < activations.outputs().length; i++) {
      assertThat(activations.outputs()[i]).isEqualTo(likeliest(seen, i * VOCABULARY));
    }
    GeneratorActivations reread = teacherForced(generator, activations.outputs(), ROWS);
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
    GeneratorActivations activations = generator.activations(2, 1);
    activations.start();
    assertThatThrownBy(() -> generator.run(activations, (step, row, p, offset) -> symbol))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining(Integer.toString(symbol));
  }

  static Stream<KernelCases.Case> kernels() {
    return KernelCases.inDouble();
  }

  /** Unequal lengths side by side, against each sequence in a batch of its own. */
  @ParameterizedTest
  @MethodSource("kernels")
  void paddingChangesNeitherNllNorGradient(KernelCases.Case implementation) {
    for (Generator.Shape shape : shapes().toList()) {
      comparePaddedWithAlone(shape, implementation.kernels());
    }
  }

  private static void comparePaddedWithAlone(Generator.Shape shape, Kernels kernels) {
    Generator generator = Networks.randomGenerator(shape, kernels, 18);
    int[] lengths = {STEPS, 3, 1, 6, 7};
    double each = 1.0 / Arrays.stream(lengths).sum();
    float[] mask = Layouts.mask(STEPS, lengths);
    GeneratorActivations activations = generator.activations(STEPS, ROWS);
    activations.mask(Optional.of(mask));
    activations.start();
    // Padding is random symbols here: whatever stands there, it must not count.
    generator.run(activations, (step, row, p, offset) -> SYMBOLS[step * ROWS + row]);
    double[] nll = activations.nll().clone();
    double[] weights = new double[mask.length];
    Arrays.setAll(weights, i -> mask[i] * each);
    generator.backward(activations, weights, BehaviourGradients.NONE);
    double[] together = Networks.gradient(generator.network());

    double[] sum = new double[together.length];
    for (int n = 0; n < ROWS; n++) {
      int row = n;
      int[] own = IntStream.range(0, lengths[n]).map(t -> SYMBOLS[t * ROWS + row]).toArray();
      GeneratorActivations alone = teacherForced(generator, own, 1);
      for (int t = 0; t < lengths[n]; t++) {
        Close.check("nll", nll[t * ROWS + n], alone.nll()[t], TOLERANCE);
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
    GeneratorActivations activations = teacherForced(generator, SYMBOLS, ROWS);
    for (Behaviour kind : Behaviour.values()) {
      var parts = generator.behaviour(activations, kind);
      int columns = parts.stream().mapToInt(part -> part.columns()).sum();
      assertThat(columns).isEqualTo(Generator.behaviourWidth(shape, kind));
      for (int l = 0; l < shape.layers(); l++) {
        double[] hidden = activations.hidden(l).toArray();
        if (kind == Behaviour.PRE_TANH_AND_PROBABILITIES) {
          double[] back = Arrays.stream(parts.get(l).toArray()).map(Math::tanh).toArray();
          Close.check("tanh of what is seen of layer " + l, back, hidden, TOLERANCE);
        } else {
          assertThat(parts.get(l).toArray()).isEqualTo(hidden);
        }
      }
      assertThat(parts).hasSize(shape.layers() + (kind == Behaviour.HIDDEN ? 0 : 1));
    }
    var withProbabilities = generator.behaviour(activations, Behaviour.HIDDEN_AND_PROBABILITIES);
    assertThat(withProbabilities.get(shape.layers()).toArray())
        .isEqualTo(activations.probabilities().toArray());
    double[] input =
        generator.behaviour(activations, Behaviour.HIDDEN_AND_INPUT).get(shape.layers()).toArray();
    assertThat(input).isEqualTo(codes(generator, activations.inputs()));
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
