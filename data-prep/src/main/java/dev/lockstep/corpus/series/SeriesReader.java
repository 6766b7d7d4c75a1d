package dev.lockstep.corpus.series;

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
import java.util.NoSuchElementException;
import java.util.stream.LongStream;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads series in tasks, a file each, which may hold many.
 *
 * @param columns the names of the W channels
 */
record SeriesReader(List<String> columns, SerializableConfiguration hadoop)
    implements Serializable {
  /**
   * What one pass over a file finds.
   *
   * @param steps of each series, in their order
   * @param largest of each column, the largest absolute value
   * @param sha256 checksum of the file
   * @param damage what is wrong, as one line for the user; or null
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Survey(long[] steps, double[] largest, String sha256, String damage)
      implements Serializable {}

  /**
   * What a file's series have in one part, read in one pass.
   *
   * @param stretches in the order of the file
   */
  record Range(SourceFile file, List<Stretch> stretches) implements Serializable {}

  /**
   * Consecutive steps of one series.
   *
   * @param first number of the first step in the file, from 0
   * @param steps how many
   */
  record Stretch(long first, long steps) implements Serializable {}

  Survey survey(SourceFile file) {
    double[] largest = new double[columns.size()];
    try {
      String sha256 = sha256(file);
      long[] steps = survey(file, largest);
      String damage =
          steps.length > 0
              ? null
              : SeriesRows.damage(file.place() + ":", "has no rows").getMessage();
      return new Survey(steps, largest, sha256, damage);
    } catch (UserError e) {
      return new Survey(new long[0], largest, "", e.getMessage());
    } catch (IOException e) {
      String reason = "cannot be read (%s)".formatted(Excerpt.of(String.valueOf(e.getMessage())));
      return new Survey(
          new long[0], largest, "", SeriesRows.damage(file.place() + ":", reason).getMessage());
    }
  }

  private String sha256(SourceFile file) throws IOException {
    try (DigestInputStream in = file.openDigested(hadoop.value())) {
      return SourceFile.checksum(in);
    }
  }

  private long[] survey(SourceFile file, double[] largest) throws IOException {
    double[] row = new double[columns.size()];
    LongStream.Builder steps = LongStream.builder();
    long count = 0;
    try (SeriesRows rows = open(file)) {
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
    }
    return count == 0 ? new long[0] : steps.add(count).build().toArray();
  }

  private SeriesRows open(SourceFile file) throws IOException {
    SeriesRows rows = SeriesRows.open(file, hadoop.value());
    rows.select(columns);
    return rows;
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
  Iterator<Sequence> sequences(Range range, int length, Channels channels) throws IOException {
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

  /** Goes through a file's steps. */
  private final class Cursor implements Closeable {
    private final SourceFile file;
    private final SeriesRows rows;
    private final double[] row = new double[columns.size()];
    private long done;

    Cursor(Range range) throws IOException {
      this.file = range.file();
      this.rows = open(file);
    }

    void skipTo(long step) throws IOException {
      while (done < step) {
        next();
      }
    }

    /** The next step's numbers, until the next call. */
    double[] next() throws IOException {
      if (!rows.next(row)) {
        throw file.changed();
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
