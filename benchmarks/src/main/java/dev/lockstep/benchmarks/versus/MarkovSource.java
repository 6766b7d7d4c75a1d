package dev.lockstep.benchmarks.versus;

import dev.lockstep.model.SequenceBatch;
import java.util.SplittableRandom;

/**
 * A Markov chain of second order that a recurrent network can learn: after each pair of symbols one
 * of a few successors follows, the first of them most of the time, or seldom any symbol at all.
 */
final class MarkovSource {
  /** Of the successors in turn; what is left is spread over all symbols. */
  private static final double[] PROBABILITIES = {0.6, 0.2, 0.1, 0.05};

  private final int vocabulary;
  private final int[] successors;

  /**
   * A chain.
   *
   * @param vocabulary V
   * @param seed which chain
   */
  MarkovSource(int vocabulary, long seed) {
    this.vocabulary = vocabulary;
    SplittableRandom random = new SplittableRandom(seed);
    this.successors =
        random.ints((long) vocabulary * vocabulary * PROBABILITIES.length, 0, vocabulary).toArray();
  }

  /** N sequences of T symbols, each from a pair of its own. */
  SequenceBatch batch(SplittableRandom random, int steps, int sequences) {
    int[][] rows = new int[sequences][steps];
    for (int[] row : rows) {
      int before = random.nextInt(vocabulary);
      int last = random.nextInt(vocabulary);
      for (int t = 0; t < steps; t++) {
        row[t] = next(before, last, random);
        before = last;
        last = row[t];
      }
    }
    return SequenceBatch.of(rows);
  }

  private int next(int before, int last, SplittableRandom random) {
    double left = random.nextDouble();
    for (int k = 0; k < PROBABILITIES.length; k++) {
      if (left < PROBABILITIES[k]) {
        return successors[(before * vocabulary + last) * PROBABILITIES.length + k];
      }
      left -= PROBABILITIES[k];
    }
    return random.nextInt(vocabulary);
  }
}
