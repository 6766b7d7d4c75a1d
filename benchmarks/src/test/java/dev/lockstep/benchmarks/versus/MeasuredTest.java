package dev.lockstep.benchmarks.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class MeasuredTest {
  private static final Measured STEP = new Measured(0.5, 3.9, 1.4, 0.7, 0.69, 0.625);

  @Test
  void comesBackFromItsLine() {
    assertThat(Measured.parse(STEP.line())).isEqualTo(STEP);
    assertThatThrownBy(() -> Measured.parse("0.5 3.9"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("six numbers");
  }

  @Test
  void tellsWhichLossDisagrees() {
    Measured near = new Measured(9, 3.9 * 1.0009, 1.4, 0.7, 0.69, 0);
    Measured far = new Measured(9, 3.9, 1.4, 0.7 * 1.0011, 0.69, 0);
    assertThat(STEP.disagreement(near, 1e-3)).isEmpty();
    assertThat(STEP.disagreement(far, 1e-3)).hasValueSatisfying(w -> assertThat(w).contains("C_f"));
  }

  @Test
  void whatIsNoNumberAgreesWithNothing() {
    Measured broken = new Measured(9, 3.9, 1.4, 0.7, Double.NaN, 0);
    assertThat(STEP.disagreement(broken, 1e-3)).isPresent();
    assertThat(broken.disagreement(broken, 1e-3)).isPresent();
    assertThat(broken.isFinite()).isFalse();
    assertThat(STEP.isFinite()).isTrue();
  }

  @Test
  void spreadInterpolates() {
    assertThat(Spread.of(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(new Spread(1, 1.75, 2.5, 3.25, 4));
    assertThat(Spread.of(List.of(7.0))).isEqualTo(new Spread(7, 7, 7, 7, 7));
    assertThatThrownBy(() -> Spread.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
