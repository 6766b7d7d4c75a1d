package dev.lockstep.corpus.series;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.corpus.reader.Shards;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads series in tasks, a file each.
 *
 * @param columns the names of the W channels
 */
record SeriesReader(List<String> columns, SerializableConfiguration hadoop)
    implements Serializable {
  /**
   * What one pass over a file finds.
   *
   * @param rows how many
   * @param largest of each column, the largest absolute value
   * @param sha256 checksum of the file
   * @param damage what is wrong, as one line for the user; or null
   */
  @SuppressWarnings("ArrayRecordComponent") // compared nowhere
  record Survey(long rows, double[] largest, String sha256, String damage)
      implements Serializable {}

  /**
   * Consecutive rows of a file.
   *
   * @param first number of the first row, from 0
   * @param rows how many
   */
  record Range(SourceFile file, long first, long rows) implements Serializable {}

  Survey survey(SourceFile file) {
    double[] largest = new double[columns.size()];
    try {
      String sha256 = sha256(file);
      long rows = survey(file, largest);
      String damage =
          rows > 0 ? null : SeriesRows.damage(file.place() + ":", "has no rows").getMessage();
      return new Survey(rows, largest, sha256, damage);
    } catch (UserError e) {
      return new Survey(0, largest, "", e.getMessage());
    } catch (IOException e) {
      String reason = "cannot be read (%s)".formatted(Excerpt.of(String.valueOf(e.getMessage())));
      return new Survey(0, largest, "", SeriesRows.damage(file.place() + ":", reason).getMessage());
    }
  }

  private String sha256(SourceFile file) throws IOException {
    try (DigestInputStream in = file.openDigested(hadoop.value())) {
      return SourceFile.checksum(in);
    }
  }

  private long survey(SourceFile file, double[] largest) throws IOException {
    double[] row = new double[columns.size()];
    long count = 0;
    try (SeriesRows rows = open(file)) {
      for (; rows.next(row); count++) {
        for (int i = 0; i < row.length; i++) {
          largest[i] = Math.max(largest[i], Math.abs(row[i]));
        }
      }
    }
    return count;
  }

  private SeriesRows open(SourceFile file) throws IOException {
    SeriesRows rows = SeriesRows.open(file, hadoop.value());
    rows.select(columns);
    return rows;
  }

  /** Mean and spread of each column over a range. */
  Moments[] moments(Range range) throws IOException {
    double[] row = new double[columns.size()];
    Moments[] moments = new Moments[row.length];
    Arrays.fill(moments, Moments.NONE);
    try (SeriesRows rows = open(range)) {
      for (long i = 0; i < range.rows(); i++) {
        read(rows, row, range.file());
        for (int column = 0; column < row.length; column++) {
          moments[column] = moments[column].plus(new Moments(1, row[column], 0));
        }
      }
    }
    return moments;
  }

  /** The sequences that a range is cut into. */
  Iterator<Sequence> sequences(Range range, int length, Channels channels) throws IOException {
    SeriesRows rows = open(range);
    SourceFile.closeWithTask(rows);
    Shards shards = new Shards(range.rows(), length);
    return LongStream.range(0, shards.sequences())
        .mapToObj(i -> sequence(rows, shards.lengthOf(i), channels, range.file()))
        .iterator();
  }

  private Sequence sequence(SeriesRows rows, int length, Channels channels, SourceFile file) {
    int width = columns.size();
    double[] values = new double[Math.multiplyExact(length, width)];
    double[] row = new double[width];
    for (int t = 0; t < length; t++) {
      try {
        read(rows, row, file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      System.arraycopy(row, 0, values, t * width, width);
    }
    return Sequence.ofVectors(width, channels.normalise(values));
  }

  private SeriesRows open(Range range) throws IOException {
    SeriesRows rows = open(range.file());
    double[] row = new double[columns.size()];
    for (long i = 0; i < range.first(); i++) {
      read(rows, row, range.file());
    }
    return rows;
  }

  private static void read(SeriesRows rows, double[] row, SourceFile file) throws IOException {
    if (!rows.next(row)) {
      throw file.changed();
    }
  }
}
