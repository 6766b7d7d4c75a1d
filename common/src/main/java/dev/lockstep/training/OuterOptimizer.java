package dev.lockstep.training;

import dev.lockstep.config.TrainingSettings;

/**
 * What becomes of the parameters when the workers of a round meet. With θ the parameters that the
 * round started from and θ̄ the mean of what the workers made of them:
 *
 * <ul>
 *   <li>averaging: {@code θ ← θ̄};
 *   <li>Nesterov momentum on the difference, as in DiLoCo (Douillard et al. 2023) and SlowMo (Wang
 *       et al. 2019): {@code Δ = θ − θ̄, m ← μ m + Δ, θ ← θ − η (Δ + μ m)}, so that few rounds
 *       still converge. With μ = 0 and η = 1 it is averaging.
 * </ul>
 *
 * <p>Computed in double, element by element: the same states give the same bytes.
 */
public final class OuterOptimizer {
  private final TrainingSettings.Outer settings;
  private float[] momentum;

  /**
   * An optimiser as it is before the first round, or as it was after one.
   *
   * @param momentum m as {@link #momentum} gave it, or of no length for zero
   */
  public OuterOptimizer(TrainingSettings.Outer settings, float[] momentum) {
    this.settings = settings;
    this.momentum = momentum;
  }

  /** m: one number a parameter of all networks; of no length before the first use. */
  public float[] momentum() {
    return momentum;
  }

  /**
   * The state that the next round starts from.
   *
   * @param start of this round
   * @param mean of the workers' states after it
   */
  public ReplicaState next(ReplicaState start, ReplicaState mean) {
    return switch (settings.optimizer()) {
      case AVERAGE -> mean;
      case NESTEROV -> nesterov(start, mean);
    };
  }

  private ReplicaState nesterov(ReplicaState start, ReplicaState mean) {
    int count = start.parameterCount();
    if (momentum.length == 0) {
      momentum = new float[count];
    }
    float[] values = mean.values().clone();
    for (int i = 0; i < count; i++) {
      double theta = start.values()[i];
      double difference = theta - values[i];
      momentum[i] = (float) (settings.momentum() * momentum[i] + difference);
      double step = difference + settings.momentum() * momentum[i];
      values[i] = (float) (theta - settings.learningRate() * step);
    }
    return mean.with(values, mean.updates());
  }
}
