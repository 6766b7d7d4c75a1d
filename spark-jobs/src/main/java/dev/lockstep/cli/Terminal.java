package dev.lockstep.cli;

/**
 * What standard error is. Java can only tell whether input <em>and</em> output are a terminal, so
 * {@code bin/lockstep} passes what the shell sees; elsewhere Java's guess has to do.
 */
final class Terminal {
  /** The columns of the terminal that standard error is, 0 if it is none. */
  private static final String COLUMNS_PROPERTY = "lockstep.terminal.columns";

  private Terminal() {}

  @SuppressWarnings("SystemConsoleNull") // Spark 3.5 does not run on the JDKs where it never is.
  static boolean isInteractive() {
    Integer columns = Integer.getInteger(COLUMNS_PROPERTY);
    boolean terminal = columns == null ? System.console() != null : columns > 0;
    return terminal && !"dumb".equals(System.getenv("TERM"));
  }

  /** The width as far as the launcher knew it, otherwise 0. */
  static int columns() {
    return Integer.getInteger(COLUMNS_PROPERTY, 0);
  }
}
