package dev.lockstep.walkback;

import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.PackedMatrix;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A layer of a {@link DenseNetwork}, [N, in] to [N, out], in memory of its own. It keeps what the
 * last forward pass left.
 */
interface DenseStage {
  /**
   * The outputs.
   *
   * @param step of the walk, from 1
   * @param x [N, in], kept
   * @return [N, out], until the next pass
   */
  Matrix forward(int step, Matrix x, boolean training);

  /**
   * Makes the gradient, or adds to it, after a forward pass in training.
   *
   * @param gradOutput at the outputs, [N, out]; overwritten
   */
  void gradient(Matrix gradOutput, boolean accumulate);

  /**
   * The gradients at the input.
   *
   * @param gradOutput as {@link #gradient} left them
   * @return [N, in], until the next pass
   */
  Matrix gradAtInput(Matrix gradOutput);

  /** Copies of its parameters that must be renewed when these have changed. */
  Stream<PackedMatrix> packed();

  /** Views of a layer's part of the gradient, by the names of its parameters. */
  static Map<String, INDArray> gradients(Layer layer) {
    INDArray flat = layer.getGradientsViewArray();
    return layer
        .conf()
        .getLayer()
        .initializer()
        .getGradientsFromFlattened(layer.conf(), flat.reshape(1, flat.length()));
  }
}
