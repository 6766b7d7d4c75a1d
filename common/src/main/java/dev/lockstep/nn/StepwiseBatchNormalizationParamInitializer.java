package dev.lockstep.nn;

import static dev.lockstep.nn.StepwiseBatchNormalization.BETA;
import static dev.lockstep.nn.StepwiseBatchNormalization.GAMMA;
import static dev.lockstep.nn.StepwiseBatchNormalization.MEAN;
import static dev.lockstep.nn.StepwiseBatchNormalization.VARIANCE;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Where a {@link StepwiseBatchNormalization}'s parameters stand: four of [S, C], one by one. */
final class StepwiseBatchNormalizationParamInitializer implements ParamInitializer {
  static final StepwiseBatchNormalizationParamInitializer INSTANCE =
      new StepwiseBatchNormalizationParamInitializer();

  private static final List<String> KEYS = List.of(GAMMA, BETA, MEAN, VARIANCE);

  private StepwiseBatchNormalizationParamInitializer() {}

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return KEYS.size() * each((StepwiseBatchNormalization) layer);
  }

  private static long each(StepwiseBatchNormalization layer) {
    return layer.getSteps() * layer.getNIn();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return KEYS;
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return List.of();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return List.of();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return false;
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return false;
  }

  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray parameters, boolean initialise) {
    KEYS.forEach(conf::addVariable);
    Map<String, INDArray> views = getGradientsFromFlattened(conf, parameters);
    if (initialise) {
      views.get(GAMMA).assign(1);
      views.get(BETA).assign(0);
      views.get(MEAN).assign(0);
      views.get(VARIANCE).assign(1);
    }
    return views;
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray flat) {
    StepwiseBatchNormalization layer = (StepwiseBatchNormalization) conf.getLayer();
    INDArray vector = flat.reshape(flat.length());
    Map<String, INDArray> views = new LinkedHashMap<>();
    long from = 0;
    for (String key : KEYS) {
      long to = from + each(layer);
      views.put(
          key,
          vector
              .get(NDArrayIndex.interval(from, to))
              .reshape('c', layer.getSteps(), layer.getNIn()));
      from = to;
    }
    return views;
  }
}
