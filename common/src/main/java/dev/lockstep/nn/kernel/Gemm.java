package dev.lockstep.nn.kernel;

/** Row-major matrix multiplication on one thread; may be called from several at once. */
interface Gemm {
  /** {@code onednn} or {@code openblas}. */
  String name();

  /** {@code c = op(a)·op(b)}, or {@code +=}; shapes are the caller's care. */
  void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate);

  /** Prepares {@code b}, or its transpose, for being the right factor of many products. */
  default PackedMatrix pack(Matrix b, boolean transpose) {
    return new PackedMatrix(b, transpose);
  }

  /** {@code c = a·b}, or {@code +=}. */
  default void multiply(Matrix a, PackedMatrix b, Matrix c, boolean accumulate) {
    multiply(a, false, b.source(), b.transposed(), c, accumulate);
  }
}
