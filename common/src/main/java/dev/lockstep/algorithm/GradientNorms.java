package dev.lockstep.algorithm;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.io.Serializable;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * L2 norms, over all of the generator's parameters, of the gradients of the two parts of its loss:
 * with the weight λ between them they tell which of the two decides an update.
 *
 * @param nll of the negative log-likelihood of a sequence, the sum over its steps
 * @param adversarial of C_f, or of C_f + C_t where both are used, before λ and whatever the gate
 *     says; NaN without a discriminator
 */
public record GradientNorms(double nll, double adversarial) implements Serializable {
  /** Where none were measured: no numbers. */
  public static final GradientNorms NONE = new GradientNorms(Double.NaN, Double.NaN);

  /** The norm of what stands in the gradient vectors of these networks, taken as one vector. */
  static double of(List<MultiLayerNetwork> networks, Kernels kernels) {
    double sum = 0;
    for (MultiLayerNetwork network : networks) {
      sum += kernels.sumOfSquares(Matrix.ofVector(network.getGradientsViewArray()));
    }
    return Math.sqrt(sum);
  }

  /** Whether anything was measured. */
  public boolean measured() {
    return !Double.isNaN(nll);
  }
}
