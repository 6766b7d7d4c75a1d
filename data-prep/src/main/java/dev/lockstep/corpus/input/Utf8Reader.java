package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Reads Unicode characters one by one from strict UTF-8 and knows where it is. The byte order mark
 * that a file may begin with is no character of it.
 */
public final class Utf8Reader implements Closeable {
  private static final int BUFFER = 1 << 16;
  private static final int BYTE_ORDER_MARK = 0xFEFF;

  private final InputStream in;
  private final String name;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER).flip();
  private final CharBuffer chars = CharBuffer.allocate(BUFFER).flip();
  private boolean ended;
  private long offset;
  private long line = 1;

  /**
   * Reads from a file's beginning.
   *
   * @param in where the bytes come from, which this reader closes
   * @param name what errors call it
   */
  public Utf8Reader(InputStream in, String name) {
    this(in, name, 0);
  }

  /**
   * @param in where the bytes come from, which this reader closes
   * @param name what errors call it
   * @param offset in the file of the first byte that {@code in} gives
   */
  public Utf8Reader(InputStream in, String name, long offset) {
    this.in = in;
    this.name = name;
    this.offset = offset;
  }

  /** Offset in the file of the character that comes next. */
  public long offset() {
    return offset;
  }

  /**
   * The next character's code point, or -1 at the end.
   *
   * @throws UserError if the bytes are not UTF-8
   */
  public int read() throws IOException {
    boolean first = offset == 0;
    int codePoint = character();
    return first && codePoint == BYTE_ORDER_MARK ? character() : codePoint;
  }

  private int character() throws IOException {
    if (!chars.hasRemaining() && !fill()) {
      return -1;
    }
    char first = chars.get();
    // The decoder never leaves half a pair in the buffer.
    int codePoint =
        Character.isHighSurrogate(first) ? Character.toCodePoint(first, chars.get()) : first;
    offset += encodedLength(codePoint);
    line += codePoint == '\n' ? 1 : 0;
    return codePoint;
  }

  /** What is wrong with the byte that comes next. */
  public UserError error(String what) {
    return new UserError(
        "%s: the byte at offset %d, in line %d, %s".formatted(name, offset, line, what));
  }

  /** Decodes until there is a character; an error waits until those before it have been read. */
  private boolean fill() throws IOException {
    chars.clear();
    CoderResult result = decoder.decode(bytes, chars, ended);
    while (chars.position() == 0 && !ended && !result.isError()) {
      more();
      result = decoder.decode(bytes, chars, ended);
    }
    chars.flip();
    if (!chars.hasRemaining() && result.isError()) {
      throw error("is not UTF-8: convert the file to UTF-8");
    }
    return chars.hasRemaining();
  }

  private void more() throws IOException {
    bytes.compact();
    int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
    ended = read < 0;
    bytes.position(bytes.position() + Math.max(0, read)).flip();
  }

  private static int encodedLength(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
