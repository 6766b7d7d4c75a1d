package dev.lockstep.corpus.series;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Cuts a line of CSV into its cells. A cell may stand in quotes, two of which stand for one of its
 * own; blanks around it do not count. It has at most {@link #LONGEST_CELL} characters, a line
 * {@link #MOST_CELLS} of them.
 */
final class CellSplitter {
  static final int MOST_CELLS = 16_384;
  static final int LONGEST_CELL = 1_000;

  private final CsvParser parser;

  CellSplitter(char separator) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(separator);
    settings.getFormat().setLineSeparator("\n");
    settings.setReadInputOnSeparateThread(false);
    settings.setCommentProcessingEnabled(false);
    settings.setSkipBitsAsWhitespace(false);
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
    settings.setNullValue("");
    settings.setEmptyValue("");
    settings.setMaxColumns(MOST_CELLS);
    settings.setMaxCharsPerColumn(LONGEST_CELL);
    this.parser = new CsvParser(settings);
  }

  /** The cells, none of an empty line; or nothing if the line is not CSV. */
  Optional<String[]> split(String line) {
    if (!quotesEnd(line)) {
      return Optional.empty();
    }
    try {
      String[] cells = parser.parseLine(line);
      return Optional.of(cells == null ? new String[0] : cells);
    } catch (TextParsingException e) {
      return Optional.empty();
    }
  }

  /** Whether every quote that begins a cell ends. */
  static boolean quotesEnd(String line) {
    return line.chars().filter(c -> c == '"').count() % 2 == 0;
  }

  /** A line with commas of which {@link #split} makes these cells. */
  static String join(List<String> cells) {
    return cells.stream().map(CellSplitter::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String cell) {
    return cell.equals(cell.strip()) && cell.matches("[^,\"]+")
        ? cell
        : "\"" + cell.replace("\"", "\"\"") + "\"";
  }
}
