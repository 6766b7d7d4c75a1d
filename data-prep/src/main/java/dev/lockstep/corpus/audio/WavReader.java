package dev.lockstep.corpus.audio;

import dev.lockstep.corpus.input.Damage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads RIFF WAVE files from first to last byte. Chunks other than {@code fmt } and {@code data}
 * are passed over, wherever they stand; what follows the samples is not looked at. A header is
 * believed where the file keeps its promise, and memory grows with what is there, not with what is
 * promised. Who writes into a pipe, or is stopped, leaves the sizes as they were before the first
 * sample: then the samples are all whole frames up to the end.
 */
final class WavReader {
  /** Most samples of a recording, of each channel: 25 minutes at 44,100 Hz, 139 at 8,000. */
  static final int MOST_SAMPLES = 1 << 26;

  private static final int BLOCK_BYTES = 1 << 16;

  /** From here on a size says that it was not known: SoX's is the smallest. */
  private static final long UNKNOWN_BYTES = 0x7FFFF000L;

  /** As FFmpeg says it. */
  private static final long ALL_ONES = 0xFFFFFFFFL;

  private final InputStream in;
  private long offset;

  /** Bytes after the first eight, as the file claims. */
  private long riffBytes;

  private WavReader(InputStream in) {
    this.in = in;
  }

  /**
   * Reads a recording and mixes its channels down to their mean.
   *
   * @throws Damage if it is not one that {@link WavFormat} tells of, breaks off, or is too long
   */
  static Recording read(InputStream in) throws IOException, Damage {
    return new WavReader(in).recording();
  }

  private Recording recording() throws IOException, Damage {
    byte[] riff = in.readNBytes(12);
    checkRiff(riff);
    riffBytes = Integer.toUnsignedLong(little(riff).getInt(4));
    offset = 12;
    WavFormat format = null;
    while (true) {
      Chunk chunk = chunk();
      if (chunk.id().equals("data")) {
        return new Recording(rate(format), samples(format, chunk));
      }
      boolean isFormat = chunk.id().equals("fmt ");
      if (isFormat && format != null) {
        throw new Damage("has a second fmt chunk at byte %d".formatted(chunk.at()));
      }
      byte[] head = take((int) Math.min(isFormat ? WavFormat.MOST_BYTES : 0, chunk.bytes()), chunk);
      pass(chunk.bytes() + chunk.bytes() % 2 - head.length, chunk);
      format = isFormat ? WavFormat.of(head) : format;
    }
  }

  private static int rate(WavFormat format) throws Damage {
    if (format == null) {
      throw new Damage("has no fmt chunk before its samples");
    }
    return format.rate();
  }

  private static void checkRiff(byte[] header) throws Damage {
    String text = new String(header, StandardCharsets.ISO_8859_1);
    if (text.startsWith("RIFX")) {
      throw new Damage("is big-endian (RIFX), not RIFF WAVE");
    }
    if (text.length() < 12 || !text.startsWith("RIFF") || !text.endsWith("WAVE")) {
      throw new Damage("does not begin as a RIFF WAVE file");
    }
  }

  /**
   * The header of a chunk.
   *
   * @param bytes of its content, as it claims
   * @param at offset of the header in the file
   */
  private record Chunk(String id, long bytes, long at) {}

  private Chunk chunk() throws IOException, Damage {
    byte[] header = in.readNBytes(8);
    if (header.length < 8) {
      throw new Damage("ends at byte %d without a data chunk".formatted(offset + header.length));
    }
    long bytes = Integer.toUnsignedLong(little(header).getInt(4));
    Chunk chunk = new Chunk(new String(header, 0, 4, StandardCharsets.ISO_8859_1), bytes, offset);
    offset += 8;
    return chunk;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] take(int count, Chunk chunk) throws IOException, Damage {
    byte[] bytes = in.readNBytes(count);
    offset += bytes.length;
    if (bytes.length < count) {
      throw broken(chunk);
    }
    return bytes;
  }

  /** Reads on; skipping would not be seen by a checksum. */
  private void pass(long count, Chunk chunk) throws IOException, Damage {
    for (long left = count; left > 0; left -= Math.min(left, BLOCK_BYTES)) {
      take((int) Math.min(left, BLOCK_BYTES), chunk);
    }
  }

  private Damage broken(Chunk chunk) {
    return new Damage(
        "ends at byte %d, inside the chunk '%s' that begins at byte %d and claims %d bytes"
            .formatted(offset, chunk.id(), chunk.at(), chunk.bytes()));
  }

  private float[] samples(WavFormat format, Chunk chunk) throws IOException, Damage {
    int frame = format.frameBytes();
    boolean known = isKnown(chunk);
    if (known && (chunk.bytes() == 0 || chunk.bytes() % frame != 0)) {
      throw new Damage(
          "its data chunk claims %d bytes, not one or more frames of %d"
              .formatted(chunk.bytes(), frame));
    }
    int block = Math.max(1, BLOCK_BYTES / frame) * frame;
    float[] samples = new float[BLOCK_BYTES];
    int count = 0;
    long left = known ? chunk.bytes() : Long.MAX_VALUE;
    while (left > 0) {
      int wanted = (int) Math.min(left, block);
      ByteBuffer bytes = little(known ? take(wanted, chunk) : in.readNBytes(wanted));
      int frames = bytes.capacity() / frame;
      samples = room(samples, count + frames);
      for (int i = 0; i < frames; i++) {
        samples[count++] = format.mono(bytes, i * frame);
      }
      left = bytes.capacity() < wanted ? 0 : left - wanted;
    }
    if (count == 0) {
      throw new Damage("ends before its first sample");
    }
    return Arrays.copyOf(samples, count);
  }

  /** Whether the size of the samples was filled in; if that of the file was, it is a mistake. */
  private boolean isKnown(Chunk samples) {
    boolean likely = samples.bytes() > 0 && samples.bytes() < UNKNOWN_BYTES;
    boolean fileIsKnown = riffBytes < UNKNOWN_BYTES && riffBytes > samples.at();
    return samples.bytes() != ALL_ONES && (likely || fileIsKnown);
  }

  private static float[] room(float[] samples, int needed) throws Damage {
    if (needed > MOST_SAMPLES) {
      throw new Damage("has more than %d samples".formatted(MOST_SAMPLES));
    }
    return needed <= samples.length
        ? samples
        : Arrays.copyOf(samples, Math.max(needed, 2 * samples.length));
  }
}
