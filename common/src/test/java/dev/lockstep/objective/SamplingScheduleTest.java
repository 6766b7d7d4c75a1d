package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.ObjectiveSettings.Decay;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SamplingScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "LINEAR, 1", "LINEAR, 1000", "EXPONENTIAL, 1", "EXPONENTIAL, 1000",
    "INVERSE_SIGMOID, 1", "INVERSE_SIGMOID, 3", "INVERSE_SIGMOID, 1000", "INVERSE_SIGMOID, 1e9"
  })
  void isOneHalfWhereItIsSaidToBe(Decay decay, double halfAfter) {
    SamplingSchedule schedule = new SamplingSchedule(decay, halfAfter, 0);
    assertThat(schedule.dataProbability((long) halfAfter)).isCloseTo(0.5, within(1e-9));
  }

  /** k of Bengio et al. (2015): {@code k^i} and {@code k / (k + exp(i / k))}; c = 1 / 2h. */
  @Test
  void areThePapersFunctions() {
    double k = 40;
    SamplingSchedule sigmoid =
        new SamplingSchedule(Decay.INVERSE_SIGMOID, k * Math.log(k), /* least= */ 0);
    SamplingSchedule exponential =
        new SamplingSchedule(Decay.EXPONENTIAL, Math.log(0.5) / Math.log(0.99), /* least= */ 0);
    SamplingSchedule linear = new SamplingSchedule(Decay.LINEAR, 250, /* least= */ 0);
    for (int i = 0; i < 500; i += 7) {
      assertThat(sigmoid.dataProbability(i)).isCloseTo(k / (k + Math.exp(i / k)), within(1e-12));
      assertThat(exponential.dataProbability(i)).isCloseTo(Math.pow(0.99, i), within(1e-12));
      assertThat(linear.dataProbability(i)).isCloseTo(1 - 0.002 * i, within(1e-12));
    }
  }

  @ParameterizedTest
  @EnumSource
  void fallsToTheLeastAndStaysThere(Decay decay) {
    SamplingSchedule schedule = new SamplingSchedule(decay, 100, 0.25);
    double last = 1;
    for (int i = 0; i < 2000; i += 10) {
      double now = schedule.dataProbability(i);
      assertThat(now).isBetween(0.25, last);
      last = now;
    }
    assertThat(last).isEqualTo(0.25);
    assertThat(schedule.dataProbability(Long.MAX_VALUE)).isEqualTo(0.25);
  }
}
