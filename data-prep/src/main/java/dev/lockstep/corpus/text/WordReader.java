package dev.lockstep.corpus.text;

import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Utf8Reader;
import java.io.IOException;

/**
 * Reads words as {@link Vocabulary#words} sees them: what blanks set apart, and every line's end.
 */
final class WordReader implements SymbolReader {
  /** Most UTF-16 units of a word; a file with longer ones is hardly text. */
  static final int LONGEST = 4096;

  private final Utf8Reader in;
  private final StringBuilder word = new StringBuilder();

  /** Whether the word before ended with its line, so that the line's end comes next. */
  private boolean lineEnds;

  WordReader(Utf8Reader in) {
    this.in = in;
  }

  @Override
  public boolean next() throws IOException {
    word.setLength(0);
    int c = lineEnds ? '\n' : afterBlanks();
    lineEnds = false;
    if (c == '\n') {
      word.append('\n');
      return true;
    }
    while (c >= 0 && c != '\n' && !isBlank(c)) {
      append(c);
      c = in.read();
    }
    lineEnds = c == '\n';
    return !word.isEmpty();
  }

  private int afterBlanks() throws IOException {
    int c = in.read();
    while (isBlank(c)) {
      c = in.read();
    }
    return c;
  }

  private void append(int c) {
    word.appendCodePoint(c);
    if (word.length() > LONGEST) {
      throw in.error(
          "belongs to a word of more than %d characters: give text whose words are shorter"
              .formatted(LONGEST));
    }
  }

  private static boolean isBlank(int c) {
    return c == ' ' || c == '\t' || c == '\r';
  }

  @Override
  public String text() {
    return word.toString();
  }

  @Override
  public int number(Vocabulary vocabulary) {
    return vocabulary.encodeWord(text());
  }

  @Override
  public long offset() {
    return in.offset() - (lineEnds ? 1 : 0);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
