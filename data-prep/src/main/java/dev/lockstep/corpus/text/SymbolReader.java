package dev.lockstep.corpus.text;

import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Utf8Reader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** Reads a text symbol by symbol and knows where it is. */
interface SymbolReader extends Closeable {
  /**
   * Goes on to the next symbol.
   *
   * @return false at the end
   * @throws dev.lockstep.config.UserError if the bytes are not UTF-8 or no such text
   */
  boolean next() throws IOException;

  /** The symbol. */
  String text();

  /** The symbol's number. */
  int number(Vocabulary vocabulary);

  /** A byte offset from which reading goes on with the symbol after this one. */
  long offset();

  /**
   * Reads UTF-8.
   *
   * @param in where the bytes come from, which the reader closes
   * @param name what errors call it
   * @param offset in the text of the first byte that {@code in} gives
   */
  static SymbolReader of(Vocabulary.Unit unit, InputStream in, String name, long offset) {
    Utf8Reader reader = new Utf8Reader(in, name, offset);
    return switch (unit) {
      case CHARACTER -> new CharacterReader(reader);
      case WORD -> new WordReader(reader);
    };
  }
}
