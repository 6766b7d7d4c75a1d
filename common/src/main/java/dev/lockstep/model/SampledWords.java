package dev.lockstep.model;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The words that stand for a whole vocabulary in one minibatch, and how often each may be expected
 * among them: those that the minibatch has, which are certain, and some that were drawn.
 *
 * <p>The sum over these words of {@code exp(logit) / expected count} is an unbiased estimate of the
 * sum over the vocabulary (Bengio and Senécal 2008): so {@code −log(expected count)} is added to
 * the logits.
 */
public final class SampledWords {
  private final int[] words;
  private final double[] corrections;
  private final int[] places;

  /**
   * Words.
   *
   * @param expected the expected count of each word of the vocabulary, for the words that are here,
   *     above 0 and at most 1; 0 for all others
   */
  public SampledWords(double[] expected) {
    this.places = new int[expected.length];
    Arrays.fill(places, -1);
    int[] found = new int[expected.length];
    int count = 0;
    for (int v = 0; v < expected.length; v++) {
      if (expected[v] > 0) {
        places[v] = count;
        found[count++] = v;
      }
    }
    this.words = Arrays.copyOf(found, count);
    this.corrections = Arrays.stream(words).mapToDouble(v -> -Math.log(expected[v])).toArray();
  }

  /** K. */
  public int count() {
    return words.length;
  }

  /** [K], ascending. */
  int[] words() {
    return words;
  }

  /** The biases of these words, of those of all V, with the corrections added. */
  double[] corrected(double[] biases) {
    return IntStream.range(0, words.length)
        .mapToDouble(i -> biases[words[i]] + corrections[i])
        .toArray();
  }

  /** [V]: these words' values at their places, and 0 elsewhere. */
  double[] spread(double[] values) {
    double[] all = new double[places.length];
    for (int i = 0; i < words.length; i++) {
      all[words[i]] = values[i];
    }
    return all;
  }

  /**
   * Where a word is among these.
   *
   * @throws IllegalArgumentException if it is not
   */
  int place(int word) {
    int place = places[word];
    if (place < 0) {
      throw new IllegalArgumentException("word " + word + " is neither drawn nor in the minibatch");
    }
    return place;
  }
}
