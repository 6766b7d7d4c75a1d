package dev.lockstep.nn;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.api.Layer;
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

/** What the configurations of {@link GRU} and {@link WindowedGRU} have in common. */
abstract class BaseGRU extends BaseRecurrentLayer {
  private static final long serialVersionUID = 1L;

  /** Subclasses end their constructors with {@link #initializeConstraints}. */
  BaseGRU(BaseRecurrentLayer.Builder<?> builder) {
    super(builder);
    if (!(getActivationFn() instanceof ActivationTanH)) {
      throw new IllegalArgumentException(
          kind()
              + " "
              + getLayerName()
              + ": activation "
              + getActivationFn()
              + " is not available: a GRU's candidate is tanh; leave activation unset");
    }
  }

  /** For deserialisation. */
  BaseGRU() {}

  /** The name of the configuration in messages. */
  final String kind() {
    return getClass().getSimpleName();
  }

  /** The implementation, without parameters yet. */
  abstract BaseGRULayer<?> layer(NeuralNetConfiguration conf, DataType type);

  /** Numbers that a pass keeps for each step. */
  abstract long numbersPerStep();

  @Override
  protected void initializeConstraints(org.deeplearning4j.nn.conf.layers.Layer.Builder<?> builder) {
    super.initializeConstraints(builder);
    BaseRecurrentLayer.Builder<?> own = (BaseRecurrentLayer.Builder<?>) builder;
    constrain(own.getInputWeightConstraints(), GRUParamInitializer.INPUT_WEIGHT);
    constrain(own.getRecurrentConstraints(), GRUParamInitializer.RECURRENT_WEIGHT);
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
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    LayerValidation.assertNInNOutSet(kind(), getLayerName(), index, getNIn(), getNOut());
    return NewLayer.place(layer(conf, type), conf, listeners, index, parameters, initialise);
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    InputType.InputTypeRecurrent input = (InputType.InputTypeRecurrent) inputType;
    long parameters = initializer().numParams(this);
    long state = numbersPerStep() * Math.max(1, input.getTimeSeriesLength());
    return new LayerMemoryReport.Builder(layerName, getClass(), inputType, getOutputType(-1, input))
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, state, 0, state)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }
}
