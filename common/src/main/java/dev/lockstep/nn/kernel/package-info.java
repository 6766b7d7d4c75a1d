/**
 * The hot loops. {@link dev.lockstep.nn.kernel.Kernels} is the seam; behind it stand {@code
 * CpuKernels} (with scalar or vector row operations and a native GEMM) and {@code Nd4jKernels}
 * (plain ND4J operations, any backend). On it stand the layers that need more than one of its
 * operations, such as {@code Convolution}. Nothing here knows of networks, losses or DL4J.
 *
 * <p>One alphabet throughout: T steps, N sequences, H hidden units, V symbols; matrices are
 * row-major, and a sequence of matrices is time-major: row {@code t·N + n} is step t of sequence n.
 */
package dev.lockstep.nn.kernel;
