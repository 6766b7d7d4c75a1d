package dev.lockstep.walkback;

import dev.lockstep.nn.StepwiseBatchNormalization;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/**
 * Fully connected layers, normalised or not, by the kernels: three products a layer, and no
 * gradients at the states, which nobody asks for.
 */
final class DenseNetwork implements OperatorNetwork {
  private final MultiLayerNetwork network;
  private final Kernels kernels;
  private final List<DenseStage> stages = new ArrayList<>();
  private final Matrix momentsGradient;
  private final ReusedMatrix gradients;
  private boolean stale = true;

  /** Views a network that {@link #serves} is true of and that has a gradient. */
  DenseNetwork(MultiLayerNetwork network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    int last = network.getnLayers() - 1;
    for (int i = 0; i < last; i++) {
      stages.add(stage(network.getLayer(i)));
    }
    this.gradients = new ReusedMatrix(network.params().dataType());
    this.momentsGradient = Matrix.ofVector(network.getLayer(last).getGradientsViewArray());
  }

  /** Whether all layers but the last, which keeps the moments, are such as the kernels know. */
  static boolean serves(MultiLayerNetwork network) {
    int last = network.getnLayers() - 1;
    boolean all = last > 0;
    for (int i = 0; i <= last; i++) {
      Layer layer = network.getLayer(i).conf().getLayer();
      all &= network.getLayerWiseConfigurations().getInputPreProcess(i) == null;
      all &= layer.getIDropout() == null && (i == last || serves((BaseLayer) layer));
    }
    return all;
  }

  private static boolean serves(BaseLayer layer) {
    boolean known =
        layer instanceof DenseLayer dense
            ? dense.hasBias() && !dense.hasLayerNorm() && dense.getWeightNoise() == null
            : layer instanceof StepwiseBatchNormalization;
    return known && DenseActivation.of(layer.getActivationFn()).isPresent();
  }

  private DenseStage stage(org.deeplearning4j.nn.api.Layer layer) {
    return layer.conf().getLayer() instanceof DenseLayer
        ? new AffineStage(layer, kernels)
        : new NormalisationStage(layer, kernels);
  }

  @Override
  public MultiLayerNetwork network() {
    return network;
  }

  @Override
  public void parametersChanged() {
    stale = true;
  }

  @Override
  public Matrix forward(int step, Matrix states, boolean training) {
    if (stale) {
      kernels.repack(stages.stream().flatMap(DenseStage::packed).toArray(PackedMatrix[]::new));
      stale = false;
    }
    Matrix x = states;
    for (DenseStage stage : stages) {
      x = stage.forward(step, x, training);
    }
    return x;
  }

  @Override
  public void train(int step, Matrix states, boolean accumulate, OutputLoss loss) {
    Matrix outputs = forward(step, states, true);
    Matrix above = gradients.of(outputs.rows(), outputs.columns());
    loss.gradients(outputs, above);
    for (int i = stages.size() - 1; i > 0; i--) {
      stages.get(i).gradient(above, accumulate);
      above = stages.get(i).gradAtInput(above);
    }
    stages.get(0).gradient(above, accumulate);
    if (!accumulate) {
      kernels.clear(momentsGradient);
    }
  }
}
