package dev.lockstep.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.testing.Close;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JensenShannonLossesTest {
  /** −log σ(10) and −log σ(−10), to the last digit of a double. */
  private static final double SURE = 4.539889921686465E-5;

  private static final double SURPRISED = 10.000045398899218;
  private static final Offset<Double> EXACT = within(1e-15);

  @Test
  void lossesAreTheirDefinitions() {
    AdversarialLosses losses = new JensenShannonLosses(new double[] {1.5, -0.5, 0.25, -2});
    double[] d = {0.8175744761936437, 0.3775406687981454, 0.5621765008857981, 0.11920292202211755};
    double cd = -(Math.log(d[0]) + Math.log(d[1]) + Math.log(1 - d[2]) + Math.log(1 - d[3])) / 2;
    assertThat(losses.discriminator()).isCloseTo(cd, within(1e-14));
    double cf = -(Math.log(d[2]) + Math.log(d[3])) / 2;
    assertThat(losses.freeRunning()).isCloseTo(cf, within(1e-14));
    double ct = -(Math.log(1 - d[0]) + Math.log(1 - d[1])) / 2;
    assertThat(losses.teacherForced()).isCloseTo(ct, within(1e-14));
    assertThat(losses.accuracy()).isEqualTo(0.5);
  }

  @Test
  void surenessIsAlmostFree() {
    AdversarialLosses right = new JensenShannonLosses(new double[] {10, 10, -10, -10});
    assertThat(right.discriminator()).isCloseTo(2 * SURE, EXACT);
    assertThat(right.freeRunning()).isCloseTo(SURPRISED, EXACT);
    assertThat(right.teacherForced()).isCloseTo(SURPRISED, EXACT);
    assertThat(right.accuracy()).isEqualTo(1);
  }

  @Test
  void beingWrongAtTheClipCostsTen() {
    AdversarialLosses wrong = new JensenShannonLosses(new double[] {-10, -10, 10, 10});
    assertThat(wrong.discriminator()).isCloseTo(2 * SURPRISED, within(1e-14));
    assertThat(wrong.freeRunning()).isCloseTo(SURE, EXACT);
    assertThat(wrong.teacherForced()).isCloseTo(SURE, EXACT);
    assertThat(wrong.accuracy()).isZero();
  }

  /** The scale is a ratio of gradients; at the clip both are largest and smallest. */
  @ParameterizedTest
  @CsvSource({"-10, 10", "10, -10", "0, 0", "3, -7", "-10, -10"})
  void scalesTurnTheGradientOfCdIntoThoseOfCfAndCt(double teacherForced, double freeRunning) {
    double[] scores = {teacherForced, 0.5, freeRunning, -0.5};
    AdversarialLosses losses = new JensenShannonLosses(scores);
    double[] atScores = losses.gradients(1, false).discriminator();
    double[] cd = new double[4];
    double[] cf = new double[4];
    double[] both = new double[4];
    double[] onlyCf = losses.gradients(1, false).generatorScale();
    double[] withCt = losses.gradients(1, true).generatorScale();
    for (int i = 0; i < 4; i++) {
      double d = 1 / (1 + Math.exp(-scores[i]));
      double notD = 1 / (1 + Math.exp(scores[i]));
      cd[i] = i < 2 ? -notD / 2 : d / 2;
      cf[i] = i < 2 ? 0 : -notD / 2;
      both[i] = i < 2 ? d / 2 : -notD / 2;
      onlyCf[i] *= atScores[i];
      withCt[i] *= atScores[i];
    }
    Close.check("gradient of C_d", atScores, cd, 1e-12);
    Close.check("gradient of C_f", onlyCf, cf, 1e-12);
    Close.check("gradient of C_f + C_t", withCt, both, 1e-12);
  }

  @Test
  void undecidedIsNotRight() {
    assertThat(new JensenShannonLosses(new double[] {0, 1, 0, -1}).accuracy()).isEqualTo(0.5);
  }

  @Test
  void aScoreThatIsNoNumberHasNoAccuracy() {
    AdversarialLosses losses = new JensenShannonLosses(new double[] {1, Double.NaN, -1, -1});
    assertThat(losses.accuracy()).isNaN();
    assertThat(losses.discriminator()).isNaN();
  }

  @ParameterizedTest
  @CsvSource({
    "0, false, true",
    "0.5, false, true",
    "0.75, false, true",
    "0.7500001, true, true",
    "0.99, true, true",
    "0.9900001, true, false",
    "1, true, false"
  })
  void gatesOpenBetweenTheirBounds(double accuracy, boolean generator, boolean discriminator) {
    assertThat(Gates.PAPER.decide(accuracy)).isEqualTo(new Gates.Open(generator, discriminator));
  }

  @Test
  void noGateIsOpenWithoutAnAccuracy() {
    assertThat(Gates.PAPER.decide(Double.NaN)).isEqualTo(new Gates.Open(false, false));
  }
}
