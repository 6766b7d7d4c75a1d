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
 * <p>The steps fall into {@link Segment}s of W, the last of them shorter where W does not divide T.
 * A forward pass leaves the gates of the last segment; a backward pass goes from segment to segment
 * and lets the steps of every other one pass again from the states that are there. With W = T there
 * is one segment and nothing is computed twice.
 */
public final class GruActivations {
  /**
   * Steps whose gates are held at the same time.
   *
   * @param firstStep in the layer's own order of time
   * @param lastStep exclusive
   * @param firstRow of the segment in matrices of T·N rows
   * @param lastRow exclusive
   * @param last whether a forward pass ends with this segment, so that its gates are there
   */
  public record Segment(int firstStep, int lastStep, int firstRow, int lastRow, boolean last) {
    /** The segment's rows of a matrix of T·N rows. */
    public Matrix of(Matrix x) {
      return x.rows(firstRow, lastRow);
    }
  }

  private final int steps;
  private final int sequences;
  private final int hidden;
  private final boolean reverse;
  private final int segmentSteps;
  private final List<Segment> segments;
  private final Matrix gates;
  private final Matrix candidates;
  private final Matrix states;
  private final Matrix gradInitialState;
  private float[] mask;

  /**
   * @param steps T
   * @param sequences N
   * @param hidden H
   * @param reverse whether the layer reads the sequence from its end
   * @param segmentSteps W, from 1 to T
   */
  public GruActivations(
      DataType type, int steps, int sequences, int hidden, boolean reverse, int segmentSteps) {
    this.steps = steps;
    this.sequences = sequences;
    this.hidden = hidden;
    this.reverse = reverse;
    this.segmentSteps = segmentSteps;
    this.segments = new ArrayList<>();
    for (int first = 0; first < steps; first += segmentSteps) {
      segments.add(segment(first));
    }
    Collections.reverse(segments);
    this.gates = Matrix.zeros(type, (long) segmentSteps * sequences, 3L * hidden);
    this.candidates = Matrix.zeros(type, (long) segmentSteps * sequences, hidden);
    this.states = Matrix.zeros(type, (steps + 1L) * sequences, hidden);
    this.gradInitialState = Matrix.zeros(type, sequences, hidden);
  }

  private Segment segment(int first) {
    int last = Math.min(first + segmentSteps, steps);
    int firstTime = reverse ? steps - last : first;
    int firstRow = firstTime * sequences;
    return new Segment(first, last, firstRow, firstRow + (last - first) * sequences, last == steps);
  }

  /** W of activations of T steps for which a segment is wished; 0 wishes all steps. */
  public static int segmentSteps(int steps, int wished) {
    return wished == 0 ? steps : Math.min(steps, wished);
  }

  /** Elements that activations of these sizes hold. */
  public static long size(long steps, long sequences, long hidden, long segmentSteps) {
    return (4 * segmentSteps + steps + 2) * sequences * hidden;
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

  /** All steps, in the order in which a backward pass goes through them: the last segment first. */
  public List<Segment> segments() {
    return Collections.unmodifiableList(segments);
  }

  /** [W·N, 3H]: {@code W_i x}, then r, z, n, then the gradients at {@code W_h h + b_h}. */
  public Matrix gates() {
    return gates;
  }

  /** Those of a segment, [its rows, 3H]. */
  public Matrix gates(Segment segment) {
    return gates.rows(0, segment.lastRow() - segment.firstRow());
  }

  /** Those of step t, [N, 3H]. */
  public Matrix gates(int t) {
    int row = gateRow(t);
    return gates.rows(row, row + sequences);
  }

  /** [W·N, H]: {@code W_hn h + b_hn}, then the gradient at {@code W_in x + b_in}. */
  public Matrix candidates() {
    return candidates;
  }

  /** Those of a segment, [its rows, H]. */
  public Matrix candidates(Segment segment) {
    return candidates.rows(0, segment.lastRow() - segment.firstRow());
  }

  /** Those of step t, [N, H]. */
  public Matrix candidates(int t) {
    int row = gateRow(t);
    return candidates.rows(row, row + sequences);
  }

  /** The row of the gates, and of the candidates, where step t begins. */
  int gateRow(int t) {
    int first = time(t) / segmentSteps * segmentSteps;
    int firstTime = reverse ? steps - Math.min(first + segmentSteps, steps) : first;
    return (t - firstTime) * sequences;
  }

  /** [N, H]: the state before the first step; the caller's to set. */
  public Matrix initialState() {
    return reverse ? slot(steps) : slot(0);
  }

  /** [N, H]: the gradient at the initial state, once the backward pass has run. */
  public Matrix gradInitialState() {
    return gradInitialState;
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
