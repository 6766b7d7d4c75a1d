package dev.lockstep.corpus.series;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A column that a table has.
 *
 * @param name by which it can be asked for, or what stands for a name that it has not
 * @param unfit why it is not learned unless it is asked for by name; nothing if it is
 * @param detail what shows that, if anything does
 */
record SeriesColumn(String name, Optional<String> unfit, Optional<String> detail) {
  /** The reason why a column is not learned that has no number, nor anything else. */
  static final String EMPTY = "empty";

  /** As pandas, pandas on Spark and Dask call what they number rows by. */
  private static final Pattern INDEX =
      Pattern.compile("Unnamed: \\d+|__index_level_\\d+__|__null_dask_index__");

  static SeriesColumn ofNumbers(String name) {
    return new SeriesColumn(name, Optional.empty(), Optional.empty());
  }

  static SeriesColumn unfit(String name, String reason) {
    return new SeriesColumn(name, Optional.of(reason), Optional.empty());
  }

  static SeriesColumn unfit(String name, String reason, String detail) {
    return new SeriesColumn(name, Optional.of(reason), Optional.of(detail));
  }

  static SeriesColumn index(String name) {
    return unfit(name, "a data frame's index");
  }

  /** Whether a column's name tells that it is a data frame's index. */
  static boolean isIndex(String name) {
    return INDEX.matcher(name).matches();
  }

  boolean isOfNumbers() {
    return unfit.isEmpty();
  }

  boolean isEmpty() {
    return unfit.equals(Optional.of(EMPTY));
  }
}
