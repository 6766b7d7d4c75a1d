package dev.lockstep.nn.kernel;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What a pass of a {@link WindowedGru} remembers beside its {@link GruActivations}: the texts, w
 * and κ of all steps, and α̂, β̂, κ̂ of the steps whose gates are held. κ stays in double on the
 * host: it is a sum over all steps.
 *
 * <p>C symbols, K components, U_n characters of row n. As on the GRU's activations the initial
 * values come first, so step t reads slot t and writes slot t+1.
 */
public final class WindowActivations {
  private final GruActivations layer;
  private final int symbols;
  private final int components;
  private final Matrix windows;
  private final Matrix exponents;
  private final Matrix gradWindow;
  private final double[] kappas;
  private final double[] gradKappa;
  private int[][] text;

  /**
   * Memory beside a layer's.
   *
   * @param symbols C
   * @param components K
   */
  public WindowActivations(GruActivations layer, int symbols, int components) {
    if (layer.reverse()) {
      throw new IllegalArgumentException("a window moves forward in time: reverse is not for it");
    }
    this.layer = layer;
    this.symbols = symbols;
    this.components = components;
    int n = layer.sequences();
    DataType type = layer.gates().type();
    this.windows = Matrix.zeros(type, (layer.steps() + 1L) * n, symbols);
    this.exponents = Matrix.zeros(type, layer.gates().rows(), 3L * components);
    this.gradWindow = Matrix.zeros(type, n, symbols);
    this.kappas = new double[(layer.steps() + 1) * n * components];
    this.gradKappa = new double[n * components];
  }

  /**
   * Bytes of activations of these sizes, {@code width} a number, the GRU's own activations not
   * counted.
   */
  public static long bytes(
      long width, long steps, long sequences, long segmentSteps, long symbols, long components) {
    long numbers = (steps + 2) * symbols + 3 * segmentSteps * components;
    return sequences * (width * numbers + Double.BYTES * (steps + 2) * components);
  }

  /**
   * Sets the text of each row; to be called before the first pass, and where the texts change.
   *
   * @param text symbols 0 … C−1 of N rows, each as long as it is; kept, not copied
   */
  public void text(int[][] text) {
    if (text.length != layer.sequences()) {
      throw new IllegalArgumentException(
          text.length + " texts for " + layer.sequences() + " sequences");
    }
    for (int[] row : text) {
      for (int symbol : row) {
        Objects.checkIndex(symbol, symbols);
      }
    }
    this.text = text;
  }

  /** Makes every row start before its text: κ = 0 and w = 0. */
  public void start() {
    start(0, layer.sequences());
  }

  /** Makes rows {@code first … last} (exclusive) start at the beginning of their texts. */
  public void start(int first, int last) {
    Arrays.fill(kappas, first * components, last * components, 0);
    initialWindow().rows(first, last).array().assign(0);
  }

  /** Makes the next pass go on where this one ended. */
  public void carryState() {
    carryState(0, layer.sequences());
  }

  /**
   * Makes rows {@code first … last} (exclusive) go on in the next pass from where this one ended.
   */
  public void carryState(int first, int last) {
    int end = kappaIndex(layer.steps() - 1, first);
    System.arraycopy(kappas, end, kappas, first * components, (last - first) * components);
    Matrix start = initialWindow().rows(first, last);
    start.array().assign(finalWindow().rows(first, last).array());
  }

  /**
   * Makes row i of the next pass, of the first so many, go on where row {@code from[i]} ended,
   * which has the same text.
   */
  public void goOn(Kernels kernels, int rows, int[] from) {
    for (int row = 0; row < rows; row++) {
      int end = kappaIndex(layer.steps() - 1, from[row]);
      System.arraycopy(kappas, end, kappas, row * components, components);
    }
    kernels.gather(finalWindow(), from, 0, initialWindow().rows(0, rows));
  }

  /** Sets κ before the first step, [N·K]; {@link #start} sets 0. */
  public void kappas(double[] initial) {
    System.arraycopy(initial, 0, kappas, 0, gradKappa.length);
  }

  /** κ after the last step, [N·K]. */
  public double[] finalKappas() {
    return Arrays.copyOfRange(kappas, kappas.length - gradKappa.length, kappas.length);
  }

  /** [N, C]: w before the first step; {@link #start} sets 0. */
  public Matrix initialWindow() {
    return previousWindow(0);
  }

  /** [N, C]: w after the last step. */
  public Matrix finalWindow() {
    return window(layer.steps() - 1);
  }

  /** [T·N, C]: w after each step. */
  public Matrix windows() {
    return windows.rows(layer.sequences(), windows.rows());
  }

  /** [T·N, C]: the w that each step read. */
  Matrix previousWindows() {
    return windows.rows(0, windows.rows() - layer.sequences());
  }

  /** [N, C]: w after step t. */
  Matrix window(int t) {
    return previousWindow(t + 1);
  }

  /** [N, C]: the w that step t reads. */
  Matrix previousWindow(int t) {
    return windows.rows(t * layer.sequences(), (t + 1) * layer.sequences());
  }

  /** [N, C]: the gradient at the w that came last while a pass goes backward. */
  Matrix gradWindow() {
    return gradWindow;
  }

  /** [W·N, 3K]: α̂, β̂, κ̂, then the gradients at them. */
  Matrix exponents() {
    return exponents;
  }

  /** Those of a window of steps, [its rows, 3K]. */
  Matrix exponents(GruActivations.Segment steps) {
    return exponents.rows(0, steps.lastRow() - steps.firstRow());
  }

  /** Those of step t, [N, 3K]. */
  Matrix exponents(int t) {
    int row = layer.gateRow(t);
    return exponents.rows(row, row + layer.sequences());
  }

  /** κ of all steps, [(T+1)·N·K]. */
  double[] kappas() {
    return kappas;
  }

  /** Where κ begins that row n has after step t; after step −1 for the initial one. */
  int kappaIndex(int t, int n) {
    return ((t + 1) * layer.sequences() + n) * components;
  }

  /** [N·K]: the gradient at κ. */
  double[] gradKappa() {
    return gradKappa;
  }

  int components() {
    return components;
  }

  int symbols() {
    return symbols;
  }

  GruActivations layer() {
    return layer;
  }

  int[] text(int n) {
    if (text == null) {
      throw new IllegalStateException("no text for the window to look at: call text(...) first");
    }
    return text[n];
  }
}
