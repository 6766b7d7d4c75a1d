package dev.lockstep.corpus.pixels;

import dev.lockstep.corpus.input.Damage;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * The header of an IDX file of images: two zero bytes, the type of the numbers (8, unsigned bytes),
 * the number of dimensions (3), then each dimension in 32 bits, big-endian.
 *
 * @param images how many the file has, by its own account
 * @param height pixels
 * @param width pixels
 */
record IdxHeader(long images, int height, int width) implements Serializable {
  private static final int UNSIGNED_BYTES = 8;
  private static final int DIMENSIONS = 3;

  /** Of the header itself. */
  static final int BYTES = 4 + DIMENSIONS * Integer.BYTES;

  /**
   * Reads it.
   *
   * @throws Damage if it is not one of images
   */
  static IdxHeader read(InputStream in) throws IOException, Damage {
    byte[] header = in.readNBytes(BYTES);
    if (header.length < 4 || header[0] != 0 || header[1] != 0) {
      throw new Damage("does not begin as an IDX file");
    }
    if (header[2] != UNSIGNED_BYTES) {
      throw new Damage(
          "has numbers of type %d, not 8 (unsigned bytes)".formatted(header[2] & 0xFF));
    }
    if (header[3] != DIMENSIONS) {
      throw new Damage(
          "has %d dimensions, not 3 (images, rows, columns)".formatted(header[3] & 0xFF));
    }
    if (header.length < BYTES) {
      throw new Damage("ends at byte %d, inside its header".formatted(header.length));
    }
    return checked(ByteBuffer.wrap(header, 4, BYTES - 4).slice());
  }

  private static IdxHeader checked(ByteBuffer sizes) throws Damage {
    long images = Integer.toUnsignedLong(sizes.getInt(0));
    long height = Integer.toUnsignedLong(sizes.getInt(4));
    long width = Integer.toUnsignedLong(sizes.getInt(8));
    if (images == 0 || height == 0 || width == 0) {
      throw new Damage(
          "claims %d images of %d by %d pixels, not one or more of each"
              .formatted(images, width, height));
    }
    // Divided, because the product may be more than 64 bits hold.
    if (height > Integer.MAX_VALUE / width) {
      throw new Damage(
          "claims images of %d by %d pixels, not at most %d pixels in all"
              .formatted(width, height, Integer.MAX_VALUE));
    }
    return new IdxHeader(images, (int) height, (int) width);
  }

  /** Pixels of an image, each one byte. */
  int pixels() {
    return height * width;
  }
}
