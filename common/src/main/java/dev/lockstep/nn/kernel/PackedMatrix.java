package dev.lockstep.nn.kernel;

/**
 * The right factor of many products, as one implementation of {@link Kernels} reads it fastest:
 * where that is another layout than the matrix's own, a copy, which {@link #repack} renews.
 *
 * <p>oneDNN's blocked layout is worth most to few rows of wide weights: 16×1024×3072 on one core
 * ran at 112 GFLOP/s, against 91 from a plain transposed copy and 35 from the weight as it lies.
 */
public class PackedMatrix {
  private final Matrix source;
  private final boolean transposed;

  /** The matrix itself, or its transpose: no copy. */
  PackedMatrix(Matrix source, boolean transposed) {
    this.source = source;
    this.transposed = transposed;
  }

  /** Renews the copy, if there is one; {@link Kernels#repack} calls it when the matrix changed. */
  void repack() {}

  /** What was packed. */
  Matrix source() {
    return source;
  }

  /** Whether products are with the transpose of {@link #source}. */
  boolean transposed() {
    return transposed;
  }
}
