package dev.lockstep.benchmarks.versus;

import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * {@code −log p_T(s' | s)} of a Gaussian operator as a loss of DL4J. Labels are s', then s, [N,
 * 2D]; the network's outputs F_μ, then F_σ; what σ is multiplied by, {@link #heat} says.
 */
final class ReverseStepLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;
  private static final double HALF_LOG_2PI = 0.5 * Math.log(2 * Math.PI);

  private final double alpha;
  private double weight;
  private transient INDArray factors;

  ReverseStepLoss(double alpha) {
    this.alpha = alpha;
  }

  /**
   * Says what the next loss is of.
   *
   * @param rows what each row's σ is multiplied by, [N, 1]
   * @param times what the loss is multiplied by: DL4J takes the mean over all rows
   */
  void heat(INDArray rows, double times) {
    factors = rows;
    weight = times;
  }

  static INDArray first(INDArray both) {
    return both.get(NDArrayIndex.all(), NDArrayIndex.interval(0, both.size(1) / 2));
  }

  static INDArray second(INDArray both) {
    return both.get(NDArrayIndex.all(), NDArrayIndex.interval(both.size(1) / 2, both.size(1)));
  }

  /** μ of next states. */
  static INDArray mean(INDArray states, INDArray outputs, double alpha) {
    return states.mul(1 - alpha).addi(first(outputs).mul(alpha));
  }

  /** σ of next states at temperature 1. */
  static INDArray cold(INDArray outputs) {
    return Transforms.softPlus(second(outputs), true);
  }

  private INDArray errors(INDArray labels, INDArray outputs, INDArray sigma) {
    return first(labels).sub(mean(second(labels), outputs, alpha)).divi(sigma);
  }

  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    INDArray sigma = cold(preOutput).muliColumnVector(factors);
    INDArray error = errors(labels, preOutput, sigma);
    INDArray each = error.muli(error).muli(0.5).addi(Transforms.log(sigma, false));
    return each.addi(HALF_LOG_2PI).sum(true, 1).muli(weight);
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      INDArray mask,
      boolean average) {
    double sum = computeScoreArray(labels, preOutput, activationFn, mask).sumNumber().doubleValue();
    return average ? sum / labels.size(0) : sum;
  }

  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    INDArray cold = cold(preOutput);
    INDArray sigma = cold.mulColumnVector(factors);
    INDArray error = errors(labels, preOutput, sigma);
    INDArray atMean = error.div(sigma).muli(-alpha * weight);
    INDArray atRaw =
        error
            .muli(error)
            .rsubi(1)
            .divi(cold)
            .muli(Transforms.sigmoid(second(preOutput), true))
            .muli(weight);
    return Nd4j.hstack(atMean, atRaw);
  }

  @Override
  public Pair<Double, INDArray> computeGradientAndScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      INDArray mask,
      boolean average) {
    return new Pair<>(
        computeScore(labels, preOutput, activationFn, mask, average),
        computeGradient(labels, preOutput, activationFn, mask));
  }

  @Override
  public String name() {
    return "reverse step";
  }
}
