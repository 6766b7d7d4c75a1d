package dev.lockstep.model;

import java.io.Serializable;

/**
 * What networks need to know of a corpus: how wide its steps are and what its sequences depend on.
 *
 * @param symbols V, where a step is one of V symbols; 0 where it is a vector
 * @param channels W, numbers of a step that is a vector; 0 where it is a symbol
 * @param pen whether a vector is a pen's (offsets x and y, then 1 where the pen is lifted)
 * @param conditions number of the symbols that what a sequence depends on is written in; 0 if it
 *     depends on nothing
 * @param texts whether that is a text, of any length; else it is one symbol, a label
 * @param imageWidth steps of a row, where a sequence is an image row by row; 0 where it is not
 * @param words how often training has each symbol, where symbols are words; null where they are not
 * @param image what a step is whose vector is a whole image; null where it is none
 */
public record StepShape(
    int symbols,
    int channels,
    boolean pen,
    int conditions,
    boolean texts,
    int imageWidth,
    WordCounts words,
    Image image)
    implements Serializable {
  /**
   * A vector that is an image, plane by plane, each row by row: W = planes · height · width.
   *
   * @param width pixels of a row
   * @param height rows
   * @param planes 1 of a grey image, 3 of red, green and blue
   * @param binary whether each number is 0 or 1; else it is a brightness from 0 to 1
   */
  public record Image(int width, int height, int planes, boolean binary) implements Serializable {}

  /** Of no images that are vectors. */
  public StepShape(
      int symbols,
      int channels,
      boolean pen,
      int conditions,
      boolean texts,
      int imageWidth,
      WordCounts words) {
    this(symbols, channels, pen, conditions, texts, imageWidth, words, null);
  }

  /** Of no words and no images that are vectors. */
  public StepShape(
      int symbols, int channels, boolean pen, int conditions, boolean texts, int imageWidth) {
    this(symbols, channels, pen, conditions, texts, imageWidth, null);
  }

  /** Of sequences of V symbols that depend on nothing. */
  public static StepShape ofSymbols(int symbols) {
    return new StepShape(symbols, 0, false, 0, false, 0);
  }

  /** Of sequences of words that depend on nothing. */
  public static StepShape ofWords(WordCounts words) {
    return new StepShape(words.vocabulary(), 0, false, 0, false, 0, words);
  }

  /** Checks that a step is either a symbol or a vector. */
  public StepShape {
    if (symbols < 0 || channels < 0 || (symbols > 0) == (channels > 0)) {
      throw new IllegalArgumentException(
          "a step is a symbol or a vector, not "
              + symbols
              + " symbols and "
              + channels
              + " channels");
    }
  }

  /** Whether a step is a symbol. */
  public boolean symbolic() {
    return symbols > 0;
  }
}
