package dev.lockstep.model;

import dev.lockstep.nn.GRU;
import dev.lockstep.nn.GRUParamInitializer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * Views of a network's flat vectors under DL4J's names, such as {@code 0_W} or {@code 0_fRW}: the
 * same for parameters and gradient.
 */
final class ParameterViews {
  private ParameterViews() {}

  static Map<String, INDArray> of(MultiLayerNetwork network, INDArray flat) {
    Map<String, INDArray> views = new LinkedHashMap<>();
    INDArray vector = flat.reshape(flat.length());
    long from = 0;
    for (int i = 0; i < network.getnLayers(); i++) {
      org.deeplearning4j.nn.api.Layer layer = network.getLayer(i);
      long count = layer.numParams();
      if (count > 0) {
        INDArray part = vector.get(NDArrayIndex.interval(from, from + count));
        add(views, i + "_", layer, layer.conf().getLayer(), part);
      }
      from += count;
    }
    return views;
  }

  private static void add(
      Map<String, INDArray> views,
      String prefix,
      org.deeplearning4j.nn.api.Layer layer,
      Layer conf,
      INDArray flat) {
    if (conf instanceof Bidirectional both) {
      long half = flat.length() / 2;
      INDArray forward = flat.get(NDArrayIndex.interval(0, half));
      INDArray backward = flat.get(NDArrayIndex.interval(half, 2 * half));
      add(views, prefix + "f", layer, both.getFwd(), forward);
      add(views, prefix + "b", layer, both.getBwd(), backward);
    } else if (conf instanceof GRU gru) {
      GRUParamInitializer.views(gru, flat).forEach((name, view) -> views.put(prefix + name, view));
    } else {
      conf.initializer()
          .getGradientsFromFlattened(layer.conf(), flat.reshape(1, flat.length()))
          .forEach((name, view) -> views.put(prefix + name, view));
    }
  }
}
