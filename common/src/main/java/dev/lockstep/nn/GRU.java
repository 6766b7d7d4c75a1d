package dev.lockstep.nn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.api.layers.LayerConstraint;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.LayerValidation;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A gated recurrent unit, in the variant of cuDNN and {@code torch.nn.GRU}: the reset gate is
 * applied after the recurrent product, and there are two bias vectors.
 *
 * <pre>
 *   r  = σ(W_ir x + b_ir + W_hr h + b_hr)
 *   z  = σ(W_iz x + b_iz + W_hz h + b_hz)
 *   n  = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn))
 *   h' = (1 − z) ⊙ n + z ⊙ h
 * </pre>
 *
 * This differs from Cho et al. (2014), who apply the reset gate to h before the product.
 *
 * <p>Input [N, C, T], output [N, H, T] (or [N, T, ·] with {@code RNNFormat.NWC}). Parameters, gates
 * in the order reset, update, new along the second dimension: {@code W} [C, 3H], {@code RW} [H,
 * 3H], {@code b} [1, 6H], which is b_i followed by b_h. At a masked step the state is carried over
 * and the output is zero, so the last state is that of the last real step.
 */
public final class GRU extends BaseRecurrentLayer {
  private static final long serialVersionUID = 1L;

  private GRU(Builder builder) {
    super(builder);
    if (!(getActivationFn() instanceof ActivationTanH)) {
      throw new IllegalArgumentException(
          "GRU "
              + getLayerName()
              + ": activation "
              + getActivationFn()
              + " is not available: a GRU's candidate is tanh; leave activation unset");
    }
    initializeConstraints(builder);
  }

  /** For deserialisation. */
  GRU() {}

  @Override
  protected void initializeConstraints(org.deeplearning4j.nn.conf.layers.Layer.Builder<?> builder) {
    super.initializeConstraints(builder);
    constrain(((Builder) builder).getInputWeightConstraints(), GRUParamInitializer.INPUT_WEIGHT);
    constrain(((Builder) builder).getRecurrentConstraints(), GRUParamInitializer.RECURRENT_WEIGHT);
  }

  private void constrain(List<LayerConstraint> wanted, String parameter) {
    if (wanted == null) {
      return;
    }
    List<LayerConstraint> all = new ArrayList<>(constraints == null ? List.of() : constraints);
    for (LayerConstraint constraint : wanted) {
      LayerConstraint own = constraint.clone();
      own.setParams(Set.of(parameter));
      all.add(own);
    }
    constraints = all;
  }

  @Override
  public GRU clone() {
    return (GRU) super.clone();
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    LayerValidation.assertNInNOutSet("GRU", getLayerName(), index, getNIn(), getNOut());
    GRULayer layer = new GRULayer(conf, type);
    layer.setListeners(listeners);
    layer.setIndex(index);
    layer.setParamsViewArray(parameters);
    Map<String, INDArray> table = initializer().init(conf, parameters, initialise);
    layer.setParamTable(table);
    layer.setConf(conf);
    return layer;
  }

  @Override
  public ParamInitializer initializer() {
    return GRUParamInitializer.INSTANCE;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType.InputTypeRecurrent input = (InputType.InputTypeRecurrent) inputType;
    long steps = Math.max(1, input.getTimeSeriesLength());
    long parameters = initializer().numParams(this);
    long state = 5 * getNOut() * steps;
    return new LayerMemoryReport.Builder(layerName, GRU.class, inputType, getOutputType(-1, input))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, state, 0, state)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  /**
   * Sizes by {@code nIn} and {@code nOut}; the activation functions are the ones above and cannot
   * be changed.
   */
  public static final class Builder extends BaseRecurrentLayer.Builder<Builder> {
    public Builder() {
      activation(new ActivationTanH());
    }

    @Override
    // The signature is DL4J's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
      return (E) new GRU(this);
    }
  }
}
