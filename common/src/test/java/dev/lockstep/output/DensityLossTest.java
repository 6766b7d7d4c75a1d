package dev.lockstep.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.nn.GRU;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/** The loss in networks of DL4J: gradients, masks, training, files. */
class DensityLossTest {
  private static final int SEQUENCES = 4;
  private static final int STEPS = 5;
  private static final INDArray MASK = Layouts.mask(Layouts.mask(STEPS, 5, 3, 4, 1), SEQUENCES);

  static Stream<OutputDistribution> distributions() {
    return Stream.of(new PenMixture(2), new GaussianMixture(2, 3));
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void theNetworksGradientIsThatOfItsScore(OutputDistribution distribution) {
    MultiLayerNetwork network = network(distribution, Activation.IDENTITY);
    checkGradient(network, data(distribution, MASK));
  }

  /** Odd, but an activation that a user left in place must not be passed over in silence. */
  @Test
  void theGradientGoesThroughTheActivation() {
    OutputDistribution distribution = new PenMixture(2);
    checkGradient(network(distribution, Activation.TANH), data(distribution, MASK));
  }

  private static void checkGradient(MultiLayerNetwork network, DataSet data) {
    Networks.randomise(network, 2, 0.7);
    network.setInput(data.getFeatures());
    network.setLabels(data.getLabels());
    network.setLayerMaskArrays(null, data.getLabelsMaskArray());
    network.computeGradientAndScore();
    // DL4J divides the gradient by the number of sequences in the updater, the score at once.
    INDArray gradient = network.getGradientsViewArray().div(SEQUENCES);
    GradientCheck.checkEvery(
        3,
        "loss",
        network,
        () -> {
          network.computeGradientAndScore();
          return network.score();
        },
        gradient.dup().data().asDouble());
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void maskedStepsMayHoldAnything(OutputDistribution distribution) {
    MultiLayerNetwork network = network(distribution, Activation.IDENTITY);
    DataSet data = data(distribution, MASK);
    double score = network.score(data);
    for (int n = 0; n < SEQUENCES; n++) {
      for (int t = 0; t < STEPS; t++) {
        if (MASK.getDouble(n, t) == 0) {
          data.getLabels().putScalar(n, 0, t, Double.NaN);
        }
      }
    }
    assertThat(network.score(data)).isEqualTo(score);
    network.fit(data);
    assertThat(Networks.parameters(network)).doesNotContain(Double.NaN);
  }

  @Test
  void theScoreIsAMeanOverSequencesOrOverNone() {
    OutputDistribution distribution = new GaussianMixture(1, 1);
    DensityLoss loss = new DensityLoss(distribution);
    INDArray columns = Nd4j.zeros(DataType.DOUBLE, 2, 3);
    INDArray labels = Nd4j.createFromArray(new double[][] {{1}, {2}});
    ActivationIdentity identity = new ActivationIdentity();
    // ½ log 2π + x² / 2 of each.
    double sum = Math.log(2 * Math.PI) + 2.5;
    Close.check("sum", loss.computeScore(labels, columns, identity, null, false), sum, 1e-12);
    Close.check("mean", loss.computeScore(labels, columns, identity, null, true), sum / 2, 1e-12);
    INDArray half = Nd4j.createFromArray(new double[][] {{0.5}, {0}});
    Close.check(
        "weighted",
        loss.computeScore(labels, columns, identity, half, false),
        Math.log(2 * Math.PI) / 4 + 0.25,
        1e-12);
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void aSavedNetworkComesBackWithItsDistribution(OutputDistribution distribution) {
    MultiLayerNetwork network = network(distribution, Activation.IDENTITY);
    DataSet data = data(distribution, MASK);
    network.fit(data);
    MultiLayerNetwork restored = Networks.savedAndRestored(network);
    RnnOutputLayer layer = (RnnOutputLayer) restored.getLayer(1).conf().getLayer();
    assertThat(((DensityLoss) layer.getLossFn()).distribution()).isEqualTo(distribution);
    assertThat(restored.getLayerWiseConfigurations())
        .isEqualTo(network.getLayerWiseConfigurations());
    assertThat(restored.output(data.getFeatures())).isEqualTo(network.output(data.getFeatures()));

    network.fit(data);
    restored.fit(data);
    Close.same("after a step", Networks.parameters(restored), Networks.parameters(network));
    assertThat(restored.score()).isEqualTo(network.score());
  }

  @Test
  void isReadFromYamlToo() {
    OutputDistribution distribution = new GaussianMixture(2, 3);
    MultiLayerConfiguration written =
        network(distribution, Activation.IDENTITY).getLayerWiseConfigurations();
    assertThat(MultiLayerConfiguration.fromYaml(written.toYaml())).isEqualTo(written);
  }

  /** Two values, far apart, in turn by chance: no single Gaussian is near this likelihood. */
  @Test
  void aNetworkLearnsTwoModes() {
    OutputDistribution distribution = new GaussianMixture(1, 2);
    MultiLayerNetwork network = network(distribution, Activation.IDENTITY);
    Random random = new Random(12);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 20, 1, STEPS);
    for (int i = 0; i < 20 * STEPS; i++) {
      double mode = random.nextBoolean() ? 2 : -2;
      labels.putScalar(i / STEPS, 0, i % STEPS, mode + 0.1 * random.nextGaussian());
    }
    DataSet data = new DataSet(Nd4j.ones(DataType.DOUBLE, 20, 3, STEPS), labels);
    for (int i = 0; i < 300; i++) {
      network.fit(data);
    }
    // log 2 + ½ log(2πe) + log 0.1 = −0.19 for each step; one Gaussian of that variance has 2.11.
    assertThat(network.score(data) / STEPS).isBetween(-0.6, 0.0);
  }

  @Test
  void sizesThatDoNotFitAreNamed() {
    DensityLoss loss = new DensityLoss(new PenMixture(2));
    ActivationIdentity identity = new ActivationIdentity();
    INDArray labels = Nd4j.zeros(6, 3);
    assertThatThrownBy(() -> loss.computeScore(labels, Nd4j.zeros(6, 12), identity, null, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("PenMixture[components=2] wants 13 output columns (nOut), not 12");
    INDArray outputs = Nd4j.zeros(6, 13);
    assertThatThrownBy(() -> loss.computeGradient(Nd4j.zeros(6, 2), outputs, identity, null))
        .hasMessage("PenMixture[components=2] wants 3 label columns, not 2");
    assertThatThrownBy(() -> loss.computeScore(labels, outputs, identity, Nd4j.ones(6, 3), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one number for each step, not [6, 3] for 6 steps");
  }

  /** A GRU of 4 units that reads 3 channels. */
  private static MultiLayerNetwork network(OutputDistribution distribution, Activation activation) {
    return Networks.initialised(
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(0.03))
            .list()
            .layer(new GRU.Builder().nIn(3).nOut(4).build())
            .layer(
                new RnnOutputLayer.Builder(new DensityLoss(distribution))
                    .activation(activation)
                    .nIn(4)
                    .nOut(distribution.parameters())
                    .build())
            .build());
  }

  private static DataSet data(OutputDistribution distribution, INDArray mask) {
    Random random = new Random(1);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SEQUENCES, distribution.width(), STEPS);
    INDArray features = Nd4j.zeros(DataType.DOUBLE, SEQUENCES, 3, STEPS);
    fill(features, random);
    fill(labels, random);
    if (distribution instanceof PenMixture) {
      for (int i = 0; i < SEQUENCES * STEPS; i++) {
        labels.putScalar(i / STEPS, 2, i % STEPS, random.nextInt(2));
      }
    }
    return new DataSet(features, labels, null, mask);
  }

  private static void fill(INDArray array, Random random) {
    for (int i = 0; i < array.length(); i++) {
      array.putScalar(i, random.nextGaussian());
    }
  }
}
