package dev.lockstep.walkback;

import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.StepwiseBatchNormalization;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * F, the network of a transition operator: rows of states to rows of outputs. Its last layer is
 * {@link RunningMoments}, which holds the moments of p*. Memory is taken once and used by every
 * later pass of as many rows.
 */
interface OperatorNetwork {
  /**
   * The fastest that runs a network's layers.
   *
   * @throws IllegalArgumentException if its last layer keeps no moments
   */
  static OperatorNetwork of(MultiLayerNetwork network, Kernels kernels) {
    if (!(last(network).conf().getLayer() instanceof RunningMoments)) {
      throw new IllegalArgumentException("the last layer of an operator keeps running moments");
    }
    if (network.getGradientsViewArray() == null) {
      network.initGradientsView();
    }
    return DenseNetwork.serves(network)
        ? new DenseNetwork(network, kernels)
        : new LayerwiseNetwork(network, kernels);
  }

  private static Layer last(MultiLayerNetwork network) {
    return network.getLayer(network.getnLayers() - 1);
  }

  /** Its layers, parameters, gradient and updater. */
  MultiLayerNetwork network();

  /** Must be called when the parameters have changed. */
  void parametersChanged();

  /**
   * The outputs for some states.
   *
   * @param step of the walk, from 1
   * @param states [N, D]
   * @param training whether a minibatch is normalised by itself
   * @return [N, outputs], until the next pass
   */
  Matrix forward(int step, Matrix states, boolean training);

  /**
   * A pass in training: forward, and backward from the gradients that the loss has.
   *
   * @param accumulate whether the network's gradient is added to, not overwritten
   */
  void train(int step, Matrix states, boolean accumulate, OutputLoss loss);

  /** A loss of the outputs, by its gradient. */
  @FunctionalInterface
  interface OutputLoss {
    /**
     * Writes the gradient of the loss.
     *
     * @param outputs [N, outputs]
     * @param gradients of the same shape, to be written
     */
    void gradients(Matrix outputs, Matrix gradients);
  }

  /** D. */
  default int dimensions() {
    return ((RunningMoments) last(network()).conf().getLayer()).getDimensions();
  }

  /** The parameters that hold p*'s moments, by the names of {@link RunningMoments}. */
  default Map<String, INDArray> moments() {
    return last(network()).paramTable();
  }

  /** Whether two steps have the same parameters, so that one pass serves both. */
  default boolean sharesParameters(int step, int other) {
    return Arrays.stream(network().getLayers())
        .map(layer -> layer.conf().getLayer())
        .filter(StepwiseBatchNormalization.class::isInstance)
        .map(StepwiseBatchNormalization.class::cast)
        .allMatch(layer -> layer.row(step - 1) == layer.row(other - 1));
  }
}
