package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The characters that a corpus is made of and their numbers: ordered by code point, from 0.
 * Characters are Unicode code points. An open vocabulary has one more place, the last, for every
 * character that training did not see; a closed one refuses those.
 */
public final class Vocabulary implements Serializable {
  /** What stands in decoded text for a character that training did not see. */
  public static final String UNSEEN = "\uFFFD";

  private static final long serialVersionUID = 1L;

  private final int[] characters;
  private final boolean open;

  private Vocabulary(Collection<Integer> codePoints, boolean open) {
    this.characters = codePoints.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
    this.open = open;
    if (characters.length == 0) {
      throw new IllegalArgumentException("a vocabulary needs characters");
    }
  }

  /** These characters and a place for those unseen. */
  public static Vocabulary open(Collection<Integer> codePoints) {
    return new Vocabulary(codePoints, true);
  }

  /** These characters and no others. */
  public static Vocabulary closed(Collection<Integer> codePoints) {
    return new Vocabulary(codePoints, false);
  }

  /** Number of symbols V, with the place for unseen characters. */
  public int size() {
    return characters.length + (open ? 1 : 0);
  }

  /** Whether the last symbol is the place for unseen characters. */
  public boolean isOpen() {
    return open;
  }

  /** The number V that only the generator's input knows; it stands before every sequence. */
  public int startSymbol() {
    return size();
  }

  /** Each symbol as text, in the order of their numbers. */
  public List<String> symbols() {
    return IntStream.range(0, size()).mapToObj(this::symbol).toList();
  }

  /** The characters' code points in the order of their numbers, without the place for unseen. */
  public List<Integer> characters() {
    return Arrays.stream(characters).boxed().toList();
  }

  /**
   * The number of a character.
   *
   * @throws UserError if the vocabulary is closed and does not have it
   */
  public int encode(int codePoint) {
    int number = Arrays.binarySearch(characters, codePoint);
    if (number >= 0) {
      return number;
    }
    if (open) {
      return characters.length;
    }
    throw new UserError(
        "character %s is not in the corpus's vocabulary: allowed are %s"
            .formatted(
                Character.toString(codePoint),
                symbols().stream().limit(50).collect(Collectors.joining(" "))));
  }

  /**
   * The numbers of a text's characters.
   *
   * @throws UserError if the vocabulary is closed and does not have one of them
   */
  public int[] encode(String text) {
    return text.codePoints().map(this::encode).toArray();
  }

  /**
   * The text of these numbers; the place for unseen characters becomes {@link #UNSEEN}.
   *
   * @throws IllegalArgumentException if a number is not a symbol's, as the start symbol's is not
   */
  public String decode(int[] symbols) {
    return Arrays.stream(symbols).mapToObj(this::symbol).collect(Collectors.joining());
  }

  private String symbol(int number) {
    if (number < 0 || number >= size()) {
      throw new IllegalArgumentException("no symbol " + number + " of " + size());
    }
    return number < characters.length ? Character.toString(characters[number]) : UNSEEN;
  }

  /** SHA-256, in hexadecimal, that is the same for equal vocabularies, now and later. */
  public String checksum() {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (1 + characters.length));
    bytes.putInt(open ? 1 : 0);
    Arrays.stream(characters).forEach(bytes::putInt);
    return Checksum.of(bytes.array());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Vocabulary that
        && open == that.open
        && Arrays.equals(characters, that.characters);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(characters) + Boolean.hashCode(open);
  }

  @Override
  public String toString() {
    return "Vocabulary" + symbols();
  }
}
