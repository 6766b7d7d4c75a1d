package dev.lockstep.algorithm;

import dev.lockstep.nn.kernel.AdamStep;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import java.util.Optional;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * One step of a network's own DL4J updater on the gradient that stands in its gradient vector.
 *
 * <p>Adam, which Lockstep's networks are made with, is one pass over the vectors by the kernels,
 * its moments where DL4J keeps them: a saved network goes on in DL4J. Other updaters are DL4J's.
 *
 * <p>Weights may decay beside it (Loshchilov and Hutter 2019, which makes Adam AdamW): the step is
 * taken from θ (1 − α λ) in the place of θ, with the learning rate α of the update. Biases do not
 * decay.
 */
public final class Update {
  private Update() {}

  /**
   * Clips, then updates.
   *
   * @param largestNorm the gradient is scaled down to this L2 norm if it is larger; 0 for no bound
   */
  public static void apply(MultiLayerNetwork network, Kernels kernels, double largestNorm) {
    apply(network, kernels, largestNorm, 0);
  }

  /**
   * Clips, decays the weights, then updates.
   *
   * @param weightDecay λ, what each update takes off the weights, as a share and times the step
   *     size; 0 for nothing
   */
  public static void apply(
      MultiLayerNetwork network, Kernels kernels, double largestNorm, double weightDecay) {
    double scale = 1;
    if (largestNorm > 0) {
      Matrix gradient = Matrix.ofVector(network.getGradientsViewArray());
      double norm = Math.sqrt(kernels.sumOfSquares(gradient));
      scale = norm > largestNorm ? largestNorm / norm : 1;
    }
    if (weightDecay > 0) {
      decay(network, kernels, weightDecay);
    }
    Optional<Adam> adam = adam(network);
    if (adam.isPresent()) {
      byKernels(network, kernels, adam.get(), scale);
    } else {
      byDl4j(network, scale);
    }
    network.setIterationCount(network.getIterationCount() + 1);
  }

  private static void decay(MultiLayerNetwork network, Kernels kernels, double weightDecay) {
    Matrix parameters = Matrix.ofVector(network.params());
    for (UpdaterBlock block : blocks(network)) {
      IUpdater updater = block.getGradientUpdater().getConfig();
      if (!updater.hasLearningRate()) {
        continue;
      }
      double rate = updater.getLearningRate(network.getIterationCount(), network.getEpochCount());
      double[] kept = {1 - rate * weightDecay};
      for (UpdaterBlock.ParamState state : block.getLayersAndVariablesInBlock()) {
        if (isWeight(state)) {
          kernels.scaleRows(
              parameters.columns(state.getParamOffsetStart(), state.getParamOffsetEnd()), kept);
        }
      }
    }
  }

  private static boolean isWeight(UpdaterBlock.ParamState state) {
    Layer layer = (Layer) state.getLayer().getConfig();
    return layer.initializer().isWeightParam(layer, state.getParamName());
  }

  private static List<UpdaterBlock> blocks(MultiLayerNetwork network) {
    return ((BaseMultiLayerUpdater<?>) network.getUpdater()).getUpdaterBlocks();
  }

  /** Sets the learning rate of a network's Adam. */
  public static void setLearningRate(MultiLayerNetwork network, double learningRate) {
    for (UpdaterBlock block : blocks(network)) {
      if (block.getGradientUpdater().getConfig() instanceof Adam adam) {
        adam.setLearningRate(learningRate);
      }
    }
  }

  /** The Adam of all layers, if they have one and the same. */
  private static Optional<Adam> adam(MultiLayerNetwork network) {
    List<UpdaterBlock> blocks = blocks(network);
    return blocks.size() == 1 && blocks.get(0).getGradientUpdater().getConfig() instanceof Adam adam
        ? Optional.of(adam)
        : Optional.empty();
  }

  private static void byKernels(
      MultiLayerNetwork network, Kernels kernels, Adam adam, double scale) {
    Matrix moments = Matrix.ofVector(network.getUpdater().getStateViewArray());
    int count = moments.columns() / 2;
    int done = network.getIterationCount();
    kernels.adam(
        Matrix.ofVector(network.params()),
        Matrix.ofVector(network.getGradientsViewArray()),
        moments.columns(0, count),
        moments.columns(count, 2 * count),
        new AdamStep(
            adam.getLearningRate(done, network.getEpochCount()),
            adam.getBeta1(),
            adam.getBeta2(),
            adam.getEpsilon(),
            done + 1,
            scale));
  }

  private static void byDl4j(MultiLayerNetwork network, double scale) {
    INDArray gradient = network.getGradientsViewArray();
    if (scale != 1) {
      gradient.muli(scale);
    }
    network
        .getUpdater()
        .update(
            network,
            new DefaultGradient(gradient),
            network.getIterationCount(),
            network.getEpochCount(),
            1,
            LayerWorkspaceMgr.noWorkspaces());
    INDArray parameters = network.params();
    // DL4J keeps the one as a vector and the other as a row.
    parameters.subi(gradient.reshape(parameters.shape()));
  }
}
