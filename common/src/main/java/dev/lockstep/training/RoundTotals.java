package dev.lockstep.training;

import dev.lockstep.algorithm.GradientNorms;
import dev.lockstep.algorithm.TrainingMetrics;
import java.io.Serializable;

/** Sums over the steps of a round, of one worker or of all. */
public final class RoundTotals implements Serializable {
  private static final long serialVersionUID = 1L;

  private long steps;
  private long symbols;
  private double nll;
  private double discriminatorLoss;
  private double freeRunningLoss;
  private double teacherForcedLoss;
  private double accuracy;
  private long generatorGates;
  private long discriminatorGates;
  private double dataProbability;
  private long measured;
  private double nllGradientNorm;
  private double adversarialGradientNorm;

  /** Counts a step in. */
  public void add(TrainingMetrics step) {
    steps++;
    symbols += step.symbols();
    nll += step.nll() * step.symbols();
    discriminatorLoss += step.discriminatorLoss();
    freeRunningLoss += step.freeRunningLoss();
    teacherForcedLoss += step.teacherForcedLoss();
    accuracy += step.accuracy();
    generatorGates += step.generatorGate() ? 1 : 0;
    discriminatorGates += step.discriminatorGate() ? 1 : 0;
    dataProbability += step.dataProbability();
    if (step.gradientNorms().measured()) {
      measured++;
      nllGradientNorm += step.gradientNorms().nll();
      adversarialGradientNorm += step.gradientNorms().adversarial();
    }
  }

  /** Counts another worker's steps in. */
  public void add(RoundTotals other) {
    steps += other.steps;
    symbols += other.symbols;
    nll += other.nll;
    discriminatorLoss += other.discriminatorLoss;
    freeRunningLoss += other.freeRunningLoss;
    teacherForcedLoss += other.teacherForcedLoss;
    accuracy += other.accuracy;
    generatorGates += other.generatorGates;
    discriminatorGates += other.discriminatorGates;
    dataProbability += other.dataProbability;
    measured += other.measured;
    nllGradientNorm += other.nllGradientNorm;
    adversarialGradientNorm += other.adversarialGradientNorm;
  }

  /** Minibatches. */
  public long steps() {
    return steps;
  }

  /** Symbols trained on. */
  public long symbols() {
    return symbols;
  }

  /** Mean over symbols, nats. */
  public double nll() {
    return nll / symbols;
  }

  /** Mean of C_d over steps; NaN without a discriminator, like the next four. */
  public double discriminatorLoss() {
    return discriminatorLoss / steps;
  }

  /** Mean of C_f over steps. */
  public double freeRunningLoss() {
    return freeRunningLoss / steps;
  }

  /** Mean of C_t over steps. */
  public double teacherForcedLoss() {
    return teacherForcedLoss / steps;
  }

  /** Mean accuracy of the discriminator. */
  public double accuracy() {
    return accuracy / steps;
  }

  /** Share of the steps in which the generator's gate was open. */
  public double generatorGate() {
    return (double) generatorGates / steps;
  }

  /** Share of the steps in which the discriminator was updated. */
  public double discriminatorGate() {
    return (double) discriminatorGates / steps;
  }

  /** Mean probability with which the data were read; NaN where nothing else ever is. */
  public double dataProbability() {
    return dataProbability / steps;
  }

  /** Norms of the gradients, the means over the steps that measured them. */
  public GradientNorms gradientNorms() {
    return measured == 0
        ? GradientNorms.NONE
        : new GradientNorms(nllGradientNorm / measured, adversarialGradientNorm / measured);
  }
}
