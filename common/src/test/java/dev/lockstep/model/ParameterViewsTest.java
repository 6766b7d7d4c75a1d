package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.nn.WindowedGRU;
import dev.lockstep.testing.Networks;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class ParameterViewsTest {
  @Test
  void ofAWindowedGruAreWhatDl4jNames() {
    MultiLayerNetwork network =
        Networks.initialised(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .list()
                .layer(new WindowedGRU.Builder().nIn(3).nOut(4).symbols(5).components(2).build())
                .layer(new RnnOutputLayer.Builder().nIn(4).nOut(2).build())
                .build());
    Networks.randomise(network, 1, 1);
    Map<String, INDArray> views = ParameterViews.of(network, network.params());
    assertThat(views.keySet()).containsExactly("0_W", "0_RW", "0_b", "0_A", "0_Ab", "1_W", "1_b");
    assertThat(views).isEqualTo(network.paramTable());
    assertThat(views.get("0_W").shape()).containsExactly(8, 12);
    assertThat(views.get("0_A").shape()).containsExactly(4, 6);
    views.get("0_Ab").assign(9);
    assertThat(network.getParam("0_Ab").sumNumber().doubleValue()).isEqualTo(54);
  }
}
