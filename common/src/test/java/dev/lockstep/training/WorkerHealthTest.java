package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.algorithm.GradientNorms;
import dev.lockstep.algorithm.TrainingMetrics;
import dev.lockstep.testing.TinyNetworks;
import org.junit.jupiter.api.Test;

class WorkerHealthTest {
  private static final ReplicaState STATE =
      ReplicaState.of(TinyNetworks.create("professor-forcing").algorithm().networks());

  private static TrainingMetrics step(double nll, double discriminatorLoss) {
    return new TrainingMetrics(
        10, nll, discriminatorLoss, 0.7, 0.7, 0.5, true, true, Double.NaN, GradientNorms.NONE);
  }

  private static WorkerHealth after(boolean hasDiscriminator, TrainingMetrics... steps) {
    WorkerHealth health = new WorkerHealth(10, hasDiscriminator, 1);
    for (TrainingMetrics step : steps) {
      health.observe(step);
    }
    return health;
  }

  /** The state with one parameter of a network changed. */
  private static ReplicaState changed(int network, float value) {
    float[] values = STATE.values().clone();
    values[network == 0 ? 0 : STATE.parameters(0).length] = value;
    return STATE.with(values, STATE.updates());
  }

  @Test
  void ordinaryStepsAreNoTrouble() {
    WorkerHealth health = after(true, step(4, 1.4), step(39.9, 1.2), step(3, 1.3));
    health.compare(STATE, changed(1, 0.5f));
    assertThat(health.trouble()).isEmpty();
  }

  @Test
  void aLossThatIsNoFiniteNumberIs() {
    assertThat(after(true, step(4, 1.4), step(Double.NaN, 1.4)).trouble())
        .hasValue("the loss of minibatch 2 is not a finite number");
    assertThat(after(true, step(4, Double.POSITIVE_INFINITY)).trouble())
        .hasValue("the loss of minibatch 1 is not a finite number");
  }

  @Test
  void withoutADiscriminatorItsLossesDoNotCount() {
    assertThat(after(false, TrainingMetrics.likelihoodOnly(10, 4)).trouble()).isEmpty();
  }

  @Test
  void aLossThatExplodesIs() {
    assertThat(after(true, step(4, 1.4), step(3, 1.4), step(40.1, 1.4), step(99, 1)).trouble())
        .hasValue("the NLL of minibatch 3 is 40.10 nats, of the first 4.000");
    // Near zero no ratio means anything.
    assertThat(after(true, step(0.001, 1.4), step(9, 1.4)).trouble()).isEmpty();
  }

  /** A mean of densities a little above 1 is as good as one a little below. */
  @Test
  void aVectorsLossMayPassZero() {
    WorkerHealth health = new WorkerHealth(10, false, 784);
    health.observe(TrainingMetrics.likelihoodOnly(10, -199.8));
    health.observe(TrainingMetrics.likelihoodOnly(10, 7839));
    assertThat(health.trouble()).isEmpty();
    health.observe(TrainingMetrics.likelihoodOnly(10, 7841));
    assertThat(health.trouble()).isPresent();
  }

  @Test
  void parametersThatAreNoFiniteNumbersOrExplodeAre() {
    WorkerHealth infinite = after(true);
    infinite.compare(STATE, changed(1, Float.NEGATIVE_INFINITY));
    assertThat(infinite.trouble()).hasValue("a parameter is not a finite number");
    WorkerHealth large = after(true);
    large.compare(STATE, changed(1, 1e6f));
    assertThat(large.trouble().orElseThrow())
        .startsWith("the parameters of network 2 have norm 1.000e+06, before the round ");
  }
}
