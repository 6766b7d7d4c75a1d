package dev.lockstep.nn;

import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch normalisation (Ioffe, Szegedy 2015) for a network that is applied many times in a row, with
 * parameters of their own for each of S applications: the activations of a walk's steps are
 * distributed differently. Which one it is, {@link StepwiseBatchNormalizationLayer#step} says; all
 * beyond the last use the last's.
 *
 * <p>Input and output [N, C] or [N, C, height, width], normalised over all but C, then the
 * activation function. Parameters, each [S, C]: {@code gamma} and {@code beta}, which are learned,
 * {@code mean} and {@code var}, running moments for use after training, whose gradient is zero.
 */
public final class StepwiseBatchNormalization extends FeedForwardLayer {
  private static final long serialVersionUID = 1L;

  /** γ, [S, C]. */
  public static final String GAMMA = "gamma";

  /** β, [S, C]. */
  public static final String BETA = "beta";

  /** Running mean, [S, C]. */
  public static final String MEAN = "mean";

  /** Running variance, [S, C]. */
  public static final String VARIANCE = "var";

  /** Added to variances. */
  public static final double EPSILON = 1e-5;

  /** Share of the running moments that a backward pass replaces by the minibatch's. */
  public static final double RENEWED = 0.1;

  private int steps;

  private StepwiseBatchNormalization(Builder builder) {
    super(builder);
    this.steps = builder.steps;
    initializeConstraints(builder);
  }

  /** For deserialisation. */
  StepwiseBatchNormalization() {}

  /** S. */
  public int getSteps() {
    return steps;
  }

  /**
   * Which parameters an application has.
   *
   * @param application from 0
   * @return row of the parameters
   */
  public int row(int application) {
    return Math.min(application, steps - 1);
  }

  /** For deserialisation. */
  void setSteps(int steps) {
    this.steps = steps;
  }

  @Override
  public StepwiseBatchNormalization clone() {
    return (StepwiseBatchNormalization) super.clone();
  }

  @Override
  public ParamInitializer initializer() {
    return StepwiseBatchNormalizationParamInitializer.INSTANCE;
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
        new StepwiseBatchNormalizationLayer(conf, type),
        conf,
        listeners,
        index,
        parameters,
        initialise);
  }

  @Override
  public InputType getOutputType(int index, InputType input) {
    return input;
  }

  @Override
  public void setNIn(InputType input, boolean override) {
    if (nIn <= 0 || override) {
      nIn =
          input instanceof InputType.InputTypeConvolutional images
              ? images.getChannels()
              : ((InputType.InputTypeFeedForward) input).getSize();
    }
    nOut = nIn;
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType input) {
    // It takes rows and images as they come.
    return null;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType input) {
    long parameters = initializer().numParams(this);
    long activations = input.arrayElementsPerExample();
    return new LayerMemoryReport.Builder(layerName, getClass(), input, input)
        .standardMemory(parameters, getIUpdater().stateSize(parameters))
        .workingMemory(0, activations, 0, 2 * activations)
        .cacheMemory(MemoryReport.CACHE_MODE_ALL_ZEROS, MemoryReport.CACHE_MODE_ALL_ZEROS)
        .build();
  }

  /** Sizes by {@code steps} and, where the input's type does not give it, {@code nIn}. */
  public static final class Builder extends FeedForwardLayer.Builder<Builder> {
    private final int steps;

    /**
     * For so many applications.
     *
     * @param steps S, at least 1
     */
    public Builder(int steps) {
      if (steps < 1) {
        throw new IllegalArgumentException("at least one step, not " + steps);
      }
      this.steps = steps;
      activation(new ActivationIdentity());
    }

    @Override
    // The signature is DL4J's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <E extends org.deeplearning4j.nn.conf.layers.Layer> E build() {
      return (E) new StepwiseBatchNormalization(this);
    }
  }
}
