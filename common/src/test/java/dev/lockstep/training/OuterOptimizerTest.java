package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.TrainingSettings.OuterMethod;
import dev.lockstep.config.TrainingSettings.UpdaterState;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OuterOptimizerTest {
  private static final ReplicaState LIKE =
      ReplicaState.of(TinyNetworks.create("professor-forcing").algorithm().networks());

  private static TrainingSettings.Outer nesterov(double rate, double momentum) {
    return new TrainingSettings.Outer(OuterMethod.NESTEROV, rate, momentum, UpdaterState.AVERAGE);
  }

  /** A state of that number everywhere. */
  private static ReplicaState state(double value) {
    float[] values = new float[LIKE.values().length];
    Arrays.fill(values, (float) value);
    return LIKE.with(values, new int[] {7, 5});
  }

  @Test
  void averagingTakesTheMean() {
    OuterOptimizer average =
        new OuterOptimizer(Settings.defaults().training().outer(), new float[0]);
    ReplicaState mean = state(3);
    assertThat(average.next(state(1), mean)).isSameAs(mean);
    assertThat(average.momentum()).isEmpty();
  }

  /** By hand: Δ = 1 − 3 = −2, m = 0.5·0 − 2, θ = 1 − 0.25 (−2 + 0.5·(−2)) = 1.75; and so on. */
  @Test
  void nesterovMovesAlongTheDifferenceAndItsMomentum() {
    OuterOptimizer outer = new OuterOptimizer(nesterov(0.25, 0.5), new float[0]);
    ReplicaState first = outer.next(state(1), state(3));
    int parameters = LIKE.parameterCount();
    assertThat(Arrays.copyOf(first.values(), parameters)).containsOnly(1.75f);
    assertThat(outer.momentum()).hasSize(parameters).containsOnly(-2);
    // Δ = 1.75 − 2.75 = −1, m = 0.5·(−2) − 1 = −2, θ = 1.75 − 0.25 (−1 + 0.5·(−2)) = 2.25.
    ReplicaState second = outer.next(first, state(2.75));
    assertThat(Arrays.copyOf(second.values(), parameters)).containsOnly(2.25f);
    assertThat(outer.momentum()).containsOnly(-2);
  }

  @Test
  void updaterStatesAndCountsAreTheMeans() {
    OuterOptimizer outer = new OuterOptimizer(nesterov(0.25, 0.5), new float[0]);
    ReplicaState next = outer.next(state(1), state(3));
    assertThat(next.updaterState(0)).containsOnly(3);
    assertThat(next.updaterState(1)).containsOnly(3);
    assertThat(next.updates()).containsExactly(7, 5);
  }

  @Test
  void aFullStepWithoutMomentumIsTheMean() {
    OuterOptimizer outer = new OuterOptimizer(nesterov(1, 0), new float[0]);
    assertThat(outer.next(state(1), state(3)).values()).containsOnly(3);
  }

  @Test
  void goesOnFromItsMomentum() {
    OuterOptimizer whole = new OuterOptimizer(nesterov(0.7, 0.9), new float[0]);
    ReplicaState between = whole.next(state(1), state(3));
    OuterOptimizer resumed = new OuterOptimizer(nesterov(0.7, 0.9), whole.momentum().clone());
    assertThat(resumed.next(between, state(2)).values())
        .isEqualTo(whole.next(between, state(2)).values());
    assertThat(resumed.momentum()).isEqualTo(whole.momentum());
  }

  /** Rounds that each go a tenth of the way to 1: alone they need nine to come past 0.6. */
  @Test
  void fewerRoundsGetAsFarWithMomentum() {
    OuterOptimizer outer = new OuterOptimizer(nesterov(0.7, 0.9), new float[0]);
    assertThat(1 - Math.pow(0.9, 8)).isLessThan(0.6);
    ReplicaState state = state(0);
    for (int round = 0; round < 4; round++) {
      double x = state.values()[0];
      state = outer.next(state, state(x + 0.1 * (1 - x)));
    }
    assertThat((double) state.values()[0]).isCloseTo(1, within(0.4));
  }
}
