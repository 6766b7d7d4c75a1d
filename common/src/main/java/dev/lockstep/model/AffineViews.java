package dev.lockstep.model;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Views of an affine layer's parameters, or of their gradient.
 *
 * @param weight [out, in]
 * @param bias [1, out]
 */
record AffineViews(Matrix weight, Matrix bias) {
  /** Those of a layer of DL4J, under its names. */
  static AffineViews of(Map<String, INDArray> views, String prefix) {
    return new AffineViews(
        Matrix.ofWeight(views.get(prefix + "W")), Matrix.ofVector(views.get(prefix + "b")));
  }

  /** Makes this the gradient, or adds to it, from the gradients at the outputs and the inputs. */
  void add(Kernels kernels, Matrix gradients, Matrix inputs, boolean accumulate) {
    kernels.multiply(gradients, true, inputs, false, weight, accumulate);
    kernels.columnSums(gradients, bias, accumulate);
  }
}
