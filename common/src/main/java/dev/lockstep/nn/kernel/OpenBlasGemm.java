package dev.lockstep.nn.kernel;

import static org.bytedeco.openblas.global.openblas_nolapack.CblasNoTrans;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasRowMajor;
import static org.bytedeco.openblas.global.openblas_nolapack.CblasTrans;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.nd4j.linalg.api.buffer.DataType;

/** Float and double GEMM by OpenBLAS: for double precision, and where oneDNN is missing. */
final class OpenBlasGemm implements Gemm {
  @Override
  public String name() {
    return "openblas";
  }

  @Override
  public void multiply(
      Matrix a, boolean transposeA, Matrix b, boolean transposeB, Matrix c, boolean accumulate) {
    int inner = transposeA ? a.rows() : a.columns();
    int ta = transposeA ? CblasTrans : CblasNoTrans;
    int tb = transposeB ? CblasTrans : CblasNoTrans;
    if (c.type() == DataType.DOUBLE) {
      openblas_nolapack.cblas_dgemm(
          CblasRowMajor,
          ta,
          tb,
          c.rows(),
          c.columns(),
          inner,
          1,
          new Doubles(a),
          a.stride(),
          new Doubles(b),
          b.stride(),
          accumulate ? 1 : 0,
          new Doubles(c),
          c.stride());
    } else {
      openblas_nolapack.cblas_sgemm(
          CblasRowMajor,
          ta,
          tb,
          c.rows(),
          c.columns(),
          inner,
          1f,
          new Floats(a),
          a.stride(),
          new Floats(b),
          b.stride(),
          accumulate ? 1f : 0f,
          new Floats(c),
          c.stride());
    }
  }

  private static final class Floats extends FloatPointer {
    Floats(Matrix matrix) {
      super((Pointer) null);
      this.address = matrix.address();
    }
  }

  private static final class Doubles extends DoublePointer {
    Doubles(Matrix matrix) {
      super((Pointer) null);
      this.address = matrix.address();
    }
  }
}
