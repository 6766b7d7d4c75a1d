package dev.lockstep.nn.kernel;

import org.nd4j.linalg.api.buffer.DataType;

/**
 * What one pass of a GRU layer over T steps of N sequences remembers, 5H numbers a step: allocated
 * once and reused by every pass of the same shape.
 *
 * <p>States stand one after another with the initial state at the end that the layer starts from,
 * so outputs and previous states are both contiguous [T·N, H] without a copy:
 *
 * <pre>
 *   forward in time:   h₋₁ h₀ h₁ … h_T₋₁        step t reads slot t,   writes slot t+1
 *   backward in time:  h₀ h₁ … h_T₋₁ h_T        step t reads slot t+1, writes slot t
 * </pre>
 */
public final class GruTape {
  private final int steps;
  private final int sequences;
  private final int hidden;
  private final boolean reverse;
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
   */
  public GruTape(DataType type, int steps, int sequences, int hidden, boolean reverse) {
    this.steps = steps;
    this.sequences = sequences;
    this.hidden = hidden;
    this.reverse = reverse;
    this.gates = Matrix.zeros(type, (long) steps * sequences, 3L * hidden);
    this.candidates = Matrix.zeros(type, (long) steps * sequences, hidden);
    this.states = Matrix.zeros(type, (steps + 1L) * sequences, hidden);
    this.initialSlope = Matrix.zeros(type, sequences, hidden);
  }

  /** Numbers that a tape of these sizes holds. */
  public static long size(long steps, long sequences, long hidden) {
    return steps * sequences * 5 * hidden + 2 * sequences * hidden;
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

  /** [T·N, 3H]: {@code W_i x}, then r, z, n, then the slopes at {@code W_h h + b_h}. */
  public Matrix gates() {
    return gates;
  }

  /** [T·N, H]: {@code W_hn h + b_hn}, then the slope at {@code W_in x + b_in}. */
  public Matrix candidates() {
    return candidates;
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

  /** The time index of the k-th step in the layer's own order. */
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
