package dev.lockstep.nn;

import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Before a layer that is shared over time: [N, C, T] as time-major rows [T·N, C], of which t·N + n
 * is sequence n at step t. Where the memory is time-major already, nothing is copied, which DL4J's
 * own {@code RnnToFeedForwardPreProcessor} does.
 */
public record SequencesToRows() implements InputPreProcessor {
  private static final long serialVersionUID = 1L;

  @Override
  public INDArray preProcess(INDArray input, int sequences, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.leverageTo(ArrayType.ACTIVATIONS, rows(input));
  }

  @Override
  public INDArray backprop(INDArray output, int sequences, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.leverageTo(ArrayType.ACTIVATION_GRAD, sequences(output, sequences));
  }

  /** [N, C, T] as [T·N, C]. */
  public static INDArray rows(INDArray sequences) {
    long rows = sequences.size(2) * sequences.size(0);
    return sequences.permute(2, 0, 1).reshape('c', rows, sequences.size(1));
  }

  /** [T·N, C] as [N, C, T], a view where the rows are contiguous. */
  public static INDArray sequences(INDArray rows, long sequences) {
    long steps = rows.size(0) / sequences;
    return rows.reshape('c', steps, sequences, rows.size(1)).permute(1, 2, 0);
  }

  @Override
  public InputType getOutputType(InputType inputType) {
    return InputType.feedForward(((InputType.InputTypeRecurrent) inputType).getSize());
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState state, int sequences) {
    return new Pair<>(mask, state);
  }

  @Override
  @SuppressWarnings("MethodDoesntCallSuperMethod") // a value
  public SequencesToRows clone() {
    return this;
  }
}
