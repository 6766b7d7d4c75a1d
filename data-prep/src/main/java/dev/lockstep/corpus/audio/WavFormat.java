package dev.lockstep.corpus.audio;

import dev.lockstep.corpus.input.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/**
 * What the {@code fmt } chunk of a WAVE file says of its samples, checked: PCM of 8 (unsigned), 16,
 * 24 or 32 bits or IEEE floats of 32 or 64, little-endian, the channels of a frame side by side.
 *
 * @param floating IEEE floats, not PCM
 * @param channels samples of a frame
 * @param rate frames a second
 * @param bits of a sample
 */
record WavFormat(boolean floating, int channels, int rate, int bits) {
  /** Bytes of the chunk that mean something; more may follow. */
  static final int MOST_BYTES = 40;

  private static final int PLAIN_BYTES = 16;
  private static final int PCM = 1;
  private static final int IEEE_FLOAT = 3;
  private static final int EXTENSIBLE = 0xFFFE;
  private static final int HIGHEST_RATE = 1_000_000;

  /** The end of the subformats of WAVE_FORMAT_EXTENSIBLE that are format codes. */
  private static final byte[] CODE_GUID = {
    0, 0, 0, 0, 16, 0, (byte) 0x80, 0, 0, (byte) 0xAA, 0, 0x38, (byte) 0x9B, 0x71
  };

  /** +24 dB: a louder float is no overshoot but something else, such as PCM's numbers as floats. */
  private static final double LOUDEST = 16;

  /** Reads the chunk's content, of which at most the first {@link #MOST_BYTES} are needed. */
  static WavFormat of(byte[] chunk) throws Damage {
    if (chunk.length < PLAIN_BYTES) {
      throw new Damage("its fmt chunk has %d bytes, not 16 or more".formatted(chunk.length));
    }
    ByteBuffer fields = ByteBuffer.wrap(chunk).order(ByteOrder.LITTLE_ENDIAN);
    int tag = Short.toUnsignedInt(fields.getShort(0));
    int code = tag == EXTENSIBLE ? subformat(chunk) : tag;
    int bits = Short.toUnsignedInt(fields.getShort(14));
    WavFormat format =
        new WavFormat(
            code == IEEE_FLOAT,
            Short.toUnsignedInt(fields.getShort(2)),
            rate(Integer.toUnsignedLong(fields.getInt(4))),
            bits);
    checkSamples(code, bits);
    format.checkFrames(Short.toUnsignedInt(fields.getShort(12)));
    return format;
  }

  private static int subformat(byte[] chunk) throws Damage {
    if (chunk.length < MOST_BYTES) {
      throw new Damage(
          "its fmt chunk is WAVE_FORMAT_EXTENSIBLE in %d bytes, not 40".formatted(chunk.length));
    }
    if (!Arrays.equals(chunk, 26, MOST_BYTES, CODE_GUID, 0, CODE_GUID.length)) {
      throw new Damage("its samples are of a subformat that is neither PCM nor IEEE float");
    }
    return Byte.toUnsignedInt(chunk[24]) + (Byte.toUnsignedInt(chunk[25]) << 8);
  }

  private static int rate(long rate) throws Damage {
    if (rate < 1 || rate > HIGHEST_RATE) {
      throw new Damage("claims %d samples a second, not 1 to %d".formatted(rate, HIGHEST_RATE));
    }
    return (int) rate;
  }

  private static void checkSamples(int code, int bits) throws Damage {
    if (code != PCM && code != IEEE_FLOAT) {
      throw new Damage(
          "its samples are of format %d, not 1 (PCM) or 3 (IEEE float)".formatted(code));
    }
    Set<Integer> allowed = code == PCM ? Set.of(8, 16, 24, 32) : Set.of(32, 64);
    if (!allowed.contains(bits)) {
      throw new Damage(
          "claims samples of %d bits, not %s"
              .formatted(bits, code == PCM ? "8, 16, 24 or 32 (PCM)" : "32 or 64 (IEEE float)"));
    }
  }

  private void checkFrames(int blockAlign) throws Damage {
    if (channels == 0) {
      throw new Damage("claims 0 channels, not 1 or more");
    }
    if (blockAlign != frameBytes()) {
      throw new Damage(
          "claims frames of %d bytes, but %d channels of %d bits are %d"
              .formatted(blockAlign, channels, bits, frameBytes()));
    }
  }

  /** Bytes of one sample of every channel. */
  int frameBytes() {
    return channels * (bits / Byte.SIZE);
  }

  /** The mean over the channels of the frame that begins at a byte. */
  float mono(ByteBuffer bytes, int at) throws Damage {
    double sum = 0;
    for (int channel = 0; channel < channels; channel++) {
      sum += sample(bytes, at + channel * (bits / Byte.SIZE));
    }
    return (float) (sum / channels);
  }

  private double sample(ByteBuffer bytes, int at) throws Damage {
    if (floating) {
      return checked(bits == 32 ? bytes.getFloat(at) : bytes.getDouble(at));
    }
    return switch (bits) {
      case 8 -> (Byte.toUnsignedInt(bytes.get(at)) - 128) / 0x1p7;
      case 16 -> bytes.getShort(at) / 0x1p15;
      case 24 -> (Short.toUnsignedInt(bytes.getShort(at)) + (bytes.get(at + 2) << 16)) / 0x1p23;
      default -> bytes.getInt(at) / 0x1p31;
    };
  }

  private static double checked(double sample) throws Damage {
    if (!(Math.abs(sample) <= LOUDEST)) {
      throw new Damage("has a sample of %s, where full scale is -1 to 1".formatted(sample));
    }
    return sample;
  }
}
