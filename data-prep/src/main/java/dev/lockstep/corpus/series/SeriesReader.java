package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.model.Sequence;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads series in tasks, a table each, which may hold many.
 *
 * @param columns the names of the W channels
 * @param format how CSV is written
 */
record SeriesReader(
    List<String> columns, DataSettings.Series format, SerializableConfiguration hadoop)
    implements Serializable {
  /**
   * What one pass over a table finds.
   *
   * @param steps of each series, in their order
   * @param largest of each column, the largest absolute value
   * @param sha256 checksum of each file, by its name
   * @param others names of the table's columns that are not learned
   * @param withoutRows names of the table's files that have no rows
   * @param emptyLines how many lines without anything there are
   * @param damage what is wrong, as one line for the user; or null
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Survey(
      long[] steps,
      double[] largest,
      Map<String, String> sha256,
      List<String> others,
      List<String> withoutRows,
      long emptyLines,
      String damage)
      implements Serializable {
    static Survey damaged(String damage) {
      return new Survey(new long[0], new double[0], Map.of(), List.of(), List.of(), 0, damage);
    }
  }

  /**
   * What a table's series have in one part, read in one pass.
   *
   * @param stretches in the order of the table
   */
  record Range(SeriesTable table, List<Stretch> stretches) implements Serializable {}

  /**
   * Consecutive steps of one series.
   *
   * @param first number of the first step in the table, from 0
   * @param steps how many
   */
  record Stretch(long first, long steps) implements Serializable {}

  Survey survey(SeriesTable table) {
    try (TableRows rows = open(table)) {
      Map<String, String> sha256 = new TreeMap<>();
      for (SourceFile file : table.files()) {
        sha256.put(file.name(), sha256(file));
      }
      double[] largest = new double[columns.size()];
      long[] steps = survey(rows, largest);
      return steps.length == 0
          ? Survey.damaged(SeriesRows.damage(table.place() + ":", "has no rows").getMessage())
          : new Survey(
              steps,
              largest,
              sha256,
              List.copyOf(rows.others()),
              List.copyOf(rows.withoutRows()),
              rows.emptyLines(),
              null);
    } catch (UserError e) {
      return Survey.damaged(e.getMessage());
    } catch (IOException e) {
      String reason = "cannot be read (%s)".formatted(Excerpt.of(String.valueOf(e.getMessage())));
      return Survey.damaged(SeriesRows.damage(table.place() + ":", reason).getMessage());
    }
  }

  private String sha256(SourceFile file) throws IOException {
    try (DigestInputStream in = file.openDigested(hadoop.value())) {
      return SourceFile.checksum(in);
    }
  }

  private static long[] survey(TableRows rows, double[] largest) throws IOException {
    double[] row = new double[largest.length];
    LongStream.Builder steps = LongStream.builder();
    long count = 0;
    for (long series = 0; rows.next(row); count++) {
      if (rows.series() > series) {
        series = rows.series();
        steps.add(count);
        count = 0;
      }
      for (int i = 0; i < row.length; i++) {
        largest[i] = Math.max(largest[i], Math.abs(row[i]));
      }
    }
    return count == 0 ? new long[0] : steps.add(count).build().toArray();
  }

  private TableRows open(SeriesTable table) {
    return new TableRows(table, columns, hadoop.value(), format);
  }

  /** Mean and spread of each column over a range. */
  Moments[] moments(Range range) throws IOException {
    Moments[] moments = new Moments[columns.size()];
    Arrays.fill(moments, Moments.NONE);
    try (Cursor cursor = new Cursor(range)) {
      for (Stretch stretch : range.stretches()) {
        cursor.skipTo(stretch.first());
        for (long i = 0; i < stretch.steps(); i++) {
          double[] row = cursor.next();
          for (int column = 0; column < row.length; column++) {
            moments[column] = moments[column].plus(new Moments(1, row[column], 0));
          }
        }
      }
    }
    return moments;
  }

  /** The sequences that a range is cut into; none goes over from one series to the next. */
  Iterator<Sequence> sequences(Range range, int length, Channels channels) {
    Cursor cursor = new Cursor(range);
    SourceFile.closeWithTask(cursor);
    Iterator<Stretch> stretches = range.stretches().iterator();
    return new Iterator<>() {
      private long at;
      private long end;

      @Override
      public boolean hasNext() {
        while (at == end && stretches.hasNext()) {
          Stretch stretch = stretches.next();
          at = stretch.first();
          end = at + stretch.steps();
        }
        return at < end;
      }

      @Override
      public Sequence next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        int steps = (int) Math.min(length, end - at);
        Sequence sequence = sequence(cursor, at, steps, channels);
        at += steps;
        return sequence;
      }
    };
  }

  private Sequence sequence(Cursor cursor, long first, int length, Channels channels) {
    int width = columns.size();
    double[] values = new double[Math.multiplyExact(length, width)];
    try {
      cursor.skipTo(first);
      for (int t = 0; t < length; t++) {
        System.arraycopy(cursor.next(), 0, values, t * width, width);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Sequence.ofVectors(width, channels.normalise(values));
  }

  /** Goes through a table's steps. */
  private final class Cursor implements Closeable {
    private final SeriesTable table;
    private final TableRows rows;
    private final double[] row = new double[columns.size()];
    private long done;

    Cursor(Range range) {
      this.table = range.table();
      this.rows = open(table);
    }

    void skipTo(long step) throws IOException {
      while (done < step) {
        next();
      }
    }

    /** The next step's numbers, until the next call. */
    double[] next() throws IOException {
      if (!rows.next(row)) {
        throw table.files().get(0).changed();
      }
      done++;
      return row;
    }

    @Override
    public void close() throws IOException {
      rows.close();
    }
  }
}
