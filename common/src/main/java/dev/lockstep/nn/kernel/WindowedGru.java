package dev.lockstep.nn.kernel;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A GRU that reads, beside x_t, what a soft window onto a text showed it at the step before (Graves
 * 2013, section 5.1), so that what it writes follows the text:
 *
 * <pre>
 *   h_t = GRU([x_t ; w_t₋₁], h_t₋₁)                 w₋₁ = 0
 *   (α̂, β̂, κ̂)_t = W_a h_t + b_a                     K numbers each
 *   α = exp(α̂)   β = exp(β̂)   κ_t = κ_t₋₁ + exp(κ̂)   κ₋₁ = 0
 *   φ_t(u) = Σ_k α_k exp(−β_k (κ_k − u)²)           u = 0 … U−1 (the paper counts from 1)
 *   w_t = Σ_u φ_t(u) one_hot(c_u)
 * </pre>
 *
 * At a masked step h, κ and w are carried over.
 *
 * <p>A pass sets {@link WindowActivations#text} and {@link WindowActivations#start} (or {@link
 * WindowActivations#carryState}), and for each step writes {@code W_ix x_t} into the gates and
 * calls {@link #step}. A backward pass calls {@link #backward} for each of {@link
 * GruActivations#segments}, in their order; before any other than the last, the window's steps pass
 * again and leave the same bits.
 */
public final class WindowedGru {
  private final WindowedGruWeights weights;
  private final int symbols;
  private final Kernels kernels;
  private final SoftWindow softWindow;
  private final PackedMatrix reading;
  private final PackedMatrix readingOuter;
  private final PackedMatrix readingCandidate;
  private final PackedMatrix looking;
  private final PackedMatrix lookingBackward;

  /**
   * A runner over parameters where they are.
   *
   * @param symbols C, width of the window
   */
  public WindowedGru(WindowedGruWeights weights, int symbols, Kernels kernels) {
    this.weights = weights;
    this.symbols = symbols;
    this.kernels = kernels;
    this.softWindow = new SoftWindow(weights.components());
    Matrix input = weights.gru().input();
    Matrix read = input.columns(input.columns() - symbols, input.columns());
    int h = weights.gru().hidden();
    this.reading = kernels.pack(read, true);
    this.readingOuter = kernels.pack(read.rows(0, 2 * h), false);
    this.readingCandidate = kernels.pack(read.rows(2 * h, 3 * h), false);
    this.looking = kernels.pack(weights.window(), true);
    this.lookingBackward = kernels.pack(weights.window(), false);
  }

  /**
   * Renews what is derived from the parameters, the GRU's included; to be called after they moved.
   */
  public void repack() {
    weights.gru().repack(kernels);
    kernels.repack(reading, readingOuter, readingCandidate, looking, lookingBackward);
  }

  /** Memory for the passes whose gates and states are on the given activations. */
  public WindowActivations activations(GruActivations layer) {
    return new WindowActivations(layer, symbols, weights.components());
  }

  /**
   * Step t for rows {@code first … last} (exclusive); threads take disjoint rows.
   *
   * @param activations the gates of whose layer hold {@code W_ix x_t} for these rows
   * @throws IllegalStateException if the activations have no text
   */
  public void step(WindowActivations activations, int t, int first, int last) {
    GruActivations layer = activations.layer();
    Matrix gates = layer.gates(t).rows(first, last);
    kernels.multiply(activations.previousWindow(t).rows(first, last), reading, gates, true);
    kernels.gruForward(weights.gru(), layer, t, t + 1, first, last);
    Matrix exponents = activations.exponents(t).rows(first, last);
    exponents(layer.output(t).rows(first, last), exponents);
    look(activations, t, first, last);
  }

  /** α̂, β̂, κ̂ of some states. */
  private void exponents(Matrix states, Matrix exponents) {
    kernels.multiply(states, looking, exponents, false);
    kernels.addBias(exponents, weights.windowBias());
  }

  private void look(WindowActivations activations, int t, int first, int last) {
    int width = 3 * weights.components();
    double[] exponents = read(activations.exponents(t).rows(first, last));
    double[] windows = read(activations.previousWindow(t).rows(first, last));
    double[] kappas = activations.kappas();
    for (int n = first; n < last; n++) {
      int before = activations.kappaIndex(t - 1, n);
      int after = activations.kappaIndex(t, n);
      if (activations.layer().masked(t, n)) {
        System.arraycopy(kappas, before, kappas, after, weights.components());
        continue;
      }
      int e = (n - first) * width;
      int w = (n - first) * symbols;
      Arrays.fill(windows, w, w + symbols, 0);
      softWindow.move(exponents, e, kappas, before, after);
      softWindow.look(activations.text(n), exponents, e, kappas, after, windows, w);
    }
    activations.window(t).rows(first, last).write(windows);
  }

  /**
   * A window of steps backward. What the layer's activations hold afterwards is what {@link
   * Kernels#gruBackward} leaves; the gradient of all parameters but the first I columns of W_i is
   * written as {@link GruWeights#writeGradient} does.
   *
   * @param steps whose gates are held
   * @param atStates [the window's rows, H] gradients at h, or null for zero
   * @param atWindows [the window's rows, C] gradients at w from outside this layer, or null for
   *     zero
   */
  public void backward(
      WindowActivations activations,
      GruActivations.Segment steps,
      Matrix atStates,
      Matrix atWindows,
      WindowedGruWeights gradient) {
    if (steps.last()) {
      kernels.clear(activations.layer().gradInitialState());
      kernels.clear(activations.gradWindow());
      Arrays.fill(activations.gradKappa(), 0);
    }
    kernels.forEachRowRange(
        activations.layer().sequences(),
        (first, last) -> {
          for (int t = steps.lastStep() - 1; t >= steps.firstStep(); t--) {
            lookBackward(activations, t, atWindows, first, last);
            stepBackward(activations, t, atStates, first, last);
          }
        });
    gradient.writeGradient(kernels, activations, steps);
  }

  /** From the gradient at w_t to those at κ_t₋₁ and at the exponents. */
  private void lookBackward(
      WindowActivations activations, int t, Matrix atWindows, int first, int last) {
    int width = 3 * weights.components();
    double[] gradWindow = read(activations.gradWindow().rows(first, last));
    if (atWindows != null) {
      int row = activations.layer().gateRow(t);
      double[] outside = read(atWindows.rows(row + first, row + last));
      Arrays.setAll(gradWindow, i -> gradWindow[i] + outside[i]);
    }
    double[] exponents = read(activations.exponents(t).rows(first, last));
    for (int n = first; n < last; n++) {
      int e = (n - first) * width;
      if (activations.layer().masked(t, n)) {
        Arrays.fill(exponents, e, e + width, 0);
        continue;
      }
      int w = (n - first) * symbols;
      int at = activations.kappaIndex(t, n);
      int s = n * weights.components();
      softWindow.backward(
          activations.text(n),
          exponents,
          e,
          activations.kappas(),
          at,
          gradWindow,
          w,
          activations.gradKappa(),
          s);
      Arrays.fill(gradWindow, w, w + symbols, 0);
    }
    activations.exponents(t).rows(first, last).write(exponents);
    // Of a masked row, what it carries to w_t₋₁; the others' comes through W_iw.
    activations.gradWindow().rows(first, last).write(gradWindow);
  }

  /** From the gradients at the exponents and at h_t to those at h_t₋₁ and at w_t₋₁. */
  private void stepBackward(
      WindowActivations activations, int t, Matrix atStates, int first, int last) {
    GruActivations layer = activations.layer();
    Matrix atState = layer.gradInitialState().rows(first, last);
    kernels.multiply(activations.exponents(t).rows(first, last), lookingBackward, atState, true);
    kernels.gruBackward(weights.gru(), layer, t, t + 1, first, last, atStates);
    Matrix outer = layer.gates(t).rows(first, last).columns(0, 2 * layer.hidden());
    Matrix atWindow = activations.gradWindow().rows(first, last);
    kernels.multiply(outer, readingOuter, atWindow, true);
    kernels.multiply(layer.candidates(t).rows(first, last), readingCandidate, atWindow, true);
  }

  /**
   * φ [T, U+1] of one row of the last pass: how much of each character each step saw; the last
   * column is what it would have seen of a character after the last one. A masked step shows what
   * the step before it saw.
   */
  public double[][] phi(WindowActivations activations, int row) {
    GruActivations layer = activations.layer();
    Matrix states = Matrix.zeros(layer.outputs().type(), layer.steps(), layer.hidden());
    for (int t = 0; t < layer.steps(); t++) {
      kernels.copy(layer.output(t).rows(row, row + 1), states.rows(t, t + 1));
    }
    int width = 3 * weights.components();
    Matrix exponents = Matrix.zeros(states.type(), layer.steps(), width);
    exponents(states, exponents);
    double[] values = read(exponents);
    // Seen through a text in which every character is another symbol, w is φ.
    int[] positions = IntStream.rangeClosed(0, activations.text(row).length).toArray();
    double[][] phi = new double[layer.steps()][positions.length];
    for (int t = 0; t < phi.length; t++) {
      int at = activations.kappaIndex(t, row);
      softWindow.look(positions, values, t * width, activations.kappas(), at, phi[t], 0);
    }
    return phi;
  }

  private static double[] read(Matrix x) {
    double[] values = new double[x.rows() * x.columns()];
    x.read(values);
    return values;
  }
}
