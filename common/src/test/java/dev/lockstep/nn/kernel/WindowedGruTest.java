package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Reference;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The GRU with a soft window: against {@code attention-window.json}, against itself in pieces, and
 * what it says of its memory.
 */
class WindowedGruTest {
  private static final Reference CASE = Reference.load("attention-window");
  private static final int STEPS = 5;
  private static final int SEQUENCES = 2;
  private static final int INPUT = 3;
  private static final int HIDDEN = 6;

  // Against the reference

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void matchesTheReference(KernelCases.Case implementation) {
    check(implementation, new int[] {0, 1, 2});
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  @DisplayName("fails when α and β are swapped")
  void failsWhenAlphaAndBetaAreSwapped(KernelCases.Case implementation) {
    assertThatThrownBy(() -> check(implementation, new int[] {1, 0, 2}))
        .isInstanceOf(AssertionError.class);
  }

  /** With α̂, β̂, κ̂ of the parameters in the given order. */
  private static void check(KernelCases.Case implementation, int[] order) {
    for (int window = 1; window <= STEPS; window++) {
      check(implementation, order, window);
    }
  }

  private static void check(KernelCases.Case implementation, int[] order, int windowSteps) {
    DataType type = implementation.type();
    GruWeights gru =
        new GruWeights(
            Matrix.of(CASE.array("params/W_ih", type)),
            Matrix.of(CASE.array("params/W_hh", type)),
            Matrix.ofVector(CASE.array("params/b_ih", type)),
            Matrix.ofVector(CASE.array("params/b_hh", type)));
    WindowedGruWeights weights =
        new WindowedGruWeights(
            gru,
            thirds("params/W_a", type, order, HIDDEN),
            Matrix.ofVector(thirds("params/b_a", type, order, 1).array()));
    Pass pass =
        new Pass(implementation.kernels(), weights, texts(), matrix("x", type), windowSteps);
    pass.forward();
    double tolerance = Close.tolerance(type);
    Close.check("h", pass.layer.outputs().toArray(), CASE.data("h"), tolerance);
    Close.check("w", pass.tape.windows().toArray(), CASE.data("w"), tolerance);
    checkPhi(pass, tolerance);

    pass.backward(matrix("dh", type), matrix("dw", type));
    WindowedGruWeights gradient = pass.gradient;
    Close.check("dx", pass.atInput.toArray(), CASE.data("grad/x"), tolerance);
    check("W_ih", gradient.gru().input(), tolerance);
    check("W_hh", gradient.gru().recurrent(), tolerance);
    check("b_ih", gradient.gru().inputBias(), tolerance);
    check("b_hh", gradient.gru().recurrentBias(), tolerance);
    check("W_a", gradient.window(), tolerance);
    check("b_a", gradient.windowBias(), tolerance);
  }

  private static void check(String name, Matrix gradient, double tolerance) {
    Close.check("d" + name, gradient.toArray(), CASE.data("grad/" + name), tolerance);
  }

  /** Of each row's own characters and, but for the longest, of the place after the last one. */
  private static void checkPhi(Pass pass, double tolerance) {
    double[] expected = CASE.data("phi");
    int longest = expected.length / STEPS / SEQUENCES;
    for (int n = 0; n < SEQUENCES; n++) {
      double[][] phi = pass.gru.phi(pass.tape, n);
      for (int t = 0; t < STEPS; t++) {
        int from = (t * SEQUENCES + n) * longest;
        double[] seen = Arrays.copyOf(phi[t], Math.min(phi[t].length, longest));
        double[] row = Arrays.copyOfRange(expected, from, from + seen.length);
        Close.check("phi of " + n + " at " + t, seen, row, tolerance);
      }
    }
  }

  private static int[][] texts() {
    int[] lengths = CASE.integers("lengths");
    int[] characters = CASE.integers("chars");
    int longest = characters.length / lengths.length;
    return IntStream.range(0, lengths.length)
        .mapToObj(n -> Arrays.copyOfRange(characters, n * longest, n * longest + lengths[n]))
        .toArray(int[][]::new);
  }

  private static Matrix matrix(String path, DataType type) {
    return Matrix.of(CASE.array(path, type).reshape('c', STEPS * SEQUENCES, -1));
  }

  private static Matrix thirds(String path, DataType type, int[] order, int columns) {
    double[] stored = CASE.data(path);
    int size = stored.length / 3;
    double[] arranged = new double[stored.length];
    for (int third = 0; third < 3; third++) {
      System.arraycopy(stored, order[third] * size, arranged, third * size, size);
    }
    return Matrix.of(
        Nd4j.createFromArray(arranged).castTo(type).reshape('c', stored.length / columns, columns));
  }

  // Against itself

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void stepsThatPassAgainLeaveTheSameGradient(int windowSteps) {
    Pass whole = Example.pass(DataType.DOUBLE, Example.STEPS);
    Pass pieces = Example.pass(DataType.DOUBLE, windowSteps);
    for (Pass pass : new Pass[] {whole, pieces}) {
      pass.forward();
      pass.backward(pass.random(1, Example.HIDDEN), pass.random(2, Example.SYMBOLS));
    }
    Close.same("h", pieces.layer.outputs().toArray(), whole.layer.outputs().toArray());
    Close.same("w", pieces.tape.windows().toArray(), whole.tape.windows().toArray());
    Close.check("dx", pieces.atInput.toArray(), whole.atInput.toArray(), 1e-13);
    double[] expected = whole.gradient.window().toArray();
    Close.check("dW_a", pieces.gradient.window().toArray(), expected, 1e-13);
  }

  @ParameterizedTest
  @MethodSource("types")
  void carryingOverIsOneLongPass(DataType type) {
    Pass whole = Example.pass(type, Example.STEPS);
    whole.forward();
    int half = Example.STEPS / 2;
    int rows = half * Example.LENGTHS.length;
    Pass part = Example.pass(type, whole.x.rows(0, rows), half);
    part.forward();
    part.layer.initialState().array().assign(part.layer.finalState().array());
    part.tape.carryOver();
    part.passOn(whole.x.rows(rows, 2 * rows));
    double[] states = whole.layer.outputs().rows(rows, 2 * rows).toArray();
    Close.same("h", part.layer.outputs().toArray(), states);
    double[] windows = whole.tape.windows().rows(rows, 2 * rows).toArray();
    Close.same("w", part.tape.windows().toArray(), windows);
    Close.same("kappa", part.tape.finalKappas(), whole.tape.finalKappas());
    double[][] phi = whole.gru.phi(whole.tape, 0);
    Close.check("phi", part.gru.phi(part.tape, 0)[half - 1], phi[2 * half - 1], 1e-6);

    part.tape.start();
    part.layer.initialState().array().assign(0);
    part.passOn(whole.x.rows(0, rows));
    Close.same("w", part.tape.windows().toArray(), whole.tape.windows().rows(0, rows).toArray());
  }

  private static Stream<DataType> types() {
    return Stream.of(DataType.DOUBLE, DataType.FLOAT);
  }

  @Test
  void maskedStepsCarryAllOver() {
    Pass pass = Example.pass(DataType.DOUBLE, Example.STEPS);
    pass.layer.mask(Layouts.mask(Example.STEPS, 6, 4, 2));
    pass.forward();
    int n = 2;
    for (int t = 2; t < Example.STEPS; t++) {
      int row = t * Example.LENGTHS.length + n;
      double[] before = pass.tape.previousWindows().rows(row, row + 1).toArray();
      assertThat(before).isNotEqualTo(new double[Example.SYMBOLS]);
      Close.same("w", pass.tape.windows().rows(row, row + 1).toArray(), before);
      assertThat(pass.tape.kappas()[pass.tape.kappaIndex(t, n)])
          .isEqualTo(pass.tape.kappas()[pass.tape.kappaIndex(1, n)]);
    }
  }

  @Test
  void whatLiesBeyondDoublePrecisionIsLeftOutExactly() {
    SoftWindow one = new SoftWindow(1);
    int[] text = IntStream.range(0, 50).toArray();
    double[] window = new double[50];
    double[] exponents = {Math.log(2), Math.log(3), 0};
    one.look(text, exponents, 0, new double[] {20.25}, 0, window, 0);
    double beta = Math.exp(exponents[1]);
    for (int u = 0; u < 50; u++) {
      double d = 20.25 - u;
      assertThat(window[u]).isEqualTo(Math.exp(exponents[0]) * Math.exp(-beta * d * d));
    }
    assertThat(window[5]).isPositive();
    assertThat(window[4]).isZero();
  }

  // Memory and mistakes

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 6})
  void bytesAreWhatIsAllocated(int windowSteps) {
    Pass pass = Example.pass(DataType.FLOAT, windowSteps);
    WindowTape tape = pass.tape;
    long numbers =
        tape.windows().array().length()
            + tape.initialWindow().array().length()
            + tape.windowSlope().array().length()
            + tape.exponents().array().length();
    long doubles = (long) tape.kappas().length + tape.kappaSlope().length;
    assertThat(
            WindowTape.bytes(
                4,
                Example.STEPS,
                Example.LENGTHS.length,
                windowSteps,
                Example.SYMBOLS,
                Example.COMPONENTS))
        .isEqualTo(4 * numbers + 8 * doubles);
  }

  @Test
  void refusesToStepWithoutAText() {
    Pass pass = Example.pass(DataType.DOUBLE, Example.STEPS);
    WindowTape without = pass.gru.tape(pass.layer);
    assertThatThrownBy(() -> pass.gru.step(without, 0, 0, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("call text(...) first");
  }

  @Test
  void refusesTextsThatDoNotFit() {
    WindowTape tape = Example.pass(DataType.DOUBLE, 1).tape;
    assertThatThrownBy(() -> tape.text(new int[2][1])).hasMessage("2 texts for 3 sequences");
    assertThatThrownBy(() -> tape.text(new int[][] {{0}, {1, Example.SYMBOLS}, {0}}))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesToGoBackInTime() {
    Pass pass = Example.pass(DataType.DOUBLE, 1);
    GruTape reverse = new GruTape(DataType.DOUBLE, 2, 3, Example.HIDDEN, true, 2);
    assertThatThrownBy(() -> pass.gru.tape(reverse)).hasMessageContaining("forward in time");
  }

  /** Random parameters and texts of lengths 4, 1 and 7, on the fastest kernels of a type. */
  private static final class Example {
    static final int[] LENGTHS = {4, 1, 7};
    static final int STEPS = 6;
    static final int HIDDEN = 7;
    static final int SYMBOLS = 5;
    static final int COMPONENTS = 3;

    static Pass pass(DataType type, int windowSteps) {
      Matrix x = KernelCases.random(new Random(4), type, STEPS * LENGTHS.length, INPUT, 1);
      return pass(type, x, windowSteps);
    }

    static Pass pass(DataType type, Matrix x, int windowSteps) {
      Random random = new Random(5);
      GruWeights gru =
          new GruWeights(
              KernelCases.random(random, type, 3 * HIDDEN, INPUT + SYMBOLS, 1),
              KernelCases.random(random, type, 3 * HIDDEN, HIDDEN, 1),
              KernelCases.random(random, type, 1, 3 * HIDDEN, 1),
              KernelCases.random(random, type, 1, 3 * HIDDEN, 1));
      WindowedGruWeights weights =
          new WindowedGruWeights(
              gru,
              KernelCases.random(random, type, 3 * COMPONENTS, HIDDEN, 1),
              KernelCases.random(random, type, 1, 3 * COMPONENTS, 1));
      int[][] texts =
          Arrays.stream(LENGTHS)
              .mapToObj(length -> random.ints(length, 0, SYMBOLS).toArray())
              .toArray(int[][]::new);
      Kernels kernels = KernelProvider.create(Kernel.AUTO, type, 2);
      return new Pass(kernels, weights, texts, x, windowSteps);
    }
  }

  /** One pass, forward and backward, as a training loop does it. */
  private static final class Pass {
    final Kernels kernels;
    final WindowedGruWeights weights;
    final WindowedGruWeights gradient;
    final WindowedGru gru;
    final GruTape layer;
    final WindowTape tape;
    final Matrix atInput;
    Matrix x;

    Pass(Kernels kernels, WindowedGruWeights weights, int[][] texts, Matrix x, int windowSteps) {
      DataType type = x.type();
      GruWeights shape = weights.gru();
      int symbols = shape.input().columns() - x.columns();
      this.kernels = kernels;
      this.weights = weights;
      this.x = x;
      this.gru = new WindowedGru(weights, symbols, kernels);
      this.layer =
          new GruTape(
              type, x.rows() / texts.length, texts.length, shape.hidden(), false, windowSteps);
      this.tape = gru.tape(layer);
      this.atInput = Matrix.zeros(type, x.rows(), x.columns());
      this.gradient =
          new WindowedGruWeights(
              new GruWeights(
                  filled(shape.input()),
                  filled(shape.recurrent()),
                  filled(shape.inputBias()),
                  filled(shape.recurrentBias())),
              filled(weights.window()),
              filled(weights.windowBias()));
      gru.refresh();
      tape.text(texts);
    }

    /** Full of ones, which a gradient must overwrite. */
    private static Matrix filled(Matrix like) {
      Matrix ones = Matrix.zeros(like.type(), like.rows(), like.columns());
      ones.array().assign(1);
      return ones;
    }

    Matrix random(long seed, int columns) {
      return KernelCases.random(new Random(seed), x.type(), x.rows(), columns, 1);
    }

    void forward() {
      tape.start();
      passOn(x);
    }

    void passOn(Matrix input) {
      x = input;
      kernels.forEachRowRange(
          layer.sequences(), (first, last) -> steps(0, layer.steps(), first, last));
    }

    private void steps(int from, int to, int first, int last) {
      Matrix weight = weights.gru().input().columns(0, x.columns());
      for (int t = from; t < to; t++) {
        int row = t * layer.sequences();
        Matrix rows = x.rows(row + first, row + last);
        kernels.multiply(rows, false, weight, true, layer.gates(t).rows(first, last), false);
        gru.step(tape, t, first, last);
      }
    }

    void backward(Matrix atStates, Matrix atWindows) {
      for (GruTape.Window held : layer.windows()) {
        if (!held.last()) {
          kernels.forEachRowRange(
              layer.sequences(),
              (first, last) -> steps(held.firstStep(), held.lastStep(), first, last));
        }
        gru.backward(tape, held, held.of(atStates), held.of(atWindows), gradient);
        gradient.gru().writeInputGradient(kernels, layer, held, 0, x);
        weights.gru().inputSlopes(kernels, layer, held, 0, 0, atInput, false);
      }
    }
  }
}
