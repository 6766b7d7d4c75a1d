package dev.lockstep.nn.kernel;

/**
 * The seam between what Lockstep computes and what computes it. Every operation works on row-major
 * matrices of one data type, which stay where the backend keeps them; only symbol numbers and
 * per-sequence scalars come from the host.
 *
 * <p>Implementations trust shapes: callers have checked them. An instance belongs to one training
 * or sampling process and may be used from the threads that {@link #forEachRowRange} runs, and from
 * no others at the same time.
 */
public interface Kernels {
  /**
   * Beyond this artanh is a constant, 3.8: near 1 it would multiply gradients without bound, and a
   * float's 1 is reached by states that are merely large.
   */
  double ARTANH_BOUND = 0.999;

  /** {@code vector}, {@code scalar} or {@code nd4j}, with the GEMM library where one was chosen. */
  String name();

  /**
   * Runs {@code body} over consecutive ranges of {@code 0 … rows}, side by side where the
   * implementation has threads.
   */
  void forEachRowRange(int rows, RowRange body);

  /**
   * {@code c = op(a)·op(b)}, or {@code c += op(a)·op(b)} where {@code accumulate}; op transposes
   * where asked.
   */
  void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate);

  /** A right factor for many products of few rows. */
  default PackedMatrix pack(Matrix b, boolean transpose) {
    return new PackedMatrix(b, transpose);
  }

  /** Renews copies, side by side where the implementation has threads. */
  default void repack(PackedMatrix... copies) {
    forEachRowRange(
        copies.length,
        (first, last) -> {
          for (int i = first; i < last; i++) {
            copies[i].repack();
          }
        });
  }

  /** {@code c = a·b}, or {@code c += a·b}. */
  default void multiply(Matrix a, PackedMatrix b, Matrix c, boolean accumulate) {
    multiply(a, false, b.source(), b.transposed(), c, accumulate);
  }

  /**
   * {@code c[i] = a[i]·b}, or {@code +=}, for the rows i with {@code i mod period >= offset}: some
   * sequences of time-major rows. Other rows of c are left as they are.
   *
   * @param offset from 0 to {@code period − 1}
   */
  void multiplyRows(Matrix a, Matrix b, Matrix c, boolean accumulate, int period, int offset);

  /** {@code to = from}. */
  void copy(Matrix from, Matrix to);

  /** {@code x = 0}. */
  void clear(Matrix x);

  /** {@code to = fromᵀ}. */
  void transpose(Matrix from, Matrix to);

  /** {@code to[i] = table[symbols[first + i]]} for each row i of {@code to}. */
  void gather(Matrix table, int[] symbols, int first, Matrix to);

  /** {@code table[symbols[first + i]] += rows[i]} for each row i, in order of i. */
  void scatterAdd(Matrix rows, int[] symbols, int first, Matrix table);

  /** {@code to += from}. */
  void add(Matrix from, Matrix to);

  /** {@code x[i] += bias}. */
  default void addBias(Matrix x, Matrix bias) {
    addBias(x, bias, 1);
  }

  /**
   * {@code x[i] += bias}, then {@code leak·x[i, j]} wherever that is below 0: ReLU where the leak
   * is 0, a leaky one where it is less than 1.
   */
  void addBias(Matrix x, Matrix bias, double leak);

  /**
   * {@code dy[i, j] *= leak} wherever {@code y[i, j] <= 0}: the gradient of a leaky ReLU, given its
   * output y.
   */
  void reluBackward(Matrix y, Matrix dy, double leak);

  /** {@code x[i, j] = tanh(x[i, j])}. */
  void tanh(Matrix x);

  /** {@code dy[i, j] *= 1 − y[i, j]²}: the gradient of tanh, given its output y. */
  void tanhBackward(Matrix y, Matrix dy);

  /**
   * {@code y[i, j] = artanh(x[i, j])}, x first cut off at ±{@link #ARTANH_BOUND}: what tanh was
   * given to make x.
   */
  void artanh(Matrix x, Matrix y);

  /**
   * {@code dy[i, j] /= 1 − x[i, j]²}, and 0 where x is cut off: the gradient at x of artanh, given
   * that at its output.
   */
  void artanhBackward(Matrix x, Matrix dy);

  /** {@code sums =} the sum of the rows of x, or {@code sums +=} it. */
  void columnSums(Matrix x, Matrix sums, boolean accumulate);

  /** {@code sums[j] = Σ_i x[i, j]·y[i, j]}. */
  void columnProducts(Matrix x, Matrix y, Matrix sums);

  /** {@code x[i, j] *= factors[i, j]}. */
  void scaleElements(Matrix x, Matrix factors);

  /** {@code x[i, j] *= factors[j]}. */
  void scaleColumns(Matrix x, Matrix factors);

  /** {@code x[i] *= factors[i mod factors.length]}: a factor per sequence of time-major rows. */
  void scaleRows(Matrix x, double[] factors);

  /**
   * Softmax of each row.
   *
   * @param logits [rows, V]
   * @param probabilities [rows, V], written
   * @param logNormalisers [rows, 1], written: {@code log Σ exp(logit)}
   */
  void softmax(Matrix logits, Matrix probabilities, Matrix logNormalisers);

  /**
   * Gradient at the logits of a loss that weighs the negative log-likelihood of a target and has
   * gradient dp at the probabilities: {@code dLogits = w·(p − e_target) + p ⊙ (dp − ⟨dp, p⟩)}.
   *
   * @param probabilities [rows, V]
   * @param gradProbabilities dp [rows, V], or null for none
   * @param targets the symbol of each row
   * @param weights w of each row
   * @param logits [rows, V], overwritten by the gradient
   */
  void softmaxBackward(
      Matrix probabilities,
      Matrix gradProbabilities,
      int[] targets,
      double[] weights,
      Matrix logits);

  /**
   * Steps {@code firstStep … lastStep} (exclusive, in the activations' own order of time) of a GRU
   * for rows {@code firstRow … lastRow}. The gates of the activations hold {@code W_i x} before and
   * the activations after. Steps that pass again leave the same bits.
   */
  void gruForward(
      GruWeights weights,
      GruActivations activations,
      int firstStep,
      int lastStep,
      int firstRow,
      int lastRow);

  /**
   * The steps of a segment backward; to be called for each of {@link GruActivations#segments}, in
   * their order. The gates of the activations are overwritten by the gradients at {@code W_h h +
   * b_h}, its candidates by those at {@code W_in x + b_in}, its {@link
   * GruActivations#gradInitialState} by the gradient at the state that the segment started from.
   * (The gradients at the other two thirds of {@code W_i x + b_i} are those at {@code W_h h +
   * b_h}.)
   *
   * @param gradOutput [the segment's rows, H] at the outputs, or null for zero
   */
  default void gruBackward(
      GruWeights weights,
      GruActivations activations,
      GruActivations.Segment segment,
      Matrix gradOutput) {
    if (segment.last()) {
      clear(activations.gradInitialState());
    }
    forEachRowRange(
        activations.sequences(),
        (first, last) ->
            gruBackward(
                weights,
                activations,
                segment.firstStep(),
                segment.lastStep(),
                first,
                last,
                gradOutput));
  }

  /**
   * Steps {@code firstStep … lastStep} (exclusive) of the segment whose gates are held, backward,
   * for rows {@code firstRow … lastRow}. The activations' {@link GruActivations#gradInitialState}
   * holds the gradient at the state that these steps end in, as far as later steps have one, and
   * after them that at the state they started from.
   *
   * @param gradOutput [the segment's rows, H] at the outputs, or null for zero
   */
  void gruBackward(
      GruWeights weights,
      GruActivations activations,
      int firstStep,
      int lastStep,
      int firstRow,
      int lastRow,
      Matrix gradOutput);

  /** The sum of the squares of all elements. */
  double sumOfSquares(Matrix x);

  /**
   * One step of Adam over flat vectors [1, n].
   *
   * @param mean the first moment, updated
   * @param variance the second moment, updated
   */
  void adam(Matrix parameters, Matrix gradient, Matrix mean, Matrix variance, AdamStep step);

  /** Work on rows {@code first … last} (exclusive). */
  @FunctionalInterface
  interface RowRange {
    void run(int first, int last);
  }
}
