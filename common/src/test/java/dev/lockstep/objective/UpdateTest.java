package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

class UpdateTest {
  /**
   * Kingma and Ba's algorithm 1, over every parameter of a network with embedding and GRUs, with a
   * step size that changes.
   */
  @Test
  void adamIsThePapers() {
    Adam adam = Adam.builder().learningRate(0.01).epsilon(1e-8).build();
    Kernels kernels = Networks.kernels(2);
    MultiLayerNetwork network = Steps.teacherForcing(adam, 0).networks().get(0);
    int count = (int) network.numParams();
    double[] expected = Networks.parameters(network);
    double[] m = new double[count];
    double[] v = new double[count];
    Random random = new Random(12);
    for (int t = 1; t <= 5; t++) {
      double[] gradient = random.doubles(count, -1, 1).toArray();
      network
          .getGradientsViewArray()
          .assign(Nd4j.createFromArray(gradient).reshape(network.params().shape()));
      double rate = 0.01 / t;
      Update.setLearningRate(network, rate);
      Update.apply(network, kernels, 0);
      for (int i = 0; i < count; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        double mean = m[i] / (1 - Math.pow(0.9, t));
        double variance = v[i] / (1 - Math.pow(0.999, t));
        expected[i] -= rate * mean / (Math.sqrt(variance) + 1e-8);
      }
      assertThat(network.getIterationCount()).isEqualTo(t);
      Close.check("parameters after step " + t, Networks.parameters(network), expected, 1e-6);
    }
  }
}
