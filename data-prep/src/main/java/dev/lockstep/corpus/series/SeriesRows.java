package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * The steps of one series after another, each in the order of time, a vector a step. What a user
 * can mend is a {@link UserError}, wherever it is found.
 */
interface SeriesRows extends Closeable {
  /** What names of Parquet files end in. */
  Pattern PARQUET = Pattern.compile("(?i)\\.(parquet|parq|pq)$");

  /** What the names of other files of tables end in. */
  Pattern OTHER =
      Pattern.compile("(?i)\\.(xlsx?|ods|feather|arrow|orc|avro|jsonl?|gz|bz2|xz|zst|zip|7z)$");

  /** What the columns are called, in their order. */
  List<String> names();

  /**
   * What the columns are, in their order; to be called instead of {@link #select} and {@link
   * #next}.
   *
   * @throws UserError if a row is damaged that has to be read for that
   */
  List<SeriesColumn> columns() throws IOException;

  /**
   * Says which columns are wanted; to be called once, before {@link #next}.
   *
   * @throws UserError if there is no such column of numbers
   */
  void select(List<String> columns) throws IOException;

  /**
   * Reads a row.
   *
   * @param row receives the numbers of the selected columns, in their order
   * @return false if there are no more
   * @throws UserError if the row is damaged
   */
  boolean next(double[] row) throws IOException;

  /** Whether each row of the file is a series, and not all of the file. */
  boolean isSeriesARow();

  /** The series that the row read last belongs to, counted from 0. */
  long series();

  /** How many lines without anything have been passed over. */
  long emptyLines();

  /**
   * Opens a file: Parquet by its name, or else CSV.
   *
   * @param format how CSV is written
   * @throws UserError if that is not what it is
   */
  static SeriesRows open(SourceFile file, Configuration hadoop, DataSettings.Series format)
      throws IOException {
    if (OTHER.matcher(file.uri()).find()) {
      throw damage(file.place() + ":", "is neither CSV nor Parquet", "write it as one of them");
    }
    return PARQUET.matcher(file.uri()).find()
        ? new ParquetRows(file, hadoop)
        : new CsvRows(file.open(hadoop), file.place(), format);
  }

  /**
   * Says what is wrong.
   *
   * @param place file, then line and column if they are known
   */
  static UserError damage(String place, String what) {
    return damage(place, what, "mend the file");
  }

  /** Says what is wrong, and what can be done about it beside leaving the file out. */
  static UserError damage(String place, String what, String remedy) {
    return new UserError(
        "%s %s: %s, or leave such files out with data.damaged = skip"
            .formatted(place, what, remedy));
  }

  /** Says that a column has no number in a row. */
  static UserError hole(String place, String what) {
    return damage(place, what, "mend the file, name other columns in data.series.columns");
  }

  /** What is wrong with a file that has not a column that it should have. */
  static String noColumn(String column, List<String> names) {
    return "has no column %s; its columns are %s"
        .formatted(Excerpt.of(column), Excerpt.of(CellSplitter.join(names), 200));
  }

  /** Whether 32 bits can hold a number: no NaN and nothing infinite. */
  static boolean isFinite(double number) {
    return Math.abs(number) <= Float.MAX_VALUE;
  }

  /** Says that a number is not finite. */
  static UserError notFinite(String place, double number) {
    return hole(place, "is %s, no finite number of 32 bits".formatted(number));
  }
}
