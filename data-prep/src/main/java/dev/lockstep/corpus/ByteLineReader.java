package dev.lockstep.corpus;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads lines as bytes, each up to {@code '\n'} or the end, and knows where it is. Of a line that
 * is longer than {@link #LONGEST} it keeps no more than that.
 */
final class ByteLineReader implements Closeable {
  /** Most bytes of a line, without its end. */
  static final int LONGEST = 1 << 20;

  private final InputStream in;
  private final byte[] buffer = new byte[1 << 16];
  private int next;
  private int end;
  private long offset;
  private byte[] line = new byte[1 << 10];
  private int kept;
  private long length;

  /**
   * @param offset of the first byte that {@code in} gives
   */
  ByteLineReader(InputStream in, long offset) {
    this.in = in;
    this.offset = offset;
  }

  /**
   * Goes on to the next line.
   *
   * @return false if there is none
   */
  boolean next() throws IOException {
    kept = 0;
    length = 0;
    boolean any = false;
    while (next < end || fill()) {
      any = true;
      int from = next;
      while (next < end && buffer[next] != '\n') {
        next++;
      }
      keep(from);
      if (next < end) {
        next++;
        offset++;
        return true;
      }
    }
    return any;
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

  /** The line's bytes, whole unless {@link #isTooLong}. */
  byte[] bytes() {
    return Arrays.copyOf(line, kept);
  }

  /** Whether there is nothing but white space. */
  boolean isBlank() {
    for (int i = 0; i < kept; i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return !isTooLong();
  }

  boolean isTooLong() {
    return length > LONGEST;
  }

  /** Bytes up to the line after this one. */
  long offset() {
    return offset;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
