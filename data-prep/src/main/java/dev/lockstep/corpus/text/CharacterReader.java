package dev.lockstep.corpus.text;

import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Utf8Reader;
import java.io.IOException;

/** Reads code points. */
final class CharacterReader implements SymbolReader {
  private final Utf8Reader in;
  private int character;

  CharacterReader(Utf8Reader in) {
    this.in = in;
  }

  @Override
  public boolean next() throws IOException {
    character = in.read();
    return character >= 0;
  }

  @Override
  public String text() {
    return Character.toString(character);
  }

  @Override
  public int number(Vocabulary vocabulary) {
    return vocabulary.encode(character);
  }

  @Override
  public long offset() {
    return in.offset();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
