package dev.lockstep.spark;

import dev.lockstep.metric.Repeats;
import dev.lockstep.results.RepeatReport;
import java.util.ArrayList;
import java.util.List;

/** Measures how much texts repeat themselves and copy, at multiples of a length. */
final class TextRepeats {
  /** Of the output, and as many of the data: what bounds the memory of a search for copies. */
  private static final int MOST_SYMBOLS = 1 << 18;

  private TextRepeats() {}

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
