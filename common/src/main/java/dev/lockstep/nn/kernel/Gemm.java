package dev.lockstep.nn.kernel;

/** Row-major matrix multiplication on one thread; may be called from several at once. */
interface Gemm {
  /** {@code onednn} or {@code openblas}. */
  String name();

  /** {@code c = op(a)·op(b)}, or {@code +=}; shapes are the caller's care. */
  void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate);
}
