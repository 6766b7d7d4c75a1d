package dev.lockstep.nn.kernel;

import java.nio.ByteBuffer;

/**
 * Element-wise work on rows of host memory, the part of the CPU kernels that exists in scalar and
 * vector form. Offsets are element indices; nothing is checked here.
 */
public interface RowOps {
  /** {@code scalar} or {@code vector}. */
  String name();

  /**
   * One row of a GRU step: {@code r = σ(a_r + u_r + b_r)}, {@code z} likewise, {@code c = u_n +
   * b_c}, {@code n = tanh(a_n + b_n + r c)}, {@code h' = (1−z) n + z h}.
   *
   * @param gates a before, (r, z, n) after, 3H from {@code g}
   * @param recurrent u = W_h h, 3H from {@code u}
   * @param bias (b_r, b_z, b_n, b_c), 4H from {@code b}
   * @param candidates c, H from {@code c}
   * @param states h from {@code previous}, h' from {@code next}
   */
  void gruForward(
      ByteBuffer gates,
      int g,
      ByteBuffer recurrent,
      int u,
      ByteBuffer bias,
      int b,
      ByteBuffer candidates,
      int c,
      ByteBuffer states,
      int previous,
      int next,
      int hidden);

  /**
   * One row of a GRU step backward.
   *
   * @param gates (r, z, n) before, the gradients at u + b_h after
   * @param candidates c before, the gradient at a_n after
   * @param states h from {@code previous}
   * @param carry gradient at h' that came from later steps; after, the part of the gradient at h
   *     that does not pass through W_h
   * @param gradOutput gradient at h' from outside, or null
   */
  void gruBackward(
      ByteBuffer gates,
      int g,
      ByteBuffer candidates,
      int c,
      ByteBuffer states,
      int previous,
      ByteBuffer carry,
      int k,
      ByteBuffer gradOutput,
      int s,
      int hidden);

  /** {@code y += x}. */
  void add(ByteBuffer x, int i, ByteBuffer y, int j, int count);

  /**
   * {@code y +=} each of {@code rows} rows of x, in their order; {@code stride} from one to the
   * next.
   */
  void addRows(ByteBuffer x, int i, int stride, int rows, ByteBuffer y, int j, int count);

  /** {@code x += bias}, then {@code x *= leak} where it is below 0. */
  void addBias(ByteBuffer x, int i, ByteBuffer bias, int b, int count, double leak);

  /** {@code dy *= leak} where {@code y <= 0}. */
  void reluBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count, double leak);

  /** {@code y = artanh(x)}, x cut off at ±{@link Kernels#ARTANH_BOUND}. */
  void artanh(ByteBuffer x, int i, ByteBuffer y, int j, int count);

  /** {@code dy /= 1 − x²}, and 0 where x is cut off. */
  void artanhBackward(ByteBuffer x, int i, ByteBuffer dy, int j, int count);

  /** {@code x = tanh(x)}. */
  void tanh(ByteBuffer x, int i, int count);

  /** {@code dy *= 1 − y²}. */
  void tanhBackward(ByteBuffer y, int i, ByteBuffer dy, int j, int count);

  /** {@code sums += x ⊙ y}. */
  void addProducts(ByteBuffer x, int i, ByteBuffer y, int j, ByteBuffer sums, int s, int count);

  /** {@code x = x ⊙ factors}. */
  void multiply(ByteBuffer x, int i, ByteBuffer factors, int j, int count);

  /** {@code x *= factor}. */
  void scale(ByteBuffer x, int i, int count, double factor);

  /**
   * Softmax of one row.
   *
   * @return the log-normaliser
   */
  double softmax(ByteBuffer logits, int i, ByteBuffer probabilities, int j, int count);

  /** The sum of squares. */
  double sumOfSquares(ByteBuffer x, int i, int count);

  /**
   * Adam on a stretch of parameters.
   *
   * @param p parameters, updated
   * @param g gradient
   * @param m first moment, updated
   * @param v second moment, updated
   */
  void adam(
      ByteBuffer p,
      int i,
      ByteBuffer g,
      int j,
      ByteBuffer m,
      int k,
      ByteBuffer v,
      int l,
      int count,
      AdamStep step);

  /**
   * {@code d = w·p + p ⊙ (dp − ⟨dp, p⟩)}, with dp absent where {@code gradProbabilities} is null.
   */
  void softmaxBackward(
      ByteBuffer p,
      int i,
      ByteBuffer gradProbabilities,
      int j,
      double weight,
      ByteBuffer d,
      int k,
      int count);
}
