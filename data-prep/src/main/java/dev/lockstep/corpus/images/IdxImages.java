package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.Gzip;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Grey images as MNIST's, IDX, plain or packed by gzip: two zero bytes, the type of the numbers (8,
 * unsigned bytes), the number of dimensions (3), then each dimension in 32 bits, big-endian; then
 * the images row by row.
 */
final class IdxImages implements ImageStream {
  private static final int UNSIGNED_BYTES = 8;
  private static final int DIMENSIONS = 3;
  private static final int HEADER_BYTES = 4 + DIMENSIONS * Integer.BYTES;

  private final InputStream in;
  private final ImageHeader header;

  /**
   * Reads the header.
   *
   * @throws Damage if it is not one of images
   */
  IdxImages(InputStream file) throws IOException, Damage {
    this.in = Gzip.unpacked(file);
    this.header = header(in.readNBytes(HEADER_BYTES));
  }

  private static ImageHeader header(byte... header) throws Damage {
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
    if (header.length < HEADER_BYTES) {
      throw new Damage("ends at byte %d, inside its header".formatted(header.length));
    }
    ByteBuffer sizes = ByteBuffer.wrap(header, 4, HEADER_BYTES - 4);
    long images = Integer.toUnsignedLong(sizes.getInt());
    long height = Integer.toUnsignedLong(sizes.getInt());
    return ImageHeader.checked(images, 1, height, Integer.toUnsignedLong(sizes.getInt()));
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public byte[] next() throws IOException {
    return in.readNBytes(header.numbers());
  }

  @Override
  public boolean ended() throws IOException {
    return in.read() < 0;
  }
}
