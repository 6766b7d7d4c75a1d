package dev.lockstep.nn;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Passes its input [N, C] through and keeps the first two moments of points of D dimensions that
 * whoever trains the network gives it: {@code mean} and {@code square}, each [D], 0 and 1 before
 * that. They are parameters with a gradient of zero, as running moments of batch normalisation are,
 * so that they are averaged and saved with the network.
 */
public final class RunningMoments extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  /** The mean, [D]. */
  public static final String MEAN = "mean";

  /** The mean of the squares, [D]. */
  public static final String SQUARE = "square";

  private int dimensions;

  private RunningMoments(Builder builder) {
    super(builder);
    this.dimensions = builder.dimensions;
    initializeConstraints(builder);
  }

  /** For deserialisation. */
  RunningMoments() {}

  /** D. */
  public int getDimensions() {
    return dimensions;
  }

  /** For deserialisation. */
  void setDimensions(int dimensions) {
    this.dimensions = dimensions;
  }

  @Override
  public RunningMoments clone() {
    return (RunningMoments) super.clone();
  }

  @Override
  public ParamInitializer initializer() {
    return Parameters.INSTANCE;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialise,
      DataType type) {
    return NewLayer.place(
        new RunningMomentsLayer(conf, type), conf, listeners, index, parameters, initialise);
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return input;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(layerName, getClass(), input, input)
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  /** Sizes by {@code dimensions} and, where the input's type does not give it, {@code nIn}. */
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private final int dimensions;

    /**
     * For points of so many dimensions.
     *
     * @param dimensions D
     */
    public Builder(int dimensions) {
      this.dimensions = dimensions;
      activation(new ActivationIdentity());
    }

    @Override
    // The signature is DL4J's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
      return (E) new RunningMoments(this);
    }
  }

  /** The mean, then the mean of the squares. */
  private static final class Parameters implements ParamInitializer {
    private static final Parameters INSTANCE = new Parameters();

    @Override
    public long numParams(NeuralNetConfiguration conf) {
      return numParams(conf.getLayer());
    }

    @Override
    public long numParams(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return 2L * ((RunningMoments) layer).dimensions;
    }

    @Override
    public List<String> paramKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return List.of(MEAN, SQUARE);
    }

    @Override
    public List<String> weightKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return List.of();
    }

    @Override
    public List<String> biasKeys(org.deeplearning4j.nn.conf.layers.Layer layer) {
      return List.of();
    }

    @Override
    public boolean isWeightParam(org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
      return false;
    }

    @Override
    public boolean isBiasParam(org.deeplearning4j.nn.conf.layers.Layer layer, String key) {
      return false;
    }

    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray parameters, boolean initialise) {
      paramKeys(conf.getLayer()).forEach(conf::addVariable);
      Map<String, INDArray> views = getGradientsFromFlattened(conf, parameters);
      if (initialise) {
        views.get(MEAN).assign(0);
        views.get(SQUARE).assign(1);
      }
      return views;
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray flat) {
      long d = ((RunningMoments) conf.getLayer()).dimensions;
      INDArray vector = flat.reshape(flat.length());
      Map<String, INDArray> views = new LinkedHashMap<>();
      views.put(MEAN, vector.get(NDArrayIndex.interval(0, d)));
      views.put(SQUARE, vector.get(NDArrayIndex.interval(d, 2 * d)));
      return views;
    }
  }
}
