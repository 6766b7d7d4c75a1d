package dev.lockstep.corpus.input;

/** An item of raw data that cannot be read; the message says what is wrong with it, and where. */
public final class Damage extends Exception {
  /** How the line ends about what can be left out. */
  public static final String OR_SKIP = ", or set data.damaged = skip";

  private static final long serialVersionUID = 1L;

  public Damage(String message) {
    super(message);
  }

  /** The line for the user about a file that can be left out. */
  public static String line(SourceFile file, String what) {
    return refusal(file, what) + OR_SKIP;
  }

  /** The line for the user about a file without which there is nothing. */
  public static String refusal(SourceFile file, String what) {
    return "%s: %s: repair, convert or remove it".formatted(file.place(), Excerpt.line(what));
  }
}
