package dev.lockstep.nn;

import dev.lockstep.nn.kernel.GruTape;
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
  Pass pass(GruTape tape, Map<String, INDArray> initial, Map<String, INDArray> parameters) {
    GruWeights weights = GRUParamInitializer.weights(parameters, "");
    weights.refresh(kernels());
    return new Pass(tape) {
      @Override
      void forward(Matrix x) {
        weights.readInput(kernels(), x, tape);
        kernels()
            .forEachRowRange(
                tape.sequences(),
                (first, last) -> kernels().gruForward(weights, tape, 0, tape.steps(), first, last));
      }

      @Override
      void backward(GruTape.Window all, Matrix slopes, Matrix x, Matrix dx) {
        kernels().gruBackward(weights, tape, all, slopes);
        GRUParamInitializer.weights(gradientViews, "").writeGradient(kernels(), tape, all, x);
        weights.inputSlopes(kernels(), tape, all, 0, 0, dx, false);
      }
    };
  }
}
