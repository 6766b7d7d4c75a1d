package dev.lockstep.algorithm;

import dev.lockstep.model.SequenceBatch;

/**
 * The likelihood's part of a generator's loss, equation 2.2 of the thesis: the negative
 * log-likelihood of a sequence is the sum over its steps, and the loss is the mean of that over the
 * sequences of a minibatch, nats. C_f and C_t, which stand beside it, are one number a sequence as
 * well.
 */
final class Likelihood {
  private Likelihood() {}

  /**
   * [T·rows]: one over the number of sequences for each real step of the first N rows, and 0
   * elsewhere; the sum of the nlls times these is the loss.
   *
   * @param rows of the pass, at least the batch's N
   */
  static double[] weights(SequenceBatch batch, int rows) {
    double[] weights = new double[batch.steps() * rows];
    double each = 1.0 / batch.sequences();
    for (int t = 0; t < batch.steps(); t++) {
      for (int n = 0; n < batch.sequences(); n++) {
        weights[t * rows + n] = t < batch.length(n) ? each : 0;
      }
    }
    return weights;
  }

  /**
   * Real steps of a sequence, the mean over the batch: what a loss a sequence is a step's times.
   */
  static double meanLength(SequenceBatch batch) {
    return (double) batch.symbols() / batch.sequences();
  }

  /**
   * The negative log-likelihood that is reported: the mean over the real steps of a batch, nats.
   *
   * @param nll [T·rows]
   * @param weights [T·rows] of {@link #weights}
   */
  static double perStep(SequenceBatch batch, double[] nll, double[] weights) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      // Padding may be as surprising as it likes.
      sum += weights[i] == 0 ? 0 : weights[i] * nll[i];
    }
    return sum / meanLength(batch);
  }
}
