package dev.lockstep.model;

import java.util.SplittableRandom;

/**
 * Draws words without replacement, each with a known probability. The draw is systematic sampling
 * with unequal probabilities (Madow 1949): laid end to end, the words' probabilities are a line,
 * and those words are drawn that a comb of unit spacing, thrown once, falls on.
 */
public final class WordProposal {
  private final double[] weights;

  /**
   * A proposal.
   *
   * @param weights what the probability of each of the V words is proportional to, above 0
   */
  public WordProposal(double[] weights) {
    this.weights = weights.clone();
  }

  /** V. */
  public int vocabulary() {
    return weights.length;
  }

  /**
   * The words of a minibatch, which are certain, and others.
   *
   * @param certain words of the minibatch, any number of times
   * @param count words that are drawn from the others, above 0; all of them if there are no more
   */
  public SampledWords draw(int[] certain, int count, SplittableRandom random) {
    return draw(certain, count, random.nextDouble());
  }

  /**
   * Draws words with a comb that is thrown once.
   *
   * @param throwOfComb from [0, 1): where its first tooth is
   */
  SampledWords draw(int[] certain, int count, double throwOfComb) {
    double[] expected = new double[weights.length];
    for (int word : certain) {
      expected[word] = 1;
    }
    addProbabilities(expected, count);
    double tooth = throwOfComb;
    double end = 0;
    for (int v = 0; v < expected.length; v++) {
      if (expected[v] < 1) {
        end += expected[v];
        if (end > tooth) {
          tooth++;
        } else {
          expected[v] = 0;
        }
      }
    }
    return new SampledWords(expected);
  }

  /**
   * Sets what is 0 to probabilities that sum to the count and are proportional to the weights, as
   * far as none is above 1.
   */
  private void addProbabilities(double[] expected, int count) {
    double left = count;
    boolean capped = true;
    while (capped) {
      double scale = left / sumOfOpen(expected);
      capped = false;
      for (int v = 0; v < expected.length; v++) {
        // Not below 1 covers the sum of none.
        if (expected[v] == 0 && !(weights[v] * scale < 1)) {
          expected[v] = 1;
          left--;
          capped = true;
        }
      }
    }
    double scale = left / sumOfOpen(expected);
    for (int v = 0; v < expected.length; v++) {
      if (expected[v] == 0) {
        expected[v] = weights[v] * scale;
      }
    }
  }

  private double sumOfOpen(double[] expected) {
    double sum = 0;
    for (int v = 0; v < expected.length; v++) {
      sum += expected[v] == 0 ? weights[v] : 0;
    }
    return sum;
  }
}
