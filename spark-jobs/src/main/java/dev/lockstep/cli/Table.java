package dev.lockstep.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A small table of text for the terminal: columns as wide as they need, numbers flush right. A
 * column of numbers is one whose every cell is a {@link Number} or empty ({@code null}, shown as a
 * dash). Fractions have four decimals; format a cell yourself, as a string, to say otherwise.
 */
public final class Table {
  private static final String GAP = "  ";

  private final List<String> header;
  private final List<List<Object>> rows = new ArrayList<>();

  private Table(List<String> header) {
    this.header = header;
  }

  /** Starts a table with these column names. */
  public static Table of(String... columns) {
    return new Table(List.of(columns));
  }

  /** Adds a row; as many cells as there are columns. */
  public Table row(Object... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells for " + header.size() + " columns " + header);
    }
    List<Object> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(cell);
    }
    rows.add(row);
    return this;
  }

  /** The table, a line per row, no line break at the end. */
  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(line(header));
    lines.add(line(IntStream.range(0, header.size()).mapToObj(c -> "-".repeat(width(c))).toList()));
    rows.forEach(row -> lines.add(line(row.stream().map(Table::text).toList())));
    return String.join(System.lineSeparator(), lines);
  }

  private String line(List<String> cells) {
    return IntStream.range(0, cells.size())
        .mapToObj(c -> padded(c, cells.get(c)))
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private String padded(int column, String cell) {
    String space = " ".repeat(width(column) - length(cell));
    return isNumeric(column) ? space + cell : cell + space;
  }

  private int width(int column) {
    return IntStream.concat(
            IntStream.of(length(header.get(column))),
            rows.stream().mapToInt(row -> length(text(row.get(column)))))
        .max()
        .getAsInt();
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty()
        && rows.stream()
            .map(row -> row.get(column))
            .allMatch(cell -> cell == null || cell instanceof Number);
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private static String text(Object cell) {
    if (cell == null) {
      return "-";
    }
    if (cell instanceof Double || cell instanceof Float) {
      return String.format(Locale.ROOT, "%.4f", ((Number) cell).doubleValue());
    }
    if (cell instanceof Integer || cell instanceof Long) {
      return String.format(Locale.ROOT, "%,d", ((Number) cell).longValue());
    }
    return cell.toString();
  }
}
