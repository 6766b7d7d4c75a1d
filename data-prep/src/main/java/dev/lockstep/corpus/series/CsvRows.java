package dev.lockstep.corpus.series;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.TextLineReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CSV in UTF-8: a header, then a line a row, cells between commas. Cells may stand in quotes but
 * not go on in the next line; blanks around them do not count. A cell has at most {@link
 * #LONGEST_CELL} characters, a row {@link #MOST_COLUMNS} cells, a line {@link
 * TextLineReader#LONGEST} bytes.
 */
final class CsvRows implements SeriesRows {
  static final int MOST_COLUMNS = 16_384;
  static final int LONGEST_CELL = 1_000;

  /** What Java reads, less its hexadecimal digits and suffixes. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?+(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?+\\d++)?+");

  private static final Pattern NOT_FINITE = Pattern.compile("(?i)[+-]?(nan|inf(inity)?)");

  private final TextLineReader lines;
  private final CsvParser parser = new CsvParser(settings());
  private final String name;
  private final List<String> header;

  /** The row that comes next, if it has been read already. */
  private String[] upcoming;

  private int[] selected = {};

  /**
   * @param in the file's bytes, which this closes
   * @param name what errors call it
   * @throws UserError if it does not begin as such a file does
   */
  CsvRows(InputStream in, String name) throws IOException {
    this.lines = new TextLineReader(in, name);
    this.name = name;
    try {
      if (!lines.next()) {
        throw SeriesRows.damage(name + ":", "is empty");
      }
      this.header =
          Arrays.stream(cells()).map(cell -> Objects.requireNonNullElse(cell, "")).toList();
      checkHeader();
      this.upcoming = lines.next() ? row() : null;
    } catch (UserError | IOException e) {
      in.close();
      throw e;
    }
  }

  private static CsvParserSettings settings() {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setLineSeparator("\n");
    settings.setReadInputOnSeparateThread(false);
    settings.setCommentProcessingEnabled(false);
    settings.setSkipBitsAsWhitespace(false);
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setMaxCharsPerColumn(LONGEST_CELL);
    return settings;
  }

  private void checkHeader() {
    Set<String> names = new HashSet<>();
    for (String column : header) {
      if (!column.isEmpty() && !names.add(column)) {
        throw damage("has two columns " + Excerpt.of(column));
      }
    }
  }

  private String[] cells() {
    String line = lines.text();
    if (line.chars().filter(c -> c == '"').count() % 2 != 0) {
      throw damage("has a quote that does not end");
    }
    try {
      String[] cells = parser.parseLine(line);
      return cells == null ? new String[0] : cells;
    } catch (TextParsingException e) {
      throw damage(
          "is not CSV of at most %d cells of at most %d characters, with quotes around all of a cell or none"
              .formatted(MOST_COLUMNS, LONGEST_CELL));
    }
  }

  private String[] row() {
    String[] cells = cells();
    if (cells.length != header.size()) {
      throw damage("has %d cells, the header %d".formatted(cells.length, header.size()));
    }
    return cells;
  }

  private UserError damage(String what) {
    return SeriesRows.damage(lines.place(), what);
  }

  @Override
  public List<String> numberColumns() {
    if (upcoming == null) {
      throw SeriesRows.damage(name + ":", "has no rows below its header");
    }
    return IntStream.range(0, upcoming.length)
        .filter(i -> !header.get(i).isEmpty() && upcoming[i] != null)
        .filter(
            i -> NUMBER.matcher(upcoming[i]).matches() || NOT_FINITE.matcher(upcoming[i]).matches())
        .mapToObj(header::get)
        .toList();
  }

  @Override
  public void select(List<String> columns) {
    for (String column : columns) {
      if (!header.contains(column)) {
        throw SeriesRows.damage(name + ": line 1", "has no column " + Excerpt.of(column));
      }
    }
    selected = columns.stream().mapToInt(header::indexOf).toArray();
  }

  @Override
  public boolean next(double[] row) throws IOException {
    if (upcoming == null && !lines.next()) {
      return false;
    }
    String[] cells = upcoming == null ? row() : upcoming;
    upcoming = null;
    for (int i = 0; i < selected.length; i++) {
      row[i] = number(cells[selected[i]], header.get(selected[i]));
    }
    return true;
  }

  private double number(String cell, String column) {
    if (cell == null) {
      throw SeriesRows.damage(place(column), "is empty");
    }
    if (!NUMBER.matcher(cell).matches()) {
      throw SeriesRows.damage(
          place(column), "is \"%s\", no finite number".formatted(Excerpt.of(cell)));
    }
    double number = Double.parseDouble(cell);
    if (!SeriesRows.isFinite(number)) {
      throw SeriesRows.notFinite(place(column), number);
    }
    return number;
  }

  private String place(String column) {
    return "%s, column %s".formatted(lines.place(), Excerpt.of(column));
  }

  @Override
  public long series() {
    return 0;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
