package dev.lockstep.nn;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Before a convolution: time-major rows [T·N, C] as images [N, C, T / rowLength, rowLength], whose
 * pixels the steps are, row by row.
 *
 * @param rowLength pixels in a row of the image
 */
public record RowsToImages(int rowLength) implements InputPreProcessor {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray preProcess(INDArray input, int sequences, LayerWorkspaceMgr workspaceMgr) {
    long height = input.size(0) / sequences / rowLength;
    INDArray images =
        input.reshape('c', height, rowLength, sequences, input.size(1)).permute(2, 3, 0, 1);
    return workspaceMgr.dup(ArrayType.ACTIVATIONS, images, 'c');
  }

  @Override
  public INDArray backprop(INDArray output, int sequences, LayerWorkspaceMgr workspaceMgr) {
    long channels = output.size(1);
    INDArray pixels = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, output.permute(2, 3, 0, 1), 'c');
    return pixels.reshape('c', pixels.length() / channels, channels);
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    throw new UnsupportedOperationException("the height is only known with the data");
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int sequences) {
    return new Pair<>(mask, state);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // a value
  public RowsToImages clone() {
    return this;
  }
}
