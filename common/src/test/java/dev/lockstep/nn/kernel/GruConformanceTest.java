package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import dev.lockstep.testing.Reference;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** The GRU against {@code gru.json}: outputs and every gradient. */
class GruConformanceTest {
  private static final Reference CASE = Reference.load("gru");
  private static final int STEPS = 6;
  private static final int SEQUENCES = 3;
  private static final int INPUT = 4;
  private static final int HIDDEN = 5;

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  void matchesTheReference(KernelCases.Case implementation) {
    check(implementation, new int[] {0, 1, 2});
  }

  @ParameterizedTest
  @MethodSource("dev.lockstep.nn.kernel.KernelCases#all")
  @DisplayName("fails when two gates are swapped")
  void failsWhenGatesAreSwapped(KernelCases.Case implementation) {
    assertThatThrownBy(() -> check(implementation, new int[] {1, 0, 2}))
        .isInstanceOf(AssertionError.class);
  }

  /** With the gates of the parameters in the given order. */
  private static void check(KernelCases.Case implementation, int[] gateOrder) {
    for (int segment = 1; segment <= STEPS; segment++) {
      check(implementation, gateOrder, segment);
    }
  }

  private static void check(KernelCases.Case implementation, int[] gateOrder, int segmentSteps) {
    Kernels kernels = implementation.kernels();
    DataType type = implementation.type();
    GruWeights weights =
        new GruWeights(
            gates("params/W_ih", type, gateOrder),
            gates("params/W_hh", type, gateOrder),
            Matrix.ofVector(gates("params/b_ih", type, gateOrder).array()),
            Matrix.ofVector(gates("params/b_hh", type, gateOrder).array()));
    weights.repack(kernels);
    GruActivations activations =
        new GruActivations(type, STEPS, SEQUENCES, HIDDEN, false, segmentSteps);
    activations.initialState().array().assign(CASE.array("h0", type));
    Matrix x = Matrix.of(CASE.array("x", type).reshape('c', STEPS * SEQUENCES, INPUT));
    for (int t = 0; t < STEPS; t++) {
      step(kernels, weights, activations, x, t);
    }
    double tolerance = Close.tolerance(type);
    Close.check("h", activations.outputs().toArray(), CASE.data("h"), tolerance);

    Matrix dh = Matrix.of(CASE.array("dh", type).reshape('c', STEPS * SEQUENCES, HIDDEN));
    GruWeights gradient =
        new GruWeights(
            Matrix.zeros(type, 3 * HIDDEN, INPUT),
            Matrix.zeros(type, 3 * HIDDEN, HIDDEN),
            Matrix.zeros(type, 1, 3 * HIDDEN),
            Matrix.zeros(type, 1, 3 * HIDDEN));
    Matrix dx = Matrix.zeros(type, STEPS * SEQUENCES, INPUT);
    for (GruActivations.Segment segment : activations.segments()) {
      for (int t = segment.firstStep(); t < segment.lastStep() && !segment.last(); t++) {
        step(kernels, weights, activations, x, t);
      }
      kernels.gruBackward(weights, activations, segment, segment.of(dh));
      gradient.writeGradient(kernels, activations, segment, x);
      weights.gradInput(kernels, activations, segment, 0, 0, dx, false);
    }
    Close.check("dx", dx.toArray(), CASE.data("grad/x"), tolerance);
    Close.check("dh0", activations.gradInitialState().toArray(), CASE.data("grad/h0"), tolerance);
    Close.check("dW_ih", gradient.input().toArray(), CASE.data("grad/W_ih"), tolerance);
    Close.check("dW_hh", gradient.recurrent().toArray(), CASE.data("grad/W_hh"), tolerance);
    Close.check("db_ih", gradient.inputBias().toArray(), CASE.data("grad/b_ih"), tolerance);
    Close.check("db_hh", gradient.recurrentBias().toArray(), CASE.data("grad/b_hh"), tolerance);
  }

  private static void step(
      Kernels kernels, GruWeights weights, GruActivations activations, Matrix x, int t) {
    Matrix row = x.rows(t * SEQUENCES, (t + 1) * SEQUENCES);
    kernels.multiply(row, false, weights.input(), true, activations.gates(t), false);
    kernels.forEachRowRange(
        SEQUENCES,
        (first, last) -> kernels.gruForward(weights, activations, t, t + 1, first, last));
  }

  private static Matrix gates(String path, DataType type, int[] order) {
    double[] stored = CASE.data(path);
    int size = stored.length / 3;
    double[] arranged = new double[stored.length];
    for (int gate = 0; gate < 3; gate++) {
      System.arraycopy(stored, order[gate] * size, arranged, gate * size, size);
    }
    long columns = Arrays.stream(CASE.shape(path)).skip(1).reduce(1, (a, b) -> a * b);
    return Matrix.of(
        Nd4j.createFromArray(arranged).castTo(type).reshape('c', stored.length / columns, columns));
  }
}
