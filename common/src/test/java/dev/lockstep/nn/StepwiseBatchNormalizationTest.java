package dev.lockstep.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.nn.kernel.KernelCases;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** In DL4J's own passes, with one step, beside DL4J's own batch normalisation. */
class StepwiseBatchNormalizationTest {
  private static final int SIDE = 4;
  private static final int ROWS = 6;

  private static MultiLayerNetwork network(boolean images, Layer normalisation) {
    Layer first =
        images
            ? new ConvolutionLayer.Builder(3, 3).nOut(3).activation(Activation.IDENTITY).build()
            : new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build();
    return Networks.initialised(
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .seed(1)
            .updater(new Sgd(0.5))
            .list()
            .layer(first)
            .layer(normalisation)
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .activation(Activation.TANH)
                    .build())
            .setInputType(
                images
                    ? InputType.convolutionalFlat(SIDE, SIDE, 1)
                    : InputType.feedForward(SIDE * SIDE))
            .build());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void learnsAsDl4jsOwn(boolean images) {
    MultiLayerNetwork ours = network(images, new StepwiseBatchNormalization.Builder(1).build());
    MultiLayerNetwork theirs =
        network(images, new BatchNormalization.Builder().decay(0.9).eps(1e-5).build());
    Random random = new Random(2);
    INDArray x = KernelCases.random(random, DataType.DOUBLE, ROWS, SIDE * SIDE, 1).array();
    INDArray y = KernelCases.random(random, DataType.DOUBLE, ROWS, 2, 0.9).array();
    double before = ours.score(new DataSet(x, y));
    for (int i = 0; i < 5; i++) {
      ours.fit(x, y);
      theirs.fit(x, y);
    }
    assertThat(ours.score(new DataSet(x, y))).isLessThan(before);
    for (String name : new String[] {"0_W", "1_gamma", "1_beta", "1_mean", "2_W", "2_b"}) {
      Close.check(name, values(ours, name), values(theirs, name), 1e-9);
    }
    Close.check("outputs", values(ours.output(x, true)), values(theirs.output(x, true)), 1e-9);
  }

  private static double[] values(MultiLayerNetwork network, String name) {
    return values(network.getParam(name));
  }

  private static double[] values(INDArray array) {
    return array.dup('c').data().asDouble();
  }
}
