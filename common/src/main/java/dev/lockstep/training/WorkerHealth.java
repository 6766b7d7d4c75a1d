package dev.lockstep.training;

import dev.lockstep.algorithm.TrainingMetrics;
import java.util.Optional;

/**
 * Watches one worker through a round: a loss or a parameter that is not a finite number, or that
 * has exploded, makes its state useless to the others.
 */
public final class WorkerHealth {
  private final double factor;
  private final boolean hasDiscriminator;
  private final int numbers;
  private int steps;
  private double firstNll;
  private String trouble;

  /**
   * A worker that has done no step.
   *
   * @param factor how many times its first value in the round a loss, or the norm of a network's
   *     parameters, may come to
   * @param hasDiscriminator whether the training algorithm has a discriminator, whose losses count
   *     too
   * @param numbers of a step, whose densities' nats pass 0: a loss below one for each counts as
   *     that
   */
  public WorkerHealth(double factor, boolean hasDiscriminator, int numbers) {
    this.factor = factor;
    this.hasDiscriminator = hasDiscriminator;
    this.numbers = numbers;
  }

  /** Takes note of a minibatch. */
  public void observe(TrainingMetrics step) {
    steps++;
    if (steps == 1) {
      firstNll = step.nll();
    }
    if (!isFinite(step)) {
      note("the loss of minibatch %d is not a finite number".formatted(steps));
    } else if (step.nll() > factor * Math.max(numbers, Math.abs(firstNll))) {
      note(
          "the NLL of minibatch %d is %.4g nats, of the first %.4g"
              .formatted(steps, step.nll(), firstNll));
    }
  }

  private boolean isFinite(TrainingMetrics step) {
    double adversarial =
        step.discriminatorLoss() + step.freeRunningLoss() + step.teacherForcedLoss();
    return Double.isFinite(step.nll()) && (!hasDiscriminator || Double.isFinite(adversarial));
  }

  /** Takes note of what the round made of the networks. */
  public void compare(ReplicaState start, ReplicaState end) {
    if (!end.isFinite()) {
      note("a parameter is not a finite number");
      return;
    }
    for (int network = 0; network < start.networks(); network++) {
      double before = start.norm(network);
      double after = end.norm(network);
      if (after > factor * Math.max(1, before)) {
        note(
            "the parameters of network %d have norm %.4g, before the round %.4g"
                .formatted(network + 1, after, before));
      }
    }
  }

  private void note(String what) {
    if (trouble == null) {
      trouble = what;
    }
  }

  /** The first trouble, if any. */
  public Optional<String> trouble() {
    return Optional.ofNullable(trouble);
  }
}
