package dev.lockstep.model;

import dev.lockstep.nn.kernel.Matrix;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Of the convolutional discriminator: what each layer read, and the slopes at the behaviour. */
final class ConvolutionalDiscriminatorTape extends DiscriminatorTape {
  private final INDArray[] inputs;
  private Matrix slopes;

  ConvolutionalDiscriminatorTape(DataType type, int steps, int rows, int input, int layers) {
    super(type, steps, rows, input);
    this.inputs = new INDArray[layers];
    inputs[0] = behaviour.array();
  }

  @Override
  public void mask(float[] mask) {
    if (mask != null) {
      throw new IllegalArgumentException(
          "images have no padding: all sequences of a minibatch need " + steps + " steps");
    }
  }

  /** What a layer reads, copied out of the workspace. */
  INDArray keep(int layer, INDArray input) {
    if (inputs[layer] == null) {
      try (MemoryWorkspace ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
        inputs[layer] = Nd4j.createUninitialized(input.dataType(), input.shape(), 'c');
      }
    }
    return layer == 0 ? input : inputs[layer].assign(input);
  }

  INDArray kept(int layer) {
    return inputs[layer];
  }

  /** [T·N, C], side by side as the behaviour. */
  Matrix slopes() {
    if (slopes == null) {
      slopes = Matrix.zeros(behaviour.type(), behaviour.rows(), behaviour.columns());
    }
    return slopes;
  }

  /** The slopes, part by part. */
  List<Matrix> partSlopes() {
    List<Matrix> views = new ArrayList<>();
    int column = 0;
    for (Matrix part : parts()) {
      views.add(slopes.columns(column, column + part.columns()));
      column += part.columns();
    }
    return views;
  }
}
