package dev.lockstep.metric;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How much texts repeat themselves, and how much they copy. All are means over the texts, of each
 * text by itself, so they can be compared between any numbers of texts of the same length.
 *
 * @param distinct for n = 1 … 4, distinct n-grams over all n-grams of a text
 * @param novel for n = 1 … 4, share of a text's n-grams that the training part does not have
 * @param longestRepeat symbols of a text's longest substring that is in it twice, perhaps
 *     overlapping itself
 * @param longestCopy symbols of a text's longest substring that the training part has
 */
public record Repeats(
    List<Double> distinct, List<Double> novel, double longestRepeat, double longestCopy)
    implements Serializable {
  private static final int LONGEST_GRAM = 4;

  /**
   * A text, and what of it is copied.
   *
   * @param symbols of the text
   * @param copied as {@link Copies#copied} says, for each place
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  public record Text(int[] symbols, int[] copied) {
    /** The text's first symbols. */
    public Text first(int length) {
      return new Text(Arrays.copyOf(symbols, length), Arrays.copyOf(copied, length));
    }

    private double novel(int n) {
      return IntStream.range(n - 1, symbols.length)
          .mapToDouble(i -> copied[i] < n ? 1 : 0)
          .average()
          .orElse(Double.NaN);
    }

    private double longestCopy() {
      return IntStream.of(copied).max().orElse(0);
    }
  }

  /** Measures texts, at least one; shares of n-grams longer than every text are not numbers. */
  public static Repeats of(List<Text> texts) {
    List<Repetition> repetitions =
        texts.stream().map(text -> new Repetition(text.symbols())).toList();
    return new Repeats(
        grams(n -> mean(repetitions, repetition -> repetition.distinct(n))),
        grams(n -> mean(texts, text -> text.novel(n))),
        mean(repetitions, Repetition::longestRepeat),
        mean(texts, Text::longestCopy));
  }

  private interface OfGrams {
    double of(int n);
  }

  private static List<Double> grams(OfGrams share) {
    return IntStream.rangeClosed(1, LONGEST_GRAM).mapToObj(share::of).toList();
  }

  private static <T> double mean(List<T> texts, ToDoubleFunction<T> of) {
    return texts.stream().mapToDouble(of).average().orElseThrow();
  }
}
