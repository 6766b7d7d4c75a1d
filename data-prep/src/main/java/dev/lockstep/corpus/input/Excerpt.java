package dev.lockstep.corpus.input;

/** Foreign text for messages of one line. */
public final class Excerpt {
  private static final int LONGEST = 60;

  private Excerpt() {}

  /** All of the text, control characters, line separators and half characters replaced. */
  public static String line(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}]", "\uFFFD");
  }

  /** The text's beginning in the same way. */
  public static String of(String text) {
    return of(text, LONGEST);
  }

  /**
   * The text's beginning in the same way.
   *
   * @param longest most characters
   */
  public static String of(String text, int longest) {
    String plain = line(text);
    return plain.codePointCount(0, plain.length()) <= longest
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, longest)) + "…";
  }
}
