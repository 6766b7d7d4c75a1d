package dev.lockstep.objective;

import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One step of a network's own DL4J updater on the gradient that stands in its gradient vector. */
final class Update {
  private Update() {}

  /**
   * Clips, then updates.
   *
   * @param largestNorm the gradient is scaled down to this L2 norm if it is larger; 0 for no bound
   */
  static void apply(MultiLayerNetwork network, double largestNorm) {
    INDArray gradient = network.getGradientsViewArray();
    if (largestNorm > 0) {
      double norm = gradient.norm2Number().doubleValue();
      if (norm > largestNorm) {
        gradient.muli(largestNorm / norm);
      }
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
    network.setIterationCount(network.getIterationCount() + 1);
  }
}
