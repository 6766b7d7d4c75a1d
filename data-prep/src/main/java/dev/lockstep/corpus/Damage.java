package dev.lockstep.corpus;

/** An item of raw data that cannot be read; the message says what is wrong with it, and where. */
final class Damage extends Exception {
  private static final long serialVersionUID = 1L;

  Damage(String message) {
    super(message);
  }

  Damage(String message, Throwable cause) {
    super(message, cause);
  }

  /** The one line for the user: also where a file's name or a header's bytes break lines. */
  static String line(String item, String what) {
    return "%s: %s: repair, convert or remove it".formatted(item, what).replaceAll("\\p{Cc}", "?");
  }
}
