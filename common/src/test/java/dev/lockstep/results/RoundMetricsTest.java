package dev.lockstep.results;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundMetricsTest {
  @Test
  void aLineTellsLossGatesRateAndWhereTheTimeWent() {
    RoundMetrics adversarial =
        new RoundMetrics(
            3, 1.2, 1.7312, 1.38, 0.7, 0.69, 0.81, 0.25, 1.0, 25.4, 1.25, null, 1, 1.25, 1.8, 9000,
            4500, 0.1, 1.8, 0.1, 6);
    assertThat(adversarial.status())
        .isEqualTo(
            "bpc 1.731  C_d 1.380  C_f 0.700  accuracy 0.81  gates 0.25, 1.00"
                + "  gradients 25.4, C_f 1.25  left out 1"
                + "  valid 1.800  4,500 steps/s  compute 90 %, broadcast 5 %, combine 5 %");
  }

  @Test
  void whatDoesNotApplyIsLeftOut() {
    RoundMetrics plain =
        new RoundMetrics(
            3, 1.2, 1.7312, null, null, null, null, null, null, null, null, null, 0, null, null, 90,
            45, 0, 2, 0, 6);
    assertThat(plain.status())
        .isEqualTo("bpc 1.731  45 steps/s  compute 100 %, broadcast 0 %, combine 0 %");
  }

  @Test
  void scheduledSamplingTellsHowOftenTheDataAreRead() {
    RoundMetrics mixed =
        new RoundMetrics(
            3, 1.2, 1.7312, null, null, null, null, null, null, null, null, 0.375, 0, null, null,
            90, 45, 0, 2, 0, 6);
    assertThat(mixed.status()).startsWith("bpc 1.731  reads data 0.38  45 steps/s");
  }

  @Test
  void vectorsHaveNoBits() {
    RoundMetrics vectors =
        new RoundMetrics(
            3, -1.2, null, null, null, null, null, null, null, null, null, null, 0, -0.9, null, 90,
            45, 0, 2, 0, 6);
    assertThat(vectors.status())
        .isEqualTo(
            "nll -1.200  valid -0.900  45 steps/s  compute 100 %, broadcast 0 %, combine 0 %");
  }
}
