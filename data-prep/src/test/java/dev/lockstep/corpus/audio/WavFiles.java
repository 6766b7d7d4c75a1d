package dev.lockstep.corpus.audio;

import static dev.lockstep.corpus.Bytes.join;
import static dev.lockstep.corpus.Bytes.latin1;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Builds WAVE files, right ones and wrong ones. */
public final class WavFiles {
  public static final int PCM = 1;
  public static final int FLOAT = 3;

  private WavFiles() {}

  /** A whole file of these chunks. */
  public static byte[] riff(byte[]... chunks) {
    byte[] content = join(join(latin1("WAVE")), join(chunks));
    return join(latin1("RIFF"), int32(content.length), content);
  }

  /** A chunk, padded to an even length. */
  public static byte[] chunk(String id, byte... content) {
    return join(claiming(id, content.length, content), new byte[content.length % 2]);
  }

  /** A chunk that claims another size than it has. */
  public static byte[] claiming(String id, long bytes, byte... content) {
    return join(latin1(id), int32(bytes), content);
  }

  public static byte[] fmt(int code, int channels, long rate, int bits) {
    return fmt(code, channels, rate, bits, channels * bits / 8);
  }

  public static byte[] fmt(int code, int channels, long rate, int bits, int blockAlign) {
    return chunk("fmt ", fields(code, channels, rate, bits, blockAlign));
  }

  /** WAVE_FORMAT_EXTENSIBLE. */
  public static byte[] extensible(int code, int channels, long rate, int bits) {
    byte[] guid = {
      (byte) code, 0, 0, 0, 0, 0, 16, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
    };
    byte[] plain = fields(0xFFFE, channels, rate, bits, channels * bits / 8);
    return chunk("fmt ", join(plain, int16(22), int16(bits), int32(0), guid));
  }

  private static byte[] fields(int code, int channels, long rate, int bits, int blockAlign) {
    return join(
        int16(code),
        int16(channels),
        int32(rate),
        int32(rate * blockAlign),
        int16(blockAlign),
        int16(bits));
  }

  /** 8 bits, mono, 8,000 Hz: the bytes are the samples. */
  public static byte[] bytes(byte... samples) {
    return riff(fmt(PCM, 1, 8000, 8), chunk("data", samples));
  }

  public static byte[] data(int code, int bits, double... samples) {
    ByteBuffer buffer = ByteBuffer.allocate(samples.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (double sample : samples) {
      if (code == FLOAT && bits == 32) {
        buffer.putFloat((float) sample);
      } else if (code == FLOAT) {
        buffer.putDouble(sample);
      } else {
        long pcm = Math.round(sample * (1L << (bits - 1))) + (bits == 8 ? 128 : 0);
        buffer.put(int64(pcm), 0, bits / 8);
      }
    }
    byte[] content = new byte[buffer.flip().remaining()];
    buffer.get(content);
    return chunk("data", content);
  }

  static byte[] int16(int value) {
    return new byte[] {(byte) value, (byte) (value >> 8)};
  }

  static byte[] int32(long value) {
    return join(int16((int) value), int16((int) (value >> 16)));
  }

  private static byte[] int64(long value) {
    return join(int32(value), int32(value >> 32));
  }
}
