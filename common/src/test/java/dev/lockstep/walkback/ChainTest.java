package dev.lockstep.walkback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.OperatorSettings.Heat;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.RunningMoments;
import dev.lockstep.nn.kernel.KernelProvider;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** Chains of an operator that is a first-order autoregression, of which all is known. */
class ChainTest {
  private static final double ALPHA = 0.4;
  private static final int ROWS = 400;
  private static final double CENTRE = 2;

  /** Its network says {@code CENTRE} and softplus(raw), whatever the state. */
  private static TransitionOperator operator(double raw) {
    Transition transition = new GaussianTransition(ALPHA, Heat.VARIANCE, 0);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new OperatorShape(2, 4, 3, 1, Activation.TANH, /* normalised= */ 0)
                .dense(DataType.DOUBLE, new NoOp(), 1));
    network.init();
    network.getParam("1_W").assign(0);
    for (int d = 0; d < 2; d++) {
      network.getParam("1_b").putScalar(d, CENTRE);
      network.getParam("1_b").putScalar(2 + d, raw);
    }
    network.getParam("2_" + RunningMoments.MEAN).assign(CENTRE);
    network.getParam("2_" + RunningMoments.SQUARE).assign(CENTRE * CENTRE + 9);
    return new TransitionOperator(
        network, transition, KernelProvider.create(Kernel.AUTO, DataType.DOUBLE, 2));
  }

  private static Chain chain(TransitionOperator operator) {
    return Chain.fromPrior(operator, ROWS, operator.noise(new SplittableRandom(5)));
  }

  private static double variance(double[] states) {
    double sum = 0;
    for (double state : states) {
      sum += (state - CENTRE) * (state - CENTRE);
    }
    return sum / states.length;
  }

  /** The stationary variance is σ² / (1 − (1 − α)²). */
  @Test
  void staysAtTheStationaryDistribution() {
    Chain chain = chain(operator(0));
    assertThat(variance(chain.states())).isCloseTo(9, within(1.0));
    for (int step = 0; step < 60; step++) {
      chain.step();
    }
    double sigma = Math.log(2);
    double expected = sigma * sigma / (1 - (1 - ALPHA) * (1 - ALPHA));
    assertThat(variance(chain.states())).isCloseTo(expected, within(0.12 * expected));
  }

  /** Such a chain is reversible; an entropy is that of its noise. */
  @Test
  void isReversible() {
    Chain chain = chain(operator(1));
    for (int step = 0; step < 40; step++) {
      chain.step();
    }
    Irreversibility crossed = Irreversibility.of(chain, 200);
    double sigma = Math.log1p(Math.E);
    assertThat(crossed.entropy())
        .isCloseTo(2 * (Math.log(sigma) + 0.5 * Math.log(2 * Math.PI * Math.E)), within(0.02));
    assertThat(crossed.divergence()).isCloseTo(0, within(0.01));
    assertThat(crossed.degree()).isCloseTo(0, within(0.01));
  }

  /** Far from where it is stationary, the way there is likelier than the way back. */
  @Test
  void isIrreversibleOnItsWay() {
    Chain chain = chain(operator(-2));
    assertThat(Irreversibility.of(chain, 2).divergence()).isGreaterThan(1);
  }

  @Test
  void crossingIsStepping() {
    TransitionOperator operator = operator(0);
    Chain stepping = chain(operator);
    Chain crossing = chain(operator);
    for (int step = 0; step < 3; step++) {
      stepping.step();
      crossing.cross();
    }
    assertThat(crossing.states()).isEqualTo(stepping.states());
  }

  @Test
  void keepsWhatIsGiven() {
    Chain chain = chain(operator(0));
    double[] values = new double[2 * ROWS];
    java.util.Arrays.setAll(values, i -> i);
    chain.clamp(new Chain.Clamp(new boolean[] {false, true}, values));
    chain.cool(new Temperatures(8), 1);
    for (int row = 0; row < ROWS; row++) {
      assertThat(chain.states()[2 * row + 1]).isEqualTo(values[2 * row + 1]);
      assertThat(chain.states()[2 * row]).isBetween(-20.0, 20.0);
    }
  }
}
