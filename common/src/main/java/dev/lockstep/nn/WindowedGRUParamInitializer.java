package dev.lockstep.nn;

import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.nn.kernel.WindowedGruWeights;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where a {@link WindowedGRU}'s parameters stand in its part of the network's flat vector: those of
 * a GRU of I + C inputs, then A, then Ab.
 */
public final class WindowedGRUParamInitializer implements ParamInitializer {
  /** W_a, [H, 3K]. */
  public static final String WINDOW_WEIGHT = "A";

  /** b_a, [1, 3K]. */
  public static final String WINDOW_BIAS = "Ab";

  /**
   * Characters that the window moves on at a step, before training. A stroke of handwriting is
   * written in about 25 steps a character (IAM-OnDB); at the exponential of a zero bias, 1, the
   * window would have left a text behind after a twenty-fifth of its strokes, and no gradient
   * reaches it from there.
   */
  private static final double INITIAL_ADVANCE = 0.04;

  static final WindowedGRUParamInitializer INSTANCE = new WindowedGRUParamInitializer();

  private WindowedGRUParamInitializer() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    WindowedGRU gru = (WindowedGRU) layer;
    return GRUParamInitializer.numParams(inputs(gru), gru.getNOut())
        + 3L * gru.getComponents() * (gru.getNOut() + 1);
  }

  private static long inputs(WindowedGRU gru) {
    return gru.getNIn() + gru.getSymbols();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(
        GRUParamInitializer.INPUT_WEIGHT,
        GRUParamInitializer.RECURRENT_WEIGHT,
        GRUParamInitializer.BIAS,
        WINDOW_WEIGHT,
        WINDOW_BIAS);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(
        GRUParamInitializer.INPUT_WEIGHT, GRUParamInitializer.RECURRENT_WEIGHT, WINDOW_WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of(GRUParamInitializer.BIAS, WINDOW_BIAS);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray parameters, boolean initialise) {
    WindowedGRU gru = (WindowedGRU) conf.getLayer();
    paramKeys(gru).forEach(conf::addVariable);
    Map<String, INDArray> views = views(gru, parameters);
    if (initialise) {
      GRUParamInitializer.initialise(gru, inputs(gru), views);
      int k = gru.getComponents();
      GRUParamInitializer.fill(gru.getWeightInitFn(), gru.getNOut(), k, views.get(WINDOW_WEIGHT));
      INDArray bias = views.get(WINDOW_BIAS).assign(gru.getBiasInit());
      for (int i = 2 * k; i < 3 * k; i++) {
        bias.putScalar(0, i, Math.log(INITIAL_ADVANCE));
      }
    }
    return views;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradient) {
    return views((WindowedGRU) conf.getLayer(), gradient);
  }

  /** As {@link GRUParamInitializer#weights}. */
  public static WindowedGruWeights weights(Map<String, INDArray> table, String prefix) {
    return new WindowedGruWeights(
        GRUParamInitializer.weights(table, prefix),
        Matrix.ofWeight(table.get(prefix + WINDOW_WEIGHT)),
        Matrix.ofVector(table.get(prefix + WINDOW_BIAS)));
  }

  private static Map<String, INDArray> views(WindowedGRU gru, INDArray flat) {
    long expected = INSTANCE.numParams((Layer) gru);
    INDArray vector = GRUParamInitializer.vector(gru, flat, expected);
    long recurrent = GRUParamInitializer.numParams(inputs(gru), gru.getNOut());
    long weight = 3L * gru.getComponents() * gru.getNOut();
    Map<String, INDArray> views = GRUParamInitializer.views(inputs(gru), gru.getNOut(), vector);
    views.put(WINDOW_WEIGHT, GRUParamInitializer.part(vector, recurrent, weight, gru.getNOut()));
    views.put(
        WINDOW_BIAS,
        GRUParamInitializer.part(vector, recurrent + weight, 3L * gru.getComponents(), 1));
    return views;
  }
}
