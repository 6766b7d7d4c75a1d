package dev.lockstep.nn;

import dev.lockstep.nn.kernel.GruWeights;
import dev.lockstep.nn.kernel.Matrix;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Where a {@link GRU}'s parameters stand in its part of the network's flat vector: W, then RW, then
 * b.
 */
public final class GRUParamInitializer implements ParamInitializer {
  /** W_i, [C, 3H]. */
  public static final String INPUT_WEIGHT = "W";

  /** W_h, [H, 3H]. */
  public static final String RECURRENT_WEIGHT = "RW";

  /** b_i and b_h, [1, 6H]. */
  public static final String BIAS = "b";

  static final GRUParamInitializer INSTANCE = new GRUParamInitializer();

  private GRUParamInitializer() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    GRU gru = (GRU) layer;
    return numParams(gru.getNIn(), gru.getNOut());
  }

  /** Parameters of a GRU of C inputs and H units. */
  static long numParams(long in, long hidden) {
    return 3 * hidden * (in + hidden + 2);
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return List.of(INPUT_WEIGHT, RECURRENT_WEIGHT, BIAS);
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of(INPUT_WEIGHT, RECURRENT_WEIGHT);
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of(BIAS);
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return BIAS.equals(key);
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray parameters, boolean initialise) {
    GRU gru = (GRU) conf.getLayer();
    paramKeys(gru).forEach(conf::addVariable);
    Map<String, INDArray> views = views(gru, parameters);
    if (initialise) {
      initialise(gru, gru.getNIn(), views);
    }
    return views;
  }

  /** Gives W, RW and b of a GRU of C inputs their first values. */
  static void initialise(BaseGRU gru, long in, Map<String, INDArray> views) {
    IWeightInit recurrentInit =
        gru.getWeightInitFnRecurrent() != null
            ? gru.getWeightInitFnRecurrent()
            : gru.getWeightInitFn();
    fill(gru.getWeightInitFn(), in, gru.getNOut(), views.get(INPUT_WEIGHT));
    fill(recurrentInit, gru.getNOut(), gru.getNOut(), views.get(RECURRENT_WEIGHT));
    views.get(BIAS).assign(gru.getBiasInit());
  }

  /** Fans of one gate: three gates side by side do not make a unit's input any wider. */
  static void fill(IWeightInit init, long fanIn, long fanOut, INDArray weight) {
    INDArray flat = weight.reshape('f', new long[] {weight.length()});
    init.init((double) fanIn, (double) fanOut, weight.shape(), 'f', flat);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray gradient) {
    return views((GRU) conf.getLayer(), gradient);
  }

  /**
   * The kernels' view of a GRU's parameters or gradient.
   *
   * @param table views by name, as DL4J's {@code paramTable()} has them
   * @param prefix what stands before the names, such as {@code "0_f"} for the forward half of a
   *     bidirectional first layer
   */
  public static GruWeights weights(Map<String, INDArray> table, String prefix) {
    Matrix input = Matrix.ofWeight(table.get(prefix + INPUT_WEIGHT));
    Matrix recurrent = Matrix.ofWeight(table.get(prefix + RECURRENT_WEIGHT));
    Matrix bias = Matrix.ofVector(table.get(prefix + BIAS));
    int gates = recurrent.rows();
    return new GruWeights(input, recurrent, bias.columns(0, gates), bias.columns(gates, 2 * gates));
  }

  /** Views by name of a GRU's part of a flat vector, be it of parameters or of a gradient. */
  public static Map<String, INDArray> views(GRU gru, INDArray flat) {
    INDArray vector = vector(gru, flat, INSTANCE.numParams((Layer) gru));
    return views(gru.getNIn(), gru.getNOut(), vector);
  }

  /** A layer's part of a flat vector, with rank 1. */
  static INDArray vector(BaseGRU gru, INDArray flat, long expected) {
    if (flat.length() != expected) {
      throw new IllegalStateException(
          gru.kind()
              + " "
              + gru.getLayerName()
              + " has "
              + expected
              + " parameters, not "
              + flat.length());
    }
    return flat.reshape(expected);
  }

  /** The parameters of a GRU of C inputs and H units, as views of the start of a vector. */
  static Map<String, INDArray> views(long in, long hidden, INDArray vector) {
    long input = in * 3 * hidden;
    long recurrent = hidden * 3 * hidden;
    Map<String, INDArray> views = new LinkedHashMap<>();
    views.put(INPUT_WEIGHT, part(vector, 0, input, in));
    views.put(RECURRENT_WEIGHT, part(vector, input, recurrent, hidden));
    views.put(BIAS, part(vector, input + recurrent, 6 * hidden, 1));
    return views;
  }

  static INDArray part(INDArray vector, long from, long length, long rows) {
    return vector.get(NDArrayIndex.interval(from, from + length)).reshape('f', rows, length / rows);
  }
}
