package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.SourceFile;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * The steps of a table, from one of its files after the other. All are of one series, unless each
 * row is a series.
 */
final class TableRows implements Closeable {
  private final SeriesTable table;
  private final List<String> columns;
  private final Configuration hadoop;
  private final DataSettings.Series format;
  private final Iterator<SourceFile> files;
  private Optional<Open> open = Optional.empty();
  private long seriesBefore;
  private long series;
  private final Set<String> others = new LinkedHashSet<>();
  private final List<String> withoutRows = new ArrayList<>();
  private long emptyLines;

  /** A file that is being read. */
  private record Open(SourceFile file, SeriesRows rows) {}

  /** Whether the open file gave any. */
  private boolean hasRows;

  /**
   * @param columns the names of those that are wanted
   */
  TableRows(
      SeriesTable table, List<String> columns, Configuration hadoop, DataSettings.Series format) {
    this.table = table;
    this.columns = columns;
    this.hadoop = hadoop;
    this.format = format;
    this.files = table.files().iterator();
  }

  /**
   * What a table's columns are, in their order. One that is empty in a part may have something in
   * the next.
   *
   * @throws UserError if the table is damaged as far as it has to be read for that
   */
  static List<SeriesColumn> columns(
      SeriesTable table, Configuration hadoop, DataSettings.Series format) throws IOException {
    Map<String, SeriesColumn> columns = new LinkedHashMap<>();
    Iterator<SourceFile> files = table.files().stream().filter(table::mayHaveRows).iterator();
    while (files.hasNext() && !isDecided(columns)) {
      try (SeriesRows rows = SeriesRows.open(files.next(), hadoop, format)) {
        for (SeriesColumn column : rows.columns()) {
          columns.merge(column.name(), column, (known, next) -> known.isEmpty() ? next : known);
        }
      }
    }
    return List.copyOf(columns.values());
  }

  private static boolean isDecided(Map<String, SeriesColumn> columns) {
    return !columns.isEmpty() && columns.values().stream().noneMatch(SeriesColumn::isEmpty);
  }

  /**
   * Reads a step.
   *
   * @param row receives the numbers of the columns
   * @return false if there are no more
   * @throws UserError if the table is damaged
   */
  boolean next(double[] row) throws IOException {
    while (open.isPresent() || openNext()) {
      SeriesRows rows = open.orElseThrow().rows();
      if (rows.next(row)) {
        hasRows = true;
        series = seriesBefore + rows.series();
        return true;
      }
      finish();
    }
    return false;
  }

  private boolean openNext() throws IOException {
    while (files.hasNext()) {
      SourceFile file = files.next();
      if (table.mayHaveRows(file)) {
        open = Optional.of(new Open(file, SeriesRows.open(file, hadoop, format)));
        SeriesRows rows = open.get().rows();
        rows.names().stream().filter(name -> !columns.contains(name)).forEach(others::add);
        rows.select(columns);
        hasRows = false;
        return true;
      }
      withoutRows.add(file.name());
    }
    return false;
  }

  private void finish() throws IOException {
    Open done = open.orElseThrow();
    emptyLines += done.rows().emptyLines();
    if (!hasRows) {
      withoutRows.add(done.file().name());
    } else if (done.rows().isSeriesARow()) {
      seriesBefore = series + 1;
    }
    close();
  }

  /** The series that the step read last belongs to, counted from 0. */
  long series() {
    return series;
  }

  /** The columns that the files read so far have beside those that are wanted. */
  Set<String> others() {
    return others;
  }

  /** The names of those files that have been read and had no rows. */
  List<String> withoutRows() {
    return withoutRows;
  }

  /** How many lines without anything have been passed over. */
  long emptyLines() {
    return emptyLines;
  }

  @Override
  public void close() throws IOException {
    if (open.isPresent()) {
      open.get().rows().close();
      open = Optional.empty();
    }
  }
}
