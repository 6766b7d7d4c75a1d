package dev.lockstep.nn.kernel;

/**
 * The parameters of one GRU layer, or their gradient: views of the network's flat vector, gates in
 * the order reset, update, new.
 */
public final class GruWeights {
  private final Matrix input;
  private final Matrix recurrent;
  private final Matrix inputBias;
  private final Matrix recurrentBias;
  private Matrix gateBias;
  private PackedMatrix recurrentForward;
  private PackedMatrix recurrentBackward;

  /**
   * Views of parameters, or of a gradient.
   *
   * @param input W_i [3H, C]
   * @param recurrent W_h [3H, H]
   * @param inputBias b_i [1, 3H]
   * @param recurrentBias b_h [1, 3H]
   */
  public GruWeights(Matrix input, Matrix recurrent, Matrix inputBias, Matrix recurrentBias) {
    this.input = input;
    this.recurrent = recurrent;
    this.inputBias = inputBias;
    this.recurrentBias = recurrentBias;
  }

  /** W_i [3H, C]. */
  public Matrix input() {
    return input;
  }

  /** W_h [3H, H]. */
  public Matrix recurrent() {
    return recurrent;
  }

  /** b_i [1, 3H]. */
  public Matrix inputBias() {
    return inputBias;
  }

  /** b_h [1, 3H]. */
  public Matrix recurrentBias() {
    return recurrentBias;
  }

  /** H. */
  public int hidden() {
    return recurrent.columns();
  }

  /** [1, 4H]: b_ir + b_hr, b_iz + b_hz, b_in, b_hn, as {@link #repack} left it. */
  Matrix gateBias() {
    return gateBias;
  }

  /** W_hᵀ [H, 3H], as {@link #repack} left it. */
  PackedMatrix recurrentForward() {
    return recurrentForward;
  }

  /** W_h [3H, H], as {@link #repack} left it. */
  PackedMatrix recurrentBackward() {
    return recurrentBackward;
  }

  /** Renews what is derived from the parameters; to be called after they moved. */
  public void repack(Kernels kernels) {
    if (recurrentForward == null) {
      recurrentForward = kernels.pack(recurrent, true);
      recurrentBackward = kernels.pack(recurrent, false);
      gateBias = Matrix.zeros(recurrent.type(), 1, 4L * hidden());
    }
    int h = hidden();
    kernels.copy(inputBias, gateBias.columns(0, 3 * h));
    kernels.addBias(gateBias.columns(0, 2 * h), recurrentBias.columns(0, 2 * h));
    kernels.copy(recurrentBias.columns(2 * h, 3 * h), gateBias.columns(3 * h, 4 * h));
    kernels.repack(recurrentForward, recurrentBackward);
  }

  /**
   * Writes {@code W_i x} into the gates of activations of one segment.
   *
   * @param x [T·N, C], or fewer columns, which the first of W_i read
   */
  public void readInput(Kernels kernels, Matrix x, GruActivations activations) {
    kernels.multiply(x, false, input.columns(0, x.columns()), true, activations.gates(), false);
  }

  /**
   * Makes this the gradient of a pass, segment by segment: the last overwrites what was there, the
   * others add to it. To be called when {@link Kernels#gruBackward} has run through the segment.
   *
   * @param x the layer's input [T·N, C]
   */
  public void writeGradient(
      Kernels kernels, GruActivations activations, GruActivations.Segment segment, Matrix x) {
    writeRecurrentGradient(kernels, activations, segment);
    writeInputBiasGradient(kernels, activations, segment);
    writeInputGradient(kernels, activations, segment, 0, x);
  }

  /** Writes the gradient of W_h and b_h alone. */
  public void writeRecurrentGradient(
      Kernels kernels, GruActivations activations, GruActivations.Segment segment) {
    Matrix gates = activations.gates(segment);
    boolean add = !segment.last();
    kernels.multiply(gates, true, segment.of(activations.previousStates()), false, recurrent, add);
    kernels.columnSums(gates, recurrentBias, add);
  }

  /** Writes the gradient of b_i alone, once that of b_h is there. */
  public void writeInputBiasGradient(
      Kernels kernels, GruActivations activations, GruActivations.Segment segment) {
    int h = hidden();
    kernels.copy(recurrentBias.columns(0, 2 * h), inputBias.columns(0, 2 * h));
    kernels.columnSums(
        activations.candidates(segment), inputBias.columns(2 * h, 3 * h), !segment.last());
  }

  /**
   * Writes the gradient of some columns of W_i alone.
   *
   * @param column the first of them
   * @param x what they read, [T·N, columns]
   */
  public void writeInputGradient(
      Kernels kernels,
      GruActivations activations,
      GruActivations.Segment segment,
      int column,
      Matrix x) {
    int h = hidden();
    boolean add = !segment.last();
    Matrix slice = input.columns(column, column + x.columns());
    Matrix outer = activations.gates(segment).columns(0, 2 * h);
    kernels.multiply(outer, true, segment.of(x), false, slice.rows(0, 2 * h), add);
    Matrix candidates = activations.candidates(segment);
    kernels.multiply(candidates, true, segment.of(x), false, slice.rows(2 * h, 3 * h), add);
  }

  /**
   * A segment's gradients at some columns of the input, {@code dx = dG·W_i} or {@code dx +=}.
   *
   * @param firstSequence of those whose gradients are wanted; the rows of others are left as they
   *     are
   * @param column the first column of the input
   * @param dx [T·N, columns]; other segments' rows are left as they are
   */
  public void gradInput(
      Kernels kernels,
      GruActivations activations,
      GruActivations.Segment segment,
      int firstSequence,
      int column,
      Matrix dx,
      boolean accumulate) {
    int h = hidden();
    int n = activations.sequences();
    Matrix slice = input.columns(column, column + dx.columns());
    Matrix outer = activations.gates(segment).columns(0, 2 * h);
    Matrix rows = segment.of(dx);
    kernels.multiplyRows(outer, slice.rows(0, 2 * h), rows, accumulate, n, firstSequence);
    Matrix candidates = activations.candidates(segment);
    kernels.multiplyRows(candidates, slice.rows(2 * h, 3 * h), rows, true, n, firstSequence);
  }
}
