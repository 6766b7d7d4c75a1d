package dev.lockstep.corpus.series;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.SourceFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * The steps of one series after another, each in the order of time, a vector a step. What a user
 * can mend is a {@link UserError}, wherever it is found.
 */
interface SeriesRows extends Closeable {
  /** The columns of numbers that have a name, in their order. */
  List<String> numberColumns();

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

  /** The series that the row read last belongs to, counted from 0. */
  long series();

  /**
   * Opens a file: Parquet by its name, or else CSV.
   *
   * @throws UserError if that is not what it is
   */
  static SeriesRows open(SourceFile file, Configuration hadoop) throws IOException {
    return file.uri().endsWith(".parquet")
        ? new ParquetRows(file, hadoop)
        : new CsvRows(file.open(hadoop), file.place());
  }

  /**
   * Says what is wrong.
   *
   * @param place file, then line and column if they are known
   */
  static UserError damage(String place, String what) {
    return new UserError(
        "%s %s: mend the file, or leave such files out with data.damaged = skip"
            .formatted(place, what));
  }

  /** Whether 32 bits can hold a number: no NaN and nothing infinite. */
  static boolean isFinite(double number) {
    return Math.abs(number) <= Float.MAX_VALUE;
  }

  /** Says that a number is not finite. */
  static UserError notFinite(String place, double number) {
    return damage(place, "is %s, no finite number of 32 bits".formatted(number));
  }
}
