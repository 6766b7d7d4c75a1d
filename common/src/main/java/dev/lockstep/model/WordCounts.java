package dev.lockstep.model;

import java.io.Serializable;
import java.util.Arrays;

/** How often the training part has each word of a vocabulary. */
public final class WordCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] counts;

  /** The counts of V words, by their numbers; none below 0. */
  public WordCounts(long... counts) {
    this.counts = counts.clone();
  }

  /** V. */
  public int vocabulary() {
    return counts.length;
  }

  /** The count of a word. */
  public long count(int word) {
    return counts[word];
  }

  /** The words' shares of the text, as if each stood in it once more, so that none is 0. */
  public double[] shares() {
    double sum = Arrays.stream(counts).sum() + counts.length;
    return Arrays.stream(counts).mapToDouble(count -> (count + 1) / sum).toArray();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof WordCounts that && Arrays.equals(counts, that.counts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "WordCounts of " + counts.length;
  }
}
