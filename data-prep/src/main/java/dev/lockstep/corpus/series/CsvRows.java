package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.DataSettings.Separator;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.TextLineReader;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * CSV in UTF-8: a header, if {@code data.series.header} says so, then a line a row, its cells as
 * {@link CellSplitter} has them and its numbers as {@link Notation}. Lines without anything in
 * their cells are passed over at the end and damage before. A line has at most {@link
 * TextLineReader#LONGEST} bytes.
 */
final class CsvRows implements SeriesRows {
  /** What Excel writes, and reads, before the header. */
  private static final Pattern EXCEL = Pattern.compile("(?i)\"?sep=(.)\"?\\s*");

  private final TextLineReader lines;
  private final String name;
  private final boolean hasHeader;
  private final Separator separator;
  private final CellSplitter splitter;
  private final Notation notation;
  private final List<String> header;

  /** Where the header stands, or else the first row. */
  private final String headerPlace;

  /** The row that comes next, if it has been read already. */
  private Optional<String[]> upcoming;

  private long emptyLines;
  private int[] selected = {};

  /**
   * @param in the file's bytes, which this closes
   * @param name what errors call it
   * @throws UserError if it does not begin as such a file does
   */
  CsvRows(InputStream in, String name, DataSettings.Series format) throws IOException {
    this.lines = new TextLineReader(in, name);
    this.name = name;
    this.hasHeader = format.header();
    this.separator = format.separator();
    this.splitter = new CellSplitter(separator.sign());
    this.notation = new Notation(format.decimal());
    try {
      String first = firstLine();
      this.headerPlace = lines.place();
      String[] cells = cells();
      this.header = hasHeader ? List.of(cells) : numbers(cells.length);
      boolean hasRow = !hasHeader || lines.next();
      checkSeparator(first, hasRow ? lines.text() : first);
      checkNames();
      this.upcoming = hasRow ? currentRow() : Optional.empty();
    } catch (UserError | IOException e) {
      in.close();
      throw e;
    }
  }

  /** The first line of the table itself. */
  private String firstLine() throws IOException {
    if (!lines.next()) {
      throw SeriesRows.damage(name + ":", "is empty");
    }
    Matcher excel = EXCEL.matcher(lines.text());
    if (!excel.matches()) {
      return lines.text();
    }
    if (excel.group(1).charAt(0) != separator.sign()) {
      throw damage(
          "says that \"%s\" stands between cells, and data.series.separator = %s"
              .formatted(Excerpt.of(excel.group(1)), separator.key()));
    }
    if (!lines.next()) {
      throw SeriesRows.damage(name + ":", "has nothing below its first line");
    }
    return lines.text();
  }

  private static List<String> numbers(int columns) {
    return IntStream.rangeClosed(1, columns).mapToObj(String::valueOf).toList();
  }

  /**
   * Refuses a table that is read with the wrong separator: part of its columns might make sense.
   */
  private void checkSeparator(String first, String second) {
    boolean sure =
        separator != Separator.COMMA && header.size() > 1 && cells().length == header.size();
    for (Separator other : Separator.values()) {
      if (other != separator
          && other.sign() != notation.decimal().sign()
          && !sure
          && fits(other, first, second)) {
        throw new UserError(
            "%s has a %s between its cells: set data.series.separator = %s, or put cells that hold one in quotes"
                .formatted(headerPlace, other.key(), other.key()));
      }
    }
  }

  private boolean fits(Separator other, String first, String second) {
    CellSplitter split = new CellSplitter(other.sign());
    int columns = split.split(first).map(cells -> cells.length).orElse(0);
    String[] row = split.split(second).orElse(new String[0]);
    return columns > 1
        && row.length == columns
        && (hasHeader
            || header.size() == 1
            || Arrays.stream(row).allMatch(Notation::isNumberOrDate));
  }

  private void checkNames() {
    Set<String> names = new HashSet<>();
    for (String column : header) {
      if (!column.isEmpty() && !names.add(column)) {
        throw damagedHeader("has two columns " + Excerpt.of(column));
      }
    }
  }

  private UserError damagedHeader(String what) {
    return hasHeader && looksLikeRow()
        ? SeriesRows.damage(
            headerPlace,
            what + " and looks like a row",
            "set data.series.header = false if it is one, or mend the file")
        : SeriesRows.damage(headerPlace, what);
  }

  /** Whether the header's cells all begin as numbers do, or one is a number that names nothing. */
  private boolean looksLikeRow() {
    List<String> given = header.stream().filter(cell -> !cell.isEmpty()).toList();
    return !given.isEmpty()
        && (given.stream().allMatch(Notation::isNumberOrDate)
            || given.stream()
                .anyMatch(
                    cell -> notation.isMeantForNumber(cell) && !cell.matches("\\d+|(?i)inf.*")));
  }

  private String[] cells() {
    String line = lines.text();
    if (!CellSplitter.quotesEnd(line)) {
      throw damage("has a quote that does not end");
    }
    return splitter
        .split(line)
        .orElseThrow(
            () ->
                damage(
                    "is not CSV of at most %d cells of at most %d characters, with quotes around all of a cell or none"
                        .formatted(CellSplitter.MOST_CELLS, CellSplitter.LONGEST_CELL)));
  }

  private Optional<String[]> row() throws IOException {
    if (upcoming.isEmpty()) {
      return lines.next() ? currentRow() : Optional.empty();
    }
    Optional<String[]> row = upcoming;
    upcoming = Optional.empty();
    return row;
  }

  /**
   * The row in the line that was read last, unless that is empty and those that follow are, too.
   */
  private Optional<String[]> currentRow() throws IOException {
    String[] cells = cells();
    if (isEmpty(cells)) {
      passOverTheEnd();
      return Optional.empty();
    }
    if (cells.length != header.size()) {
      throw damage("has %d cells, the header %d".formatted(cells.length, header.size()));
    }
    return Optional.of(cells);
  }

  private void passOverTheEnd() throws IOException {
    UserError hole = damage("is empty, and rows follow");
    do {
      if (!isEmpty(cells())) {
        throw hole;
      }
      emptyLines++;
    } while (lines.next());
  }

  private static boolean isEmpty(String[] cells) {
    return Arrays.stream(cells).allMatch(String::isEmpty);
  }

  private UserError damage(String what) {
    return SeriesRows.damage(lines.place(), what);
  }

  @Override
  public List<String> names() {
    return IntStream.range(0, header.size()).mapToObj(this::label).toList();
  }

  private String label(int column) {
    return header.get(column).isEmpty() ? "column " + (column + 1) : header.get(column);
  }

  /**
   * The first cell that is no gap decides, so that a column that begins with gaps is one of
   * numbers.
   */
  @Override
  public List<SeriesColumn> columns() throws IOException {
    if (hasHeader && looksLikeRow()) {
      throw SeriesRows.damage(
          headerPlace,
          "looks like a row, not like names of columns",
          "set data.series.header = false if it is one, or name columns in data.series.columns if these are names");
    }
    List<SeriesColumn> columns =
        new ArrayList<>(IntStream.range(0, header.size()).mapToObj(this::byName).toList());
    Optional<String[]> row = row();
    while (row.isPresent() && columns.stream().anyMatch(SeriesColumn::isEmpty)) {
      for (int i = 0; i < columns.size(); i++) {
        if (columns.get(i).isEmpty() && !Notation.isGap(row.get()[i])) {
          columns.set(i, byCell(i, row.get()[i]));
        }
      }
      row = row();
    }
    return columns;
  }

  private SeriesColumn byName(int column) {
    if (header.get(column).isEmpty()) {
      return SeriesColumn.unfit(label(column), "without a name, as a data frame's index");
    }
    return SeriesColumn.isIndex(label(column))
        ? SeriesColumn.index(label(column))
        : SeriesColumn.unfit(label(column), SeriesColumn.EMPTY);
  }

  private SeriesColumn byCell(int column, String cell) {
    return notation.isMeantForNumber(cell)
        ? SeriesColumn.ofNumbers(label(column))
        : SeriesColumn.unfit(
            label(column),
            "of text",
            "line %d has \"%s\"".formatted(lines.number(), Excerpt.of(cell)));
  }

  @Override
  public void select(List<String> columns) {
    for (String column : columns) {
      if (!header.contains(column)) {
        throw damagedHeader(SeriesRows.noColumn(column, names()));
      }
    }
    selected = columns.stream().mapToInt(header::indexOf).toArray();
  }

  @Override
  public boolean next(double[] numbers) throws IOException {
    Optional<String[]> row = row();
    for (int i = 0; i < selected.length && row.isPresent(); i++) {
      numbers[i] = number(row.get()[selected[i]], header.get(selected[i]));
    }
    return row.isPresent();
  }

  private double number(String cell, String column) {
    String place = "%s, column %s".formatted(lines.place(), Excerpt.of(column));
    if (cell.isEmpty()) {
      throw SeriesRows.hole(place, "is empty");
    }
    if (!notation.isNumber(cell)) {
      throw noNumber(place, "is \"%s\", no finite number".formatted(Excerpt.of(cell)), cell);
    }
    double number = notation.number(cell);
    if (!SeriesRows.isFinite(number)) {
      throw SeriesRows.notFinite(place, number);
    }
    return number;
  }

  private UserError noNumber(String place, String what, String cell) {
    return notation.isForeign(cell)
        ? SeriesRows.damage(
            place,
            "%s with a decimal %s".formatted(what, notation.decimal().key()),
            "set data.series.decimal = %s, or take out what stands between thousands"
                .formatted(notation.other().key()))
        : SeriesRows.hole(place, what);
  }

  @Override
  public boolean isSeriesARow() {
    return false;
  }

  @Override
  public long series() {
    return 0;
  }

  @Override
  public long emptyLines() {
    return emptyLines;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
