package dev.lockstep.corpus.input;

/** Foreign text for messages of one line. */
public final class Excerpt {
  private static final int LONGEST = 60;

  private Excerpt() {}

  /** The text's beginning, control characters and line separators replaced. */
  public static String of(String text) {
    String plain = text.replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cs}]", "\uFFFD");
    return plain.codePointCount(0, plain.length()) <= LONGEST
        ? plain
        : plain.substring(0, plain.offsetByCodePoints(0, LONGEST)) + "…";
  }
}
