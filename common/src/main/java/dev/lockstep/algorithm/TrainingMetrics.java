package dev.lockstep.algorithm;

import java.io.Serializable;

/**
 * What one step saw, before its update.
 *
 * @param symbols trained on
 * @param nll of the teacher-forced pass, mean over real steps, nats: what is minimised is the sum
 *     over the steps of a sequence, what is reported is a step's
 * @param discriminatorLoss C_d
 * @param freeRunningLoss C_f
 * @param teacherForcedLoss C_t
 * @param accuracy share of the 2N behaviours that the discriminator told right, before it was
 *     updated by them
 * @param generatorGate whether C_f was in the generator's loss
 * @param discriminatorGate whether the discriminator was updated
 * @param dataProbability with which the generator read the data and not its own draws, where the
 *     objective mixes them; NaN otherwise
 * @param gradientNorms at the generator's parameters, in the updates that measure them
 */
public record TrainingMetrics(
    long symbols,
    double nll,
    double discriminatorLoss,
    double freeRunningLoss,
    double teacherForcedLoss,
    double accuracy,
    boolean generatorGate,
    boolean discriminatorGate,
    double dataProbability,
    GradientNorms gradientNorms)
    implements Serializable {
  /** The metrics of an update without a discriminator: what concerns one is NaN. */
  public static TrainingMetrics likelihoodOnly(long symbols, double nll) {
    return new TrainingMetrics(
        symbols,
        nll,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        Double.NaN,
        false,
        false,
        Double.NaN,
        GradientNorms.NONE);
  }

  /** The metrics of an update with a discriminator, its likelihood still NaN. */
  static TrainingMetrics adversarial(long symbols, AdversarialLosses losses, Gates.Open open) {
    return new TrainingMetrics(
        symbols,
        Double.NaN,
        losses.discriminator(),
        losses.freeRunning(),
        losses.teacherForced(),
        losses.accuracy(),
        open.generator(),
        open.discriminator(),
        Double.NaN,
        GradientNorms.NONE);
  }

  /** These metrics with the negative log-likelihood, nats a time step. */
  TrainingMetrics withNll(double perStep) {
    return new TrainingMetrics(
        symbols,
        perStep,
        discriminatorLoss,
        freeRunningLoss,
        teacherForcedLoss,
        accuracy,
        generatorGate,
        discriminatorGate,
        dataProbability,
        gradientNorms);
  }

  /** These metrics with the norms of the gradients. */
  TrainingMetrics withGradientNorms(GradientNorms norms) {
    return new TrainingMetrics(
        symbols,
        nll,
        discriminatorLoss,
        freeRunningLoss,
        teacherForcedLoss,
        accuracy,
        generatorGate,
        discriminatorGate,
        dataProbability,
        norms);
  }

  /** These metrics with the probability of reading the data. */
  TrainingMetrics withDataProbability(double probability) {
    return new TrainingMetrics(
        symbols,
        nll,
        discriminatorLoss,
        freeRunningLoss,
        teacherForcedLoss,
        accuracy,
        generatorGate,
        discriminatorGate,
        probability,
        gradientNorms);
  }
}
