package dev.lockstep.walkback;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** {@code y = f(x Wᵀ + b)}, W [out, in]. */
final class AffineStage implements DenseStage {
  private final Kernels kernels;
  private final DenseActivation activation;
  private final Matrix weight;
  private final Matrix bias;
  private final Matrix atWeight;
  private final Matrix atBias;
  private final PackedMatrix packed;
  private final ReusedMatrix outputs;
  private final ReusedMatrix gradInput;
  private Matrix input;
  private Matrix output;

  /** Views a layer of DL4J. */
  AffineStage(Layer layer, Kernels kernels) {
    DenseLayer conf = (DenseLayer) layer.conf().getLayer();
    Map<String, INDArray> parameters = layer.paramTable();
    Map<String, INDArray> gradients = DenseStage.gradients(layer);
    this.kernels = kernels;
    this.activation = DenseActivation.of(conf.getActivationFn()).orElseThrow();
    this.weight = Matrix.ofWeight(parameters.get(DefaultParamInitializer.WEIGHT_KEY));
    this.bias = Matrix.ofVector(parameters.get(DefaultParamInitializer.BIAS_KEY));
    this.atWeight = Matrix.ofWeight(gradients.get(DefaultParamInitializer.WEIGHT_KEY));
    this.atBias = Matrix.ofVector(gradients.get(DefaultParamInitializer.BIAS_KEY));
    this.packed = kernels.pack(weight, true);
    this.outputs = new ReusedMatrix(weight.type());
    this.gradInput = new ReusedMatrix(weight.type());
  }

  @Override
  public Matrix forward(int step, Matrix x, boolean training) {
    input = x;
    output = outputs.of(x.rows(), weight.rows());
    kernels.multiply(x, packed, output, false);
    activation.apply(kernels, output, bias);
    return output;
  }

  @Override
  public void gradient(Matrix gradOutput, boolean accumulate) {
    activation.backward(kernels, output, gradOutput);
    kernels.multiply(gradOutput, true, input, false, atWeight, accumulate);
    kernels.columnSums(gradOutput, atBias, accumulate);
  }

  @Override
  public Matrix gradAtInput(Matrix gradOutput) {
    Matrix below = gradInput.of(gradOutput.rows(), weight.columns());
    kernels.multiply(gradOutput, false, weight, false, below, false);
    return below;
  }

  @Override
  public Stream<PackedMatrix> packed() {
    return Stream.of(packed);
  }
}
