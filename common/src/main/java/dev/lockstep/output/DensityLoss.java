package dev.lockstep.output;

import java.util.Arrays;
import java.util.Objects;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * The nll of the labels under a distribution, nats, as a loss of DL4J:
 *
 * <pre>
 *   new RnnOutputLayer.Builder(new DensityLoss(distribution))
 *       .activation(Activation.IDENTITY).nOut(distribution.parameters())
 * </pre>
 *
 * Labels [N, W, T], mask [N, T] or none; a masked step may hold anything. As with DL4J's own losses
 * the score of a network is the sum over steps, averaged over sequences. Arithmetic is in double
 * precision whatever the network's.
 */
public final class DensityLoss implements ILossFunction {
  private static final long serialVersionUID = 1L;

  private final OutputDistribution distribution;

  public DensityLoss(@JsonProperty("distribution") OutputDistribution distribution) {
    this.distribution = Objects.requireNonNull(distribution, "distribution");
  }

  @JsonProperty("distribution")
  public OutputDistribution distribution() {
    return distribution;
  }

  @Override
  public double computeScore(
      INDArray labels,
      INDArray preOutput,
      IActivation activationFn,
      INDArray mask,
      boolean average) {
    double sum = Arrays.stream(nlls(labels, preOutput, activationFn, mask)).sum();
    return average ? sum / labels.size(0) : sum;
  }

  /** [rows, 1]; 0 where masked. */
  @Override
  public INDArray computeScoreArray(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    double[] nlls = nlls(labels, preOutput, activationFn, mask);
    return Nd4j.createFromArray(nlls).reshape(-1, 1).castTo(preOutput.dataType());
  }

  /** [rows, P], of the sum over rows. */
  @Override
  public INDArray computeGradient(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    double[] weights = weights(labels, preOutput, mask);
    double[] parameters = values(activationFn.getActivation(preOutput.dup(), true));
    double[] emissions = values(labels);
    double[] gradients = new double[parameters.length];
    int columns = distribution.parameters();
    for (int i = 0; i < weights.length; i++) {
      int at = i * columns;
      distribution.gradients(
          parameters, at, emissions, i * distribution.width(), weights[i], gradients, at);
    }
    INDArray gradient =
        Nd4j.createFromArray(gradients).reshape(-1, columns).castTo(preOutput.dataType());
    return activationFn.backprop(preOutput.dup(), gradient).getFirst();
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
    return "density";
  }

  private double[] nlls(
      INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
    double[] weights = weights(labels, preOutput, mask);
    double[] parameters = values(activationFn.getActivation(preOutput.dup(), true));
    double[] emissions = values(labels);
    double[] nlls = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        int from = i * distribution.parameters();
        nlls[i] =
            weights[i] * distribution.nll(parameters, from, emissions, i * distribution.width());
      }
    }
    return nlls;
  }

  /** [rows]: the mask, or 1. */
  private double[] weights(INDArray labels, INDArray preOutput, INDArray mask) {
    requireColumns("output columns (nOut)", preOutput, distribution.parameters());
    requireColumns("label columns", labels, distribution.width());
    double[] weights = new double[(int) preOutput.size(0)];
    if (mask == null) {
      Arrays.fill(weights, 1);
      return weights;
    }
    if (mask.length() != weights.length) {
      throw new IllegalArgumentException(
          distribution
              + " has one density for all that a step emits: the mask has to be [N, T], one number"
              + " for each step, not "
              + Arrays.toString(mask.shape())
              + " for "
              + weights.length
              + " steps");
    }
    return values(mask);
  }

  private void requireColumns(String what, INDArray array, int columns) {
    if (array.size(1) != columns) {
      throw new IllegalArgumentException(
          distribution + " wants " + columns + " " + what + ", not " + array.size(1));
    }
  }

  private static double[] values(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DensityLoss loss && distribution.equals(loss.distribution);
  }

  @Override
  public int hashCode() {
    return distribution.hashCode();
  }

  @Override
  public String toString() {
    return "DensityLoss(" + distribution + ")";
  }
}
