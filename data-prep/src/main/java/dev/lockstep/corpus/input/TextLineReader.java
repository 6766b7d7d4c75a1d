package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads UTF-8 line by line, each up to {@code '\n'} or the end, and knows where it is. A line that
 * cannot be read does not hide those after it. No more is held than {@link #LONGEST} bytes.
 */
public final class TextLineReader implements Closeable {
  /** Most bytes of a line, without its end. */
  public static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final String name;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private long offset;
  private long number;
  private byte[] line = new byte[1 << 10];
  private int kept;
  private long length;

  /** Reads from a file's beginning. */
  public TextLineReader(InputStream in, String name) {
    this(in, name, 0, 1);
  }

  /**
   * @param in where the bytes come from, which this reader closes
   * @param name what errors call it
   * @param offset of the first byte that {@code in} gives
   * @param firstNumber of the line that begins there
   */
  public TextLineReader(InputStream in, String name, long offset, long firstNumber) {
    this.in = in;
    this.name = name;
    this.offset = offset;
    this.number = firstNumber - 1;
  }

  /**
   * Goes on to the next line.
   *
   * @return false if there is none
   */
  public boolean next() throws IOException {
    kept = 0;
    length = 0;
    if (next == end && !fill()) {
      return false;
    }
    number++;
    do {
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      keep(from);
    } while (next == end && fill());
    if (next < end) {
      next++;
      offset++;
    }
    return true;
  }

  private boolean fill() throws IOException {
    next = 0;
    end = Math.max(0, in.read(buffer));
    return end > 0;
  }

  private void keep(int from) {
    int count = next - from;
    int wanted = Math.min(count, LONGEST - kept);
    if (kept + wanted > line.length) {
      line = Arrays.copyOf(line, Math.max(kept + wanted, 2 * line.length));
    }
    System.arraycopy(buffer, from, line, kept, wanted);
    kept += wanted;
    length += count;
    offset += count;
  }

  /**
   * The line, without the byte order mark that a file may begin with.
   *
   * @throws UserError if it is too long or not UTF-8
   */
  public String text() {
    if (length > LONGEST) {
      throw new UserError(
          "%s is longer than %d bytes: give a file of shorter lines".formatted(place(), LONGEST));
    }
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(kept);
    ByteBuffer bytes = ByteBuffer.wrap(line, 0, kept);
    CoderResult result = decoder.decode(bytes, text, true);
    if (result.isError()) {
      throw new UserError(
          "%s is not UTF-8 at its byte %d: convert the file to UTF-8"
              .formatted(place(), bytes.position() + 1));
    }
    text.flip();
    return (number == 1 && text.length() > 0 && text.get(0) == '\uFEFF' ? text.position(1) : text)
        .toString();
  }

  /** File and line, for errors. */
  public String place() {
    return "%s: line %d".formatted(name, number);
  }

  /** The line's number, from 1. */
  public long number() {
    return number;
  }

  /** Bytes up to the line after this one. */
  public long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
