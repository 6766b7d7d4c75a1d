package dev.lockstep.objective;

import dev.lockstep.model.SequenceBatch;

/** NLL as a weighted sum of surprisals: the mean over the symbols of a batch, nats. */
final class Likelihood {
  private Likelihood() {}

  /**
   * [T·rows]: one over the number of symbols for each real step of the first N rows, and 0
   * elsewhere.
   *
   * @param rows of the pass, at least the batch's N
   */
  static double[] weights(SequenceBatch batch, int rows) {
    double[] weights = new double[batch.steps() * rows];
    double each = 1.0 / batch.symbols();
    for (int t = 0; t < batch.steps(); t++) {
      for (int n = 0; n < batch.sequences(); n++) {
        weights[t * rows + n] = t < batch.length(n) ? each : 0;
      }
    }
    return weights;
  }

  static double nll(double[] surprisal, double[] weights) {
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      // Padding may be as surprising as it likes.
      sum += weights[i] == 0 ? 0 : weights[i] * surprisal[i];
    }
    return sum;
  }
}
