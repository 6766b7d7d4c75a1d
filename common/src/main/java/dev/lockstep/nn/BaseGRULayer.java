package dev.lockstep.nn;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.GruTape;
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
 * What the implementations of {@link GRU} and {@link WindowedGRU} have in common: brings DL4J's [N,
 * C, T] arrays into the kernels' time-major rows and back, and keeps states between calls.
 *
 * <p>DL4J calls forward and backward as two separate methods and may copy a layer's input between
 * them, so the backward pass runs the forward one again; Lockstep's own training step, which keeps
 * its tapes, does not.
 */
abstract class BaseGRULayer<C extends BaseGRU> extends BaseRecurrentLayer<C> {
  private static final long serialVersionUID = 1L;

  /** The key of the state between calls, [N, H]. */
  public static final String STATE = "prevAct";

  private transient Kernels kernels;

  /**
   * Where the last forward pass began, empty for zero. The backward pass must begin there too, and
   * cannot ask DL4J: {@code MultiLayerNetwork} calls {@link #backpropGradient} also in truncated
   * back-propagation, when the stored state has already moved on.
   */
  private transient Map<String, INDArray> lastInitialState;

  /** The steps of one call, over a tape whose mask and initial state are set. */
  abstract static class Pass {
    final GruTape tape;

    Pass(GruTape tape) {
      this.tape = tape;
    }

    /** All steps of x [T·N, C]. */
    abstract void forward(Matrix x);

    /**
     * All steps; writes the gradient.
     *
     * @param slopes [T·N, H]
     * @param dx [T·N, C], written
     */
    abstract void backward(GruTape.Window all, Matrix slopes, Matrix x, Matrix dx);

    /** What a pass that goes on from here starts from; views. */
    Map<String, INDArray> finalState() {
      return Map.of(STATE, tape.finalState().array());
    }
  }

  BaseGRULayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  /**
   * A pass over the tape.
   *
   * @param initial what it starts from, by the keys of {@link Pass#finalState}; empty for zero
   * @param parameters by name
   */
  abstract Pass pass(GruTape tape, Map<String, INDArray> initial, Map<String, INDArray> parameters);

  final Kernels kernels() {
    if (kernels == null) {
      kernels =
          KernelProvider.create(Kernel.AUTO, dataType, Runtime.getRuntime().availableProcessors());
    }
    return kernels;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    return outputs(forward(Map.of(), training, workspaceMgr), workspaceMgr);
  }

  @Override
  public INDArray rnnTimeStep(INDArray input, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    Pass pass = forward(Map.copyOf(stateMap), false, workspaceMgr);
    stateMap.putAll(detachedFinalState(pass));
    return outputs(pass, workspaceMgr);
  }

  @Override
  public INDArray rnnActivateUsingStoredState(
      INDArray input, boolean training, boolean storeLastForTbptt, LayerWorkspaceMgr workspaceMgr) {
    setInput(input, workspaceMgr);
    Pass pass = forward(Map.copyOf(tBpttStateMap), training, workspaceMgr);
    if (storeLastForTbptt) {
      tBpttStateMap.putAll(detachedFinalState(pass));
    }
    return outputs(pass, workspaceMgr);
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
          name() + ": give tBPTTForwardLength and tBPTTBackwardLength the same value");
    }
    return backward(epsilon, workspaceMgr);
  }

  /** The kind of layer and its name, for messages. */
  final String name() {
    return layerConf().kind() + " " + layerConf().getLayerName();
  }

  private static Map<String, INDArray> detachedFinalState(Pass pass) {
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Map<String, INDArray> copies = new HashMap<>();
      pass.finalState().forEach((key, value) -> copies.put(key, value.dup()));
      return copies;
    }
  }

  private Pass forward(
      Map<String, INDArray> initial, boolean training, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(false);
    INDArray initialState = initial.get(STATE);
    checkInput(initialState);
    applyDropOutIfNecessary(training, workspaceMgr);
    lastInitialState = initial;
    Map<String, INDArray> parameters = parameters(training, workspaceMgr);
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      int steps = (int) input.size(timeDimension());
      int sequences = (int) input.size(0);
      GruTape tape =
          new GruTape(dataType, steps, sequences, (int) layerConf().getNOut(), false, steps);
      tape.mask(mask(steps, sequences));
      if (initialState != null) {
        tape.initialState().array().assign(initialState);
      }
      Pass pass = pass(tape, initial, parameters);
      pass.forward(timeMajor(input));
      return pass;
    }
  }

  private void checkInput(INDArray initialState) {
    if (input.rank() != 3) {
      throw new IllegalArgumentException(
          name() + " takes input of rank 3, [N, C, T], not " + input.shapeInfoToString());
    }
    if (initialState != null && initialState.size(0) != input.size(0)) {
      throw new IllegalArgumentException(
          name()
              + ": the stored state is of "
              + initialState.size(0)
              + " sequences, the input of "
              + input.size(0)
              + "; call rnnClearPreviousState() between batches");
    }
  }

  private Pair<Gradient, INDArray> backward(INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Pass pass = forward(lastInitialState, true, workspaceMgr);
    INDArray slopeAtInput;
    try (var ignored = Nd4j.getWorkspaceManager().scopeOutOfWorkspaces()) {
      Matrix slopes = Matrix.of(zeroWhereMasked(timeMajor(epsilon).array()));
      Matrix x = timeMajor(input);
      Matrix dx = Matrix.zeros(dataType, x.rows(), layerConf().getNIn());
      pass.backward(pass.tape.windows().get(0), slopes, x, dx);
      slopeAtInput = sequenceMajor(dx);
    }
    INDArray dx = workspaceMgr.dup(ArrayType.ACTIVATION_GRAD, slopeAtInput);
    Gradient result = new DefaultGradient(gradientsFlattened);
    gradientViews.forEach(result::setGradientFor);
    weightNoiseParams.clear();
    return new Pair<>(result, backpropDropOutIfPresent(dx));
  }

  /** With the weight noise of this iteration, if the configuration asks for some. */
  private Map<String, INDArray> parameters(boolean training, LayerWorkspaceMgr workspaceMgr) {
    Map<String, INDArray> table = new HashMap<>();
    for (String name : paramTable(false).keySet()) {
      table.put(name, getParamWithNoise(name, training, workspaceMgr));
    }
    return table;
  }

  private INDArray outputs(Pass pass, LayerWorkspaceMgr workspaceMgr) {
    return workspaceMgr.dup(
        ArrayType.ACTIVATIONS,
        sequenceMajor(Matrix.of(zeroWhereMasked(pass.tape.outputs().array()))));
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
