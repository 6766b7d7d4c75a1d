package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.testing.Close;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Every implementation against the scalar one in double, at widths that break lanes and with all
 * dimensions different.
 */
class KernelsTest {
  private static final int STEPS = 4;
  private static final int SEQUENCES = 5;

  /**
   * Runs the same computation on an implementation and on the oracle, and compares all that it
   * returns.
   */
  private static void same(
      KernelCases.Case implementation,
      String what,
      BiFunction<Kernels, DataType, List<Matrix>> computation) {
    List<Matrix> actual = computation.apply(implementation.kernels(), implementation.type());
    List<Matrix> expected = computation.apply(KernelCases.oracle(), DataType.DOUBLE);
    double tolerance = implementation.type() == DataType.DOUBLE ? 1e-12 : 2e-5;
    for (int i = 0; i < expected.size(); i++) {
      Close.check(
          what + " result " + i, actual.get(i).toArray(), expected.get(i).toArray(), tolerance);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void multipliesInEveryTransposition(KernelCases.Case implementation) {
    for (int size : KernelCases.widths()) {
      for (int flags = 0; flags < 8; flags++) {
        boolean ta = (flags & 1) != 0;
        boolean tb = (flags & 2) != 0;
        boolean accumulate = (flags & 4) != 0;
        same(
            implementation,
            "multiply " + size + " " + flags,
            (kernels, type) -> {
              Random random = new Random(size);
              int m = size + 50;
              int k = size;
              int n = size + 2;
              Matrix a = padded(random, type, ta ? k : m, ta ? m : k);
              Matrix b = padded(random, type, tb ? n : k, tb ? k : n);
              Matrix c = padded(random, type, m, n);
              kernels.multiply(a, ta, b, tb, c, accumulate);
              return List.of(c);
            });
      }
    }
  }

  /** Of every shape of block; {@link #gathersFewRowsOfAWideProduct} has the rest. */
  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void multipliesSomeRowsOfEveryBlock(KernelCases.Case implementation) {
    for (int period : new int[] {2, 5, 300}) {
      for (int offset : new int[] {0, 1, period - 1}) {
        for (boolean accumulate : new boolean[] {false, true}) {
          same(
              implementation,
              "rows " + period + " " + offset + " " + accumulate,
              (kernels, type) -> someRows(kernels, type, period, offset, accumulate));
        }
      }
    }
  }

  @Test
  void gathersFewRowsOfAWideProduct() {
    Kernels kernels = KernelProvider.create(Kernel.VECTOR, DataType.FLOAT, 2);
    Random random = new Random(3);
    Matrix a = padded(random, DataType.FLOAT, 400, 1030);
    Matrix b = padded(random, DataType.FLOAT, 1030, 1030);
    Matrix whole = Matrix.zeros(DataType.FLOAT, 400, 1030);
    kernels.multiply(a, false, b, false, whole, false);
    Matrix some = Matrix.zeros(DataType.FLOAT, 400, 1030);
    kernels.multiplyRows(a, b, some, false, 4, 1);
    kernels.multiplyRows(a, b, some, true, 4, 1);
    double[] expected = whole.toArray();
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= i / 1030 % 4 == 0 ? 0 : 2;
    }
    Close.check("some rows, twice", some.toArray(), expected, 2e-5);
  }

  private static List<Matrix> someRows(
      Kernels kernels, DataType type, int period, int offset, boolean accumulate) {
    Random random = new Random(period);
    Matrix a = padded(random, type, 3 * period, 17);
    Matrix b = padded(random, type, 17, 17);
    Matrix c = padded(random, type, 3 * period, 17);
    kernels.multiplyRows(a, b, c, accumulate, period, offset);
    return List.of(c);
  }

  /** The middle of a larger matrix, so that rows are not next to each other. */
  private static Matrix padded(Random random, DataType type, int rows, int columns) {
    return KernelCases.random(random, type, rows + 2, columns + 3, 1)
        .rows(1, rows + 1)
        .columns(2, columns + 2);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void runsElementWiseOperations(KernelCases.Case implementation) {
    for (int width : KernelCases.widths()) {
      same(implementation, "elements " + width, (kernels, type) -> elements(kernels, type, width));
    }
  }

  private static List<Matrix> elements(Kernels kernels, DataType type, int width) {
    Random random = new Random(width);
    int rows = 6;
    Matrix x = padded(random, type, rows, width);
    Matrix bias = KernelCases.random(random, type, 1, width, 1);
    Matrix linear = KernelCases.copy(x, type);
    kernels.addBias(linear, bias);
    Matrix leaky = KernelCases.copy(x, type);
    kernels.addBias(leaky, bias, 0.2);
    kernels.addBias(x, bias, 0);
    Matrix dx = padded(random, type, rows, width);
    Matrix added = KernelCases.copy(dx, type);
    kernels.add(x, added);
    Matrix leakySlopes = KernelCases.copy(dx, type);
    kernels.reluBackward(leaky, leakySlopes, 0.2);
    kernels.reluBackward(x, dx, 0);
    Matrix sums = KernelCases.random(random, type, 1, width, 1);
    kernels.columnSums(dx, sums, false);
    Matrix more = KernelCases.random(random, type, 1, width, 1);
    kernels.columnSums(dx, more, true);
    Matrix bent = padded(random, type, rows, width);
    kernels.scaleColumns(bent, KernelCases.random(random, type, 1, width, 12));
    kernels.tanh(bent);
    Matrix bentSlopes = padded(random, type, rows, width);
    kernels.tanhBackward(bent, bentSlopes);
    // Most of it where a float is good enough, and some beyond the bound at which artanh is cut
    // off.
    Matrix curved = KernelCases.random(random, type, rows, width, 0.9);
    curved.array().putScalar(0, 0, 1.5);
    curved.array().putScalar(1, 0, -1);
    Matrix straightened = padded(random, type, rows, width);
    kernels.artanh(curved, straightened);
    Matrix straightSlopes = padded(random, type, rows, width);
    kernels.artanhBackward(curved, straightSlopes);
    Matrix products = KernelCases.random(random, type, 1, width, 1);
    kernels.columnProducts(bent, bentSlopes, products);
    Matrix dropped = padded(random, type, rows, width);
    kernels.scaleElements(dropped, padded(random, type, rows, width));
    Matrix scaled = padded(random, type, rows, width);
    kernels.scaleRows(scaled, new double[] {2, -3, 0.5});
    Matrix transposed = Matrix.zeros(type, width, rows);
    kernels.transpose(scaled, transposed);
    int[] symbols = {2, 3, 0, 3, 1, 1, 3};
    Matrix table = padded(random, type, 4, width);
    kernels.scatterAdd(x, symbols, 1, table);
    Matrix gathered = padded(random, type, 5, width);
    kernels.gather(table, symbols, 1, gathered);
    return List.of(
        x,
        linear,
        leaky,
        added,
        leakySlopes,
        dx,
        sums,
        more,
        bent,
        bentSlopes,
        straightened,
        straightSlopes,
        products,
        dropped,
        scaled,
        transposed,
        table,
        gathered);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void updatesByAdam(KernelCases.Case implementation) {
    for (int width : KernelCases.widths()) {
      same(implementation, "adam " + width, (kernels, type) -> adam(kernels, type, width));
    }
  }

  private static List<Matrix> adam(Kernels kernels, DataType type, int width) {
    Random random = new Random(width);
    Matrix parameters = KernelCases.random(random, type, 1, width, 1);
    Matrix gradient = KernelCases.random(random, type, 1, width, 1);
    Matrix mean = KernelCases.random(random, type, 1, width, 0.1);
    Matrix variance = Matrix.zeros(type, 1, width);
    variance
        .array()
        .assign(KernelCases.random(random, type, 1, width, 0.1).array())
        .muli(mean.array());
    variance.array().muli(variance.array());
    AdamStep step = new AdamStep(0.1, 0.9, 0.99, 1e-3, 3, 0.5);
    Matrix squares = Matrix.zeros(type, 1, 1);
    squares.write(new double[] {kernels.sumOfSquares(gradient)});
    kernels.adam(parameters, gradient, mean, variance, step);
    return List.of(parameters, mean, variance, squares);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void computesSoftmaxAndItsSlope(KernelCases.Case implementation) {
    for (int width : KernelCases.widths()) {
      same(implementation, "softmax " + width, (kernels, type) -> softmax(kernels, type, width));
    }
  }

  private static List<Matrix> softmax(Kernels kernels, DataType type, int width) {
    Random random = new Random(width);
    int rows = 3;
    // Wide enough that some probabilities underflow in float.
    Matrix logits = KernelCases.random(random, type, rows, width, 60);
    Matrix p = Matrix.zeros(type, rows, width);
    Matrix normalisers = Matrix.zeros(type, rows, 1);
    kernels.softmax(logits, p, normalisers);
    Matrix dp = KernelCases.random(random, type, rows, width, 1);
    int[] targets = {0, width - 1, width / 2};
    double[] weights = {0.5, 0, 2};
    Matrix both = Matrix.zeros(type, rows, width);
    kernels.softmaxBackward(p, dp, targets, weights, both);
    Matrix likelihood = Matrix.zeros(type, rows, width);
    kernels.softmaxBackward(p, null, targets, weights, likelihood);
    return List.of(p, normalisers, both, likelihood);
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void runsGruBothWaysWithMasks(KernelCases.Case implementation) {
    for (int hidden : KernelCases.widths()) {
      for (boolean reverse : new boolean[] {false, true}) {
        same(
            implementation,
            "gru " + hidden + " " + reverse,
            (kernels, type) -> gru(kernels, type, hidden, reverse, false));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void stepByStepIsTheSameAsAllSteps(KernelCases.Case implementation) {
    same(
        implementation,
        "gru in steps",
        (kernels, type) ->
            gru(
                kernels,
                type,
                17,
                false,
                type == implementation.type() && kernels == implementation.kernels()));
  }

  private static List<Matrix> gru(
      Kernels kernels, DataType type, int hidden, boolean reverse, boolean stepwise) {
    Random random = new Random(hidden);
    GruWeights weights =
        new GruWeights(
            KernelCases.random(random, type, 3 * hidden, 2, 0.5),
            KernelCases.random(random, type, 3 * hidden, hidden, 0.5),
            KernelCases.random(random, type, 1, 3 * hidden, 0.5),
            KernelCases.random(random, type, 1, 3 * hidden, 0.5));
    weights.refresh(kernels);
    GruTape tape = new GruTape(type, STEPS, SEQUENCES, hidden, reverse, STEPS);
    float[] mask = new float[STEPS * SEQUENCES];
    Arrays.fill(mask, 1);
    // The second sequence has two steps only.
    for (int t = 2; t < STEPS; t++) {
      mask[t * SEQUENCES + 1] = 0;
    }
    tape.mask(mask);
    tape.initialState()
        .array()
        .assign(KernelCases.random(random, type, SEQUENCES, hidden, 1).array());
    tape.gates()
        .array()
        .assign(KernelCases.random(random, type, STEPS * SEQUENCES, 3 * hidden, 5).array());
    if (stepwise) {
      for (int k = 0; k < STEPS; k++) {
        kernels.gruForward(weights, tape, k, k + 1, 0, 2);
        kernels.gruForward(weights, tape, k, k + 1, 2, SEQUENCES);
      }
    } else {
      kernels.gruForward(weights, tape, 0, STEPS, 0, SEQUENCES);
    }
    Matrix outputs = KernelCases.copy(tape.outputs(), type);
    Matrix slopes = KernelCases.random(random, type, STEPS * SEQUENCES, hidden, 1);
    kernels.gruBackward(weights, tape, tape.windows().get(0), slopes);
    return List.of(outputs, tape.gates(), tape.candidates(), tape.initialSlope());
  }

  @Test
  void theNumberOfThreadsChangesNoBit() {
    Kernels one = KernelProvider.create(Kernel.VECTOR, DataType.FLOAT, 1);
    Kernels three = KernelProvider.create(Kernel.VECTOR, DataType.FLOAT, 3);
    List<Matrix> expected = large(one);
    List<Matrix> actual = large(three);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(actual.get(i).toArray()).as("result " + i).isEqualTo(expected.get(i).toArray());
    }
  }

  private static List<Matrix> large(Kernels kernels) {
    Random random = new Random(7);
    Matrix a = KernelCases.random(random, DataType.FLOAT, 210, 300, 1);
    Matrix b = KernelCases.random(random, DataType.FLOAT, 300, 130, 1);
    Matrix c = Matrix.zeros(DataType.FLOAT, 210, 130);
    kernels.multiply(a, false, b, false, c, false);
    Matrix d = Matrix.zeros(DataType.FLOAT, 300, 130);
    kernels.multiply(a, true, c, false, d, true);
    return Stream.concat(Stream.of(c, d), wideGru(kernels).stream()).toList();
  }

  /** Seven sequences of 130 units, so that three threads have unequal shares of odd sizes. */
  private static List<Matrix> wideGru(Kernels kernels) {
    Random random = new Random(8);
    DataType type = DataType.FLOAT;
    int hidden = 130;
    int sequences = 7;
    GruWeights weights =
        new GruWeights(
            KernelCases.random(random, type, 3 * hidden, hidden, 0.2),
            KernelCases.random(random, type, 3 * hidden, hidden, 0.2),
            KernelCases.random(random, type, 1, 3 * hidden, 0.2),
            KernelCases.random(random, type, 1, 3 * hidden, 0.2));
    weights.refresh(kernels);
    GruTape tape = new GruTape(type, STEPS, sequences, hidden, false, STEPS);
    Matrix x = KernelCases.random(random, type, STEPS * sequences, hidden, 1);
    kernels.multiply(x, false, weights.input(), true, tape.gates(), false);
    kernels.forEachRowRange(
        sequences, (first, last) -> kernels.gruForward(weights, tape, 0, STEPS, first, last));
    Matrix outputs = KernelCases.copy(tape.outputs(), type);
    GruTape.Window all = tape.windows().get(0);
    kernels.gruBackward(weights, tape, all, x);
    GruWeights gradient =
        new GruWeights(
            Matrix.zeros(type, 3L * hidden, hidden),
            Matrix.zeros(type, 3L * hidden, hidden),
            Matrix.zeros(type, 1, 3L * hidden),
            Matrix.zeros(type, 1, 3L * hidden));
    gradient.writeGradient(kernels, tape, all, x);
    return List.of(
        outputs,
        tape.gates(),
        tape.initialSlope(),
        gradient.input(),
        gradient.recurrent(),
        gradient.inputBias(),
        gradient.recurrentBias());
  }
}
