package dev.lockstep.nn;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.BaseActivationFunction;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code min(10, max(−10, x))}, gradient 1 from −10 to 10 and 0 outside: keeps D away from 0 and 1,
 * where its logarithm explodes.
 */
public final class LogitClip extends BaseActivationFunction {
  private static final long serialVersionUID = 1L;

  /** The largest magnitude of a logit. */
  public static final double BOUND = 10;

  @Override
  public INDArray getActivation(INDArray in, boolean training) {
    return in.assign(Transforms.min(Transforms.max(in, -BOUND), BOUND));
  }

  @Override
  public Pair<INDArray, INDArray> backprop(INDArray in, INDArray epsilon) {
    assertShape(in, epsilon);
    INDArray inside = Transforms.abs(in, true).lte(BOUND).castTo(in.dataType());
    return new Pair<>(inside.muli(epsilon), null);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogitClip;
  }

  @Override
  public int hashCode() {
    return LogitClip.class.hashCode();
  }

  @Override
  public String toString() {
    return "logitclip";
  }
}
