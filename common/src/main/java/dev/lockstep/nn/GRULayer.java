package dev.lockstep.nn;

import dev.lockstep.nn.kernel.GruTape;
import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.recurrent.BaseRecurrentLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.shape.Shape;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The implementation of {@link GRU}: brings DL4J's [N, C, T] arrays into the kernels' time-major
 * rows and back.
 *
 * <p>DL4J calls forward and backward as two separate methods and may copy a layer's input between
 * them, so the backward pass runs the forward one again; Lockstep's own training step, which keeps
 * its tapes, does not.
 */
public final class GRULayer extends BaseRecurrentLayer<GRU> {
  private static final long serialVersionUID = 1L;

  /** The key of the state between calls, [N, H]. */
  public static final String STATE = "prevAct";

  private transient Kernels kernels;

  /**
   * Where the last forward pass began, null for zero. The backward pass must begin there too, and
   * cannot ask DL4J: {@code MultiLayerNetwork} calls {@link #backpropGradient} also in truncated
   * back-propagation, when the stored state has already moved on.
   */
  private transient INDArray lastInitialState;

  GRULayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  private Kernels kernels() {
    if (kernels == null) {
      kernels =
          KernelProvider.create(
              KernelProvider.Choice.AUTO, dataType, Runtime.getRuntime().availableProcessors());
    }
    return kernels;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return outputs(forward(null, training, workspaceMgr), workspaceMgr);
  }

  @Override
  public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    GruTape tape = forward(stateMap.get(STATE), false, workspaceMgr);
    stateMap.put(STATE, detachedFinalState(tape));
    return outputs(tape, workspaceMgr);
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean storeLastForTbptt, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    GruTape tape = forward(tBpttStateMap.get(STATE), training, workspaceMgr);
    if (storeLastForTbptt) {
      tBpttStateMap.put(STATE, detachedFinalState(tape));
    }
    return outputs(tape, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    return backward(epsilon, workspaceMgr);
  }

  @Override
  public Pair<Gradient, INDArray> tbpttBackpropGradient(
      INDArray epsilon, int backwardLength, LayerWorkspaceMgr workspaceMgr) {
    if (backwardLength > 0 && backwardLength < input.size(timeDimension())) {
      throw new UnsupportedOperationException(
          "GRU "
              + layerConf().getLayerName()
              + ": give tBPTTForwardLength and tBPTTBackwardLength the same value");
    }
    return backward(epsilon, workspaceMgr);
  }

  private static INDArray detachedFinalState(GruTape tape) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      return tape.finalState().array().dup();
    }
  }

  private GruTape forward(INDArray initialState, boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    checkInput(initialState);
    applyDropOutIfNecessary(training, workspaceMgr);
    lastInitialState = initialState;
    GruWeights weights = weights(training, workspaceMgr);
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      int steps = (int) input.size(timeDimension());
      int sequences = (int) input.size(0);
      GruTape tape =
          new GruTape(dataType, steps, sequences, (int) layerConf().getNOut(), false, steps);
      tape.mask(mask(steps, sequences));
      if (initialState != null) {
        tape.initialState().array().assign(initialState);
      }
      weights.readInput(kernels(), timeMajor(input), tape);
      kernels()
          .forEachRowRange(
              sequences,
              (first, last) -> kernels().gruForward(weights, tape, 0, steps, first, last));
      return tape;
    }
  }

  private void checkInput(INDArray initialState) {
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          "GRU "
              + layerConf().getLayerName()
              + " takes input of rank 3, [N, C, T], not "
              + input.shapeInfoToString());
    }
    if (initialState != null && initialState.size(0) != input.size(0)) {
      throw new IllegalArgumentException(
          "GRU "
              + layerConf().getLayerName()
              + ": the stored state is of "
              + initialState.size(0)
              + " sequences, the input of "
              + input.size(0)
              + "; call rnnClearPreviousState() between batches");
    }
  }

  private Pair<Gradient, INDArray> backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    GruTape tape = forward(lastInitialState, true, workspaceMgr);
    GruWeights weights = weights(true, workspaceMgr);
    INDArray slopeAtInput;
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Matrix slopes = Matrix.of(zeroWhereMasked(timeMajor(epsilon).array()));
      Matrix x = timeMajor(input);
      Matrix dx = Matrix.zeros(dataType, x.rows(), layerConf().getNIn());
      for (GruTape.Window window : tape.windows()) {
        kernels().gruBackward(weights, tape, window, window.of(slopes));
        gradientWeights().writeGradient(kernels(), tape, window, x);
        weights.inputSlopes(kernels(), tape, window, 0, 0, dx, false);
      }
      slopeAtInput = sequenceMajor(dx);
    }
    INDArray dx = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, slopeAtInput);
    Gradient result = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach(result::setGradientFor);
    weightNoiseParams.clear();
    return new Pair<>(result, backpropDropOutIfPresent(dx));
  }

  /** With the weight noise of this iteration, if the configuration asks for some. */
  private GruWeights weights(boolean training, LayerWorkspaceMgr workspaceMgr) {
    Map<String, INDArray> table = new HashMap<>();
    for (String name : paramTable(false).keySet()) {
      table.put(name, getParamWithNoise(name, training, workspaceMgr));
    }
    GruWeights weights = GRUParamInitializer.weights(table, "");
    weights.refresh(kernels());
    return weights;
  }

  private GruWeights gradientWeights() {
    return GRUParamInitializer.weights(gradientViews, "");
  }

  private INDArray outputs(GruTape tape, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.dup(
        ArrayType.ACTIVATIONS, sequenceMajor(Matrix.of(zeroWhereMasked(tape.outputs().array()))));
  }

  /**
   * [N, C, T] (or [N, T, C]) as [T·N, C]; without a copy where the memory already is time-major.
   */
  private Matrix timeMajor(INDArray x) {
    INDArray ordered =
        layerConf().getRnnDataFormat() == RNNFormat.NWC ? x.permute(1, 0, 2) : x.permute(2, 0, 1);
    INDArray cast = ordered.castTo(dataType);
    INDArray rows =
        Shape.hasDefaultStridesForShape(cast) && cast.ordering() == 'c' ? cast : cast.dup('c');
    return Matrix.of(rows.reshape('c', rows.size(0) * rows.size(1), rows.size(2)));
  }

  private INDArray sequenceMajor(Matrix rows) {
    long sequences = input.size(0);
    INDArray cube = rows.array().reshape('c', rows.rows() / sequences, sequences, rows.columns());
    return layerConf().getRnnDataFormat() == RNNFormat.NWC
        ? cube.permute(1, 0, 2)
        : cube.permute(1, 2, 0);
  }

  /** [T·N] from DL4J's [N, T], or null. */
  private float[] mask(int steps, int sequences) {
    if (maskArray == null) {
      return null;
    }
    INDArray byTime = maskArray.reshape(sequences, steps).transpose().castTo(DataType.FLOAT);
    return byTime.dup('c').data().asFloat();
  }

  private INDArray zeroWhereMasked(INDArray rows) {
    if (maskArray == null) {
      return rows;
    }
    INDArray byTime = maskArray.castTo(dataType).transpose().dup('c');
    return rows.mulColumnVector(byTime.reshape('c', rows.size(0), 1));
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }

  @Override
  public Type type() {
    return Type.RECURRENT;
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArray(
      INDArray mask, MaskState currentState, int minibatchSize) {
    setMaskArray(mask);
    return new Pair<>(mask, MaskState.Passthrough);
  }

  private int timeDimension() {
    return layerConf().getRnnDataFormat() == RNNFormat.NWC ? 1 : 2;
  }
}
