package dev.lockstep.nn;

import dev.lockstep.nn.kernel.GruActivations;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The implementation of {@link GRU}. */
public final class GRULayer extends BaseGRULayer<GRU> {
  private static final long serialVersionUID = 1L;

  GRULayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  Pass pass(
      GruActivations activations, Map<String, INDArray> initial, Map<String, INDArray> parameters) {
    GruWeights weights = GRUParamInitializer.weights(parameters, "");
    weights.repack(kernels());
    return new Pass(activations) {
      @Override
      void forward(Matrix x) {
        weights.readInput(kernels(), x, activations);
        kernels()
            .forEachRowRange(
                activations.sequences(),
                (first, last) ->
                    kernels()
                        .gruForward(weights, activations, 0, activations.steps(), first, last));
      }

      @Override
      void backward(GruActivations.Segment all, Matrix gradients, Matrix x, Matrix dx) {
        kernels().gruBackward(weights, activations, all, gradients);
        GRUParamInitializer.weights(gradientViews, "")
            .writeGradient(kernels(), activations, all, x);
        weights.gradInput(kernels(), activations, all, 0, 0, dx, false);
      }
    };
  }
}
