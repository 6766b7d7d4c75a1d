package dev.lockstep.spark;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.metric.Repeats;
import java.util.ArrayList;
import java.util.List;

/**
 * How much free-running output repeats itself and copies the training part, beside the test part;
 * means over texts that begin at their start symbol. What is told of the data is null where these
 * have no texts of that length.
 *
 * @param multiple of the drift's steps
 * @param steps of each text
 * @param distinct for n = 1 … 4, distinct n-grams over all n-grams of a text; null where there are
 *     none
 * @param distinctData of the data
 * @param novel for n = 1 … 4, share of the n-grams that the training part does not have
 * @param novelData of the data
 * @param longestRepeat symbols of the longest substring that a text has twice
 * @param longestRepeatData of the data
 * @param longestCopy symbols of the longest substring that a text has from the training part
 * @param longestCopyData of the data
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record RepeatReport(
    int multiple,
    int steps,
    List<Double> distinct,
    List<Double> distinctData,
    List<Double> novel,
    List<Double> novelData,
    double longestRepeat,
    Double longestRepeatData,
    double longestCopy,
    Double longestCopyData) {
  /** Of the output, and as many of the data: what bounds the memory of a search for copies. */
  private static final int MOST_SYMBOLS = 1 << 18;

  /** Of so many texts, how many are looked at. */
  static int texts(int count, int length) {
    return Math.max(1, Math.min(count, MOST_SYMBOLS / length));
  }

  /**
   * Tells of texts.
   *
   * @param output as long as the largest multiple
   * @param data as long as one of the multiples
   * @param length the drift's steps
   */
  static List<RepeatReport> of(
      List<Repeats.Text> output, List<Repeats.Text> data, int length, List<Integer> multiples) {
    List<RepeatReport> rows = new ArrayList<>();
    for (int multiple : multiples) {
      int steps = multiple * length;
      Repeats own = first(output, steps);
      Repeats beside = data.get(0).symbols().length < steps ? null : first(data, steps);
      rows.add(row(multiple, steps, own, beside));
    }
    return rows;
  }

  private static Repeats first(List<Repeats.Text> texts, int steps) {
    return Repeats.of(texts.stream().map(text -> text.first(steps)).toList());
  }

  private static RepeatReport row(int multiple, int steps, Repeats own, Repeats data) {
    return new RepeatReport(
        multiple,
        steps,
        Finite.orNulls(own.distinct()),
        data == null ? null : Finite.orNulls(data.distinct()),
        Finite.orNulls(own.novel()),
        data == null ? null : Finite.orNulls(data.novel()),
        own.longestRepeat(),
        data == null ? null : data.longestRepeat(),
        own.longestCopy(),
        data == null ? null : data.longestCopy());
  }
}
