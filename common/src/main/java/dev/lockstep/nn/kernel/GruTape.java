package dev.lockstep.nn.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of a GRU layer over T steps of N sequences remembers: the states of all steps, and
 * the gates, 4H numbers a step, of the W steps that passed last. Allocated once and reused by every
 * pass of the same shape.
 *
 * <p>States stand one after another with the initial state at the end that the layer starts from,
 * so outputs and previous states are both contiguous [T·N, H] without a copy:
 *
 * <pre>
 *   forward in time:   h₋₁ h₀ h₁ … h_T₋₁        step t reads slot t,   writes slot t+1
 *   backward in time:  h₀ h₁ … h_T₋₁ h_T        step t reads slot t+1, writes slot t
 * </pre>
 *
 * <p>The steps fall into {@link Window}s of W, the last of them shorter where W does not divide T.
 * A forward pass leaves the gates of the last window; a backward pass goes from window to window
 * and lets the steps of every other one pass again from the states that are there. With W = T there
 * is one window and nothing is computed twice.
 */
public final class GruTape {
  /**
   * Steps whose gates are held at the same time.
   *
   * @param firstStep in the layer's own order of time
   * @param lastStep exclusive
   * @param firstRow of the window in matrices of T·N rows
   * @param lastRow exclusive
   * @param last whether a forward pass ends with this window, so that its gates are there
   */
  public record Window(int firstStep, int lastStep, int firstRow, int lastRow, boolean last) {
    /** The window's rows of a matrix of T·N rows. */
    public Matrix of(Matrix x) {
      return x.rows(firstRow, lastRow);
    }
  }

  private final int steps;
  private final int sequences;
  private final int hidden;
  private final boolean reverse;
  private final int windowSteps;
  private final List<Window> windows;
  private final Matrix gates;
  private final Matrix candidates;
  private final Matrix states;
  private final Matrix initialSlope;
  private float[] mask;

  /**
   * @param steps T
   * @param sequences N
   * @param hidden H
   * @param reverse whether the layer reads the sequence from its end
   * @param windowSteps W, from 1 to T
   */
  public GruTape(
      DataType type, int steps, int sequences, int hidden, boolean reverse, int windowSteps) {
    this.steps = steps;
    this.sequences = sequences;
    this.hidden = hidden;
    this.reverse = reverse;
    this.windowSteps = windowSteps;
    this.windows = new ArrayList<>();
    for (int first = 0; first < steps; first += windowSteps) {
      windows.add(window(first));
    }
    Collections.reverse(windows);
    this.gates = Matrix.zeros(type, (long) windowSteps * sequences, 3L * hidden);
    this.candidates = Matrix.zeros(type, (long) windowSteps * sequences, hidden);
    this.states = Matrix.zeros(type, (steps + 1L) * sequences, hidden);
    this.initialSlope = Matrix.zeros(type, sequences, hidden);
  }

  private Window window(int first) {
    int last = Math.min(first + windowSteps, steps);
    int firstTime = reverse ? steps - last : first;
    int firstRow = firstTime * sequences;
    return new Window(first, last, firstRow, firstRow + (last - first) * sequences, last == steps);
  }

  /** W of a tape of T steps for which a window is wished; 0 wishes all steps. */
  public static int windowSteps(int steps, int wished) {
    return wished == 0 ? steps : Math.min(steps, wished);
  }

  /** Numbers that a tape of these sizes holds. */
  public static long size(long steps, long sequences, long hidden, long windowSteps) {
    return (4 * windowSteps + steps + 2) * sequences * hidden;
  }

  /**
   * Sets which steps are real: at a masked step the state is carried over unchanged.
   *
   * @param mask [T·N] of 0 and 1, or null for all real; kept, not copied
   */
  public void mask(float[] mask) {
    if (mask != null && mask.length != steps * sequences) {
      throw new IllegalArgumentException(
          "a mask of " + mask.length + " for " + steps + " steps of " + sequences + " sequences");
    }
    this.mask = mask;
  }

  float[] mask() {
    return mask;
  }

  boolean masked(int t, int sequence) {
    return mask != null && mask[t * sequences + sequence] == 0;
  }

  public int steps() {
    return steps;
  }

  public int sequences() {
    return sequences;
  }

  public int hidden() {
    return hidden;
  }

  public boolean reverse() {
    return reverse;
  }

  /** All steps, in the order in which a backward pass goes through them: the last window first. */
  public List<Window> windows() {
    return Collections.unmodifiableList(windows);
  }

  /** [W·N, 3H]: {@code W_i x}, then r, z, n, then the slopes at {@code W_h h + b_h}. */
  public Matrix gates() {
    return gates;
  }

  /** Those of a window, [its rows, 3H]. */
  public Matrix gates(Window window) {
    return gates.rows(0, window.lastRow() - window.firstRow());
  }

  /** Those of step t, [N, 3H]. */
  public Matrix gates(int t) {
    int row = gateRow(t);
    return gates.rows(row, row + sequences);
  }

  /** [W·N, H]: {@code W_hn h + b_hn}, then the slope at {@code W_in x + b_in}. */
  public Matrix candidates() {
    return candidates;
  }

  /** Those of a window, [its rows, H]. */
  public Matrix candidates(Window window) {
    return candidates.rows(0, window.lastRow() - window.firstRow());
  }

  /** Those of step t, [N, H]. */
  public Matrix candidates(int t) {
    int row = gateRow(t);
    return candidates.rows(row, row + sequences);
  }

  /** The row of the gates, and of the candidates, where step t begins. */
  int gateRow(int t) {
    int first = time(t) / windowSteps * windowSteps;
    int firstTime = reverse ? steps - Math.min(first + windowSteps, steps) : first;
    return (t - firstTime) * sequences;
  }

  /** [N, H]: the state before the first step; the caller's to set. */
  public Matrix initialState() {
    return reverse ? slot(steps) : slot(0);
  }

  /** [N, H]: the slope at the initial state, once the backward pass has run. */
  public Matrix initialSlope() {
    return initialSlope;
  }

  /** [N, H]: the state after the last step in the layer's own order of time. */
  public Matrix finalState() {
    return reverse ? slot(0) : slot(steps);
  }

  /** [T·N, H]: the state after each step. */
  public Matrix outputs() {
    return reverse ? slots(0, steps) : slots(1, steps + 1);
  }

  /** [T·N, H]: the state that each step read. */
  public Matrix previousStates() {
    return reverse ? slots(1, steps + 1) : slots(0, steps);
  }

  /** The state after step t, [N, H]. */
  public Matrix output(int t) {
    return reverse ? slot(t) : slot(t + 1);
  }

  /** The state that step t reads, [N, H]. */
  public Matrix previous(int t) {
    return reverse ? slot(t + 1) : slot(t);
  }

  /** The time index of the k-th step in the layer's own order; and the other way round. */
  public int time(int k) {
    return reverse ? steps - 1 - k : k;
  }

  private Matrix slot(int k) {
    return slots(k, k + 1);
  }

  private Matrix slots(int from, int to) {
    return states.rows(from * sequences, to * sequences);
  }
}
