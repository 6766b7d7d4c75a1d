package dev.lockstep.output;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.testing.Close;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import dev.lockstep.testing.Reference;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/** {@link PenMixture}, by itself and in DL4J, against {@code mixture-density.json}. */
class PenMixtureConformanceTest {
  private static final Reference CASE = Reference.load("mixture-density");
  private static final int COMPONENTS = 3;
  private static final PenMixture PEN = new PenMixture(COMPONENTS);
  private static final int COLUMNS = PEN.parameters();
  private static final double[] MASK = CASE.data("mask");
  private static final double REAL = Arrays.stream(MASK).sum();

  @Test
  void matchesTheReference() {
    checkNll(CASE.data("o"));
    double[] gradients = new double[CASE.data("o").length];
    for (int i = 0; i < MASK.length; i++) {
      PEN.gradients(
          CASE.data("o"),
          i * COLUMNS,
          CASE.data("target"),
          i * 3,
          MASK[i] / REAL,
          gradients,
          i * COLUMNS);
    }
    Close.check("do", gradients, CASE.data("grad/o"), 1e-9);
  }

  @ParameterizedTest
  @MethodSource("pairsOfGroups")
  void failsWhenTwoGroupsOfColumnsAreSwapped(int one, int other) {
    double[] swapped = CASE.data("o");
    for (int row = 0; row < MASK.length; row++) {
      for (int m = 0; m < COMPONENTS; m++) {
        int a = row * COLUMNS + one * COMPONENTS + m;
        int b = row * COLUMNS + other * COMPONENTS + m;
        double held = swapped[a];
        swapped[a] = swapped[b];
        swapped[b] = held;
      }
    }
    assertThatThrownBy(() -> checkNll(swapped)).isInstanceOf(AssertionError.class);
  }

  static Stream<Arguments> pairsOfGroups() {
    return IntStream.range(0, 6)
        .boxed()
        .flatMap(one -> IntStream.range(one + 1, 6).mapToObj(other -> Arguments.of(one, other)));
  }

  private static void checkNll(double[] parameters) {
    double[] nll = new double[MASK.length];
    double loss = 0;
    for (int i = 0; i < MASK.length; i++) {
      nll[i] = PEN.nll(parameters, i * COLUMNS, CASE.data("target"), i * 3);
      loss += MASK[i] * nll[i] / REAL;
    }
    Close.check("nll_per_step", nll, CASE.data("nll_per_step"), 1e-9);
    Close.check("loss", loss, CASE.number("loss"), 1e-9);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "FLOAT"})
  void theLossMatchesTheReference(DataType type) {
    DensityLoss loss = new DensityLoss(PEN);
    INDArray outputs = rows("o", COLUMNS, type);
    INDArray labels = rows("target", 3, type);
    INDArray mask = rows("mask", 1, type);
    ActivationIdentity identity = new ActivationIdentity();
    double tolerance = Close.tolerance(type);

    double[] steps = doubles(loss.computeScoreArray(labels, outputs, identity, null));
    Close.check("nll_per_step", steps, CASE.data("nll_per_step"), tolerance);

    var both = loss.computeGradientAndScore(labels, outputs, identity, mask, false);
    Close.check("loss", both.getFirst() / REAL, CASE.number("loss"), tolerance);
    Close.check("do", doubles(both.getSecond().div(REAL)), CASE.data("grad/o"), tolerance);
  }

  @ParameterizedTest
  @EnumSource(
      value = DataType.class,
      names = {"DOUBLE", "FLOAT"})
  void anOutputLayerMatchesTheReference(DataType type) {
    MultiLayerNetwork network = outputLayer(type);
    network.params().assign(0);
    network.getParam("0_W").assign(Nd4j.eye(COLUMNS));
    INDArray input = sequenceMajor("o", type);
    INDArray labels = sequenceMajor("target", type);
    INDArray mask = CASE.array("mask", type).transpose().dup('c');

    INDArray gradients = network.calculateGradients(input, labels, null, mask).getSecond();
    double tolerance = Close.tolerance(type);
    Close.check("do", Layouts.timeMajor(gradients.div(REAL)), CASE.data("grad/o"), tolerance);
    network.setLayerMaskArrays(null, mask);
    network.computeGradientAndScore();
    double sum = network.score() * input.size(0);
    Close.check("loss", sum / REAL, CASE.number("loss"), tolerance);
  }

  private static MultiLayerNetwork outputLayer(DataType type) {
    return Networks.initialised(
        new NeuralNetConfiguration.Builder()
            .dataType(type)
            .updater(new NoOp())
            .list()
            .layer(
                new RnnOutputLayer.Builder(new DensityLoss(PEN))
                    .activation(Activation.IDENTITY)
                    .nOut(COLUMNS)
                    .build())
            .setInputType(InputType.recurrent(COLUMNS))
            .build());
  }

  private static INDArray rows(String path, int columns, DataType type) {
    return CASE.array(path, type).reshape('c', MASK.length, columns);
  }

  /** [T, N, C] as DL4J's [N, C, T]. */
  private static INDArray sequenceMajor(String path, DataType type) {
    return CASE.array(path, type).permute(1, 2, 0).dup('c');
  }

  private static double[] doubles(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }
}
