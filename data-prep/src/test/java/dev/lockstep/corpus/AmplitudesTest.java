package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.DataSettings.AmplitudeScale;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AmplitudesTest {
  static Stream<Amplitudes> all() {
    return Stream.of(AmplitudeScale.values())
        .flatMap(
            scale ->
                Stream.of(2, 3, 16, 255, 256, 65_536)
                    .map(bins -> new Amplitudes(bins, scale, 8000)));
  }

  @ParameterizedTest
  @MethodSource("all")
  void symbolsRiseWithAmplitudesAndReachBothEnds(Amplitudes amplitudes) {
    int last = 0;
    for (double x = -1; x <= 1; x += 1e-4) {
      assertThat(amplitudes.encode(x)).isGreaterThanOrEqualTo(last);
      last = amplitudes.encode(x);
    }
    for (double x : List.of(-1.0, -1.5, Double.NEGATIVE_INFINITY)) {
      assertThat(amplitudes.encode(x)).isZero();
    }
    for (double x : List.of(1.0, 1.5, Double.POSITIVE_INFINITY)) {
      assertThat(amplitudes.encode(x)).isEqualTo(amplitudes.bins() - 1);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void everySymbolComesBack(Amplitudes amplitudes) {
    for (int symbol = 0; symbol < amplitudes.bins(); symbol++) {
      assertThat(amplitudes.encode(amplitudes.decode(symbol))).isEqualTo(symbol);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void anAmplitudeComesBackWithinHalfABin(Amplitudes amplitudes) {
    for (double x = -1; x <= 1; x += 1e-4) {
      double back = amplitudes.decode(amplitudes.encode(x));
      assertThat(companded(amplitudes, back))
          .isCloseTo(companded(amplitudes, x), within(1.0 / amplitudes.bins() + 1e-12));
    }
  }

  private static double companded(Amplitudes amplitudes, double x) {
    double mu = amplitudes.bins() - 1;
    return amplitudes.scale() == AmplitudeScale.UNIFORM
        ? x
        : Math.signum(x) * Math.log(1 + mu * Math.abs(x)) / Math.log(1 + mu);
  }

  @ParameterizedTest
  @MethodSource("all")
  void silenceIsInTheMiddle(Amplitudes amplitudes) {
    int bins = amplitudes.bins();
    assertThat(amplitudes.encode(0)).isEqualTo(bins / 2);
    assertThat(amplitudes.encode(-0.0)).isEqualTo(bins / 2);
    for (int symbol = 0; symbol < bins; symbol++) {
      assertThat(amplitudes.decode(symbol)).isEqualTo(-amplitudes.decode(bins - 1 - symbol));
    }
    // So in an odd number of bins silence is silence.
    assertThat(amplitudes.decode(bins / 2) == 0).isEqualTo(bins % 2 == 1);
  }

  @Test
  void theMuLawIsFinerNearSilence() {
    Amplitudes amplitudes = new Amplitudes(256, AmplitudeScale.MU_LAW, 8000);
    // (ln(1 + 255/2)/ln 256 + 1)/2 · 256 = 240.1
    assertThat(amplitudes.encode(0.5)).isEqualTo(240);
    assertThat(amplitudes.encode(-0.5)).isEqualTo(15);
    assertThat(amplitudes.decode(129) - amplitudes.decode(128)).isLessThan(2e-4);
    assertThat(amplitudes.decode(255) - amplitudes.decode(254)).isGreaterThan(0.04);
  }

  @Test
  void theStartSymbolIsNoAmplitude() {
    Amplitudes amplitudes = new Amplitudes(16, AmplitudeScale.UNIFORM, 8000);
    assertThatThrownBy(() -> amplitudes.decode(16)).hasMessage("no amplitude 16 of 16");
    assertThatThrownBy(() -> amplitudes.decode(-1)).hasMessage("no amplitude -1 of 16");
  }
}
