package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings.Decimal;
import java.util.regex.Pattern;

/** How a table writes numbers, and how it says that there is none. */
final class Notation {
  /** What Java reads, less its hexadecimal digits and suffixes. */
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?+(\\d++(\\.\\d*+)?+|\\.\\d++)([eE][+-]?+\\d++)?+");

  private static final Pattern INFINITE = Pattern.compile("(?i)[+-]?inf(inity)?");

  /** A fraction after a point or a comma, or thousands set apart. */
  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "[+-]?(\\d*[.,]\\d+([eE][+-]?\\d+)?|\\d{1,3}([., '’\\u00a0\\u202f]\\d{3})+([.,]\\d+)?)");

  /** As data frames, spreadsheets and databases write it. */
  private static final Pattern GAP =
      Pattern.compile("(?i)|[+-]?nan|n/?a|<na>|null|none|nil|[-.?]+|[+-]?1\\.#\\w+|#[\\w/]+[!?]?");

  private static final Pattern NUMBER_OR_DATE = Pattern.compile("[+-]?[.,]?\\d.*");

  private final Decimal decimal;

  Notation(Decimal decimal) {
    this.decimal = decimal;
  }

  /** Whether a cell says that there is no number, rather than what is there instead. */
  static boolean isGap(String cell) {
    return GAP.matcher(cell).matches();
  }

  /** Whether a cell begins as numbers and dates do, and names of columns do not. */
  static boolean isNumberOrDate(String cell) {
    return NUMBER_OR_DATE.matcher(cell).matches();
  }

  /** Whether a cell is meant for a number, if not one that can be read. */
  boolean isMeantForNumber(String cell) {
    return isNumber(cell) || INFINITE.matcher(cell).matches() || isForeign(cell);
  }

  /** Whether a cell is a number. */
  boolean isNumber(String cell) {
    return NUMBER.matcher(plain(cell)).matches();
  }

  /** Whether a cell is no number here, but would be one in another country's table. */
  boolean isForeign(String cell) {
    return !isNumber(cell) && ELSEWHERE.matcher(cell).matches();
  }

  /** The number in a cell, for which {@link #isNumber}. */
  double number(String cell) {
    return Double.parseDouble(plain(cell));
  }

  Decimal decimal() {
    return decimal;
  }

  /** What another country has before a fraction. */
  Decimal other() {
    return decimal == Decimal.POINT ? Decimal.COMMA : Decimal.POINT;
  }

  /** As Java writes it; what must not be in it stays in a way that Java does not read. */
  private String plain(String cell) {
    return decimal == Decimal.POINT ? cell : cell.replace('.', '_').replace(',', '.');
  }
}
