package dev.lockstep.nn.kernel;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Float GEMM by oneDNN, which chooses its code by the processor's flags whoever made it, and is
 * near the peak of a core from 16 rows on.
 *
 * <p>oneDNN brings OpenMP threads, which cost more than they gain here: the environment must say
 * {@code OMP_NUM_THREADS=1}, and {@link KernelProvider} warns where it does not.
 */
final class OneDnnGemm implements Gemm {
  private static final ThreadLocal<Operands> OPERANDS = ThreadLocal.withInitial(Operands::new);

  /**
   * @throws LinkageError where the library is not on this platform
   */
  OneDnnGemm() {
    dnnl.dnnl_version();
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate) {
    Operands on = OPERANDS.get();
    int inner = transposeA ? a.rows() : a.columns();
    int status =
        dnnl.dnnl_sgemm(
            (byte) (transposeA ? 'T' : 'N'),
            (byte) (transposeB ? 'T' : 'N'),
            c.rows(),
            c.columns(),
            inner,
            1f,
            on.a.at(a.address()),
            a.stride(),
            on.b.at(b.address()),
            b.stride(),
            accumulate ? 1f : 0f,
            on.c.at(c.address()),
            c.stride());
    if (status != dnnl.dnnl_success) {
      throw new IllegalStateException(
          "dnnl_sgemm answered " + status + " for " + a + " by " + b + " into " + c);
    }
  }

  @Override
  public PackedMatrix pack(Matrix b, boolean transpose) {
    return new OneDnnPackedMatrix(b, transpose);
  }

  @Override
  public void multiply(Matrix a, PackedMatrix b, Matrix c, boolean accumulate) {
    if (b instanceof OneDnnPackedMatrix packed && packed.serves(a, c)) {
      packed.multiply(a, c, accumulate);
    } else {
      multiply(a, false, b.source(), b.transposed(), c, accumulate);
    }
  }

  /** Pointers that are moved instead of made: a call costs no garbage. */
  private static final class Operands {
    final Operand a = new Operand();
    final Operand b = new Operand();
    final Operand c = new Operand();
  }

  private static final class Operand extends FloatPointer {
    Operand() {
      super((Pointer) null);
    }

    Operand at(long address) {
      this.address = address;
      return this;
    }
  }
}
