package dev.lockstep.corpus.images;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * How a camera was held, as Exif's tag of that name in a JPEG file says it (JEITA CP-3451, 4.6.4):
 * which changes make the picture upright. A file without a readable tag is upright.
 *
 * @param swapped whether rows and columns change places, first
 * @param rowsReversed whether the order of the stored rows is reversed
 * @param columnsReversed whether the order of the stored columns is reversed
 */
record Orientation(boolean swapped, boolean rowsReversed, boolean columnsReversed) {
  private static final int MARKER = 0xFF;
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP1 = 0xE1;
  private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final int TIFF_BYTES = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int TAG = 0x0112;

  /** Reads the tag. */
  static Orientation of(byte[] jpeg) {
    ByteBuffer file = ByteBuffer.wrap(jpeg);
    int at = 2;
    while (at + 4 <= jpeg.length && u8(file, at) == MARKER && u8(file, at + 1) != START_OF_SCAN) {
      int bytes = u16(file, at + 2);
      if (u8(file, at + 1) == APP1 && isExif(file, at + 4)) {
        int tiff = at + 4 + EXIF.length;
        return of(tag(file.slice(tiff, Math.max(0, Math.min(at + 2 + bytes, jpeg.length) - tiff))));
      }
      // A marker may be preceded by any number of bytes 0xFF.
      at += u8(file, at + 1) == MARKER ? 1 : 2 + bytes;
    }
    return of(1);
  }

  /** Of the tag's values, 1 to 8; any other is none. */
  private static Orientation of(int value) {
    return new Orientation(
        value >= 5 && value <= 8,
        value == 3 || value == 4 || value == 6 || value == 7,
        value == 2 || value == 3 || value == 7 || value == 8);
  }

  private static boolean isExif(ByteBuffer file, int at) {
    return at + EXIF.length <= file.limit()
        && file.slice(at, EXIF.length).equals(ByteBuffer.wrap(EXIF));
  }

  /** The tag's value in the first directory of a TIFF structure, or 0. */
  private static int tag(ByteBuffer tiff) {
    if (tiff.limit() < TIFF_BYTES) {
      return 0;
    }
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = Integer.toUnsignedLong(tiff.getInt(4));
    if (directory + 2 > tiff.limit()) {
      return 0;
    }
    int first = (int) directory + 2;
    int entries = Math.min(u16(tiff, first - 2), (tiff.limit() - first) / ENTRY_BYTES);
    for (int entry = 0; entry < entries; entry++) {
      int at = first + entry * ENTRY_BYTES;
      if (u16(tiff, at) == TAG) {
        return u16(tiff, at + 8);
      }
    }
    return 0;
  }

  private static int u8(ByteBuffer bytes, int at) {
    return Byte.toUnsignedInt(bytes.get(at));
  }

  private static int u16(ByteBuffer bytes, int at) {
    return Short.toUnsignedInt(bytes.getShort(at));
  }

  /** A square, upright: its pixels row by row. */
  int[] upright(int[] stored, int size) {
    int[] pixels = new int[stored.length];
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int row = swapped ? x : y;
        int column = swapped ? y : x;
        pixels[y * size + x] =
            stored[
                (rowsReversed ? size - 1 - row : row) * size
                    + (columnsReversed ? size - 1 - column : column)];
      }
    }
    return pixels;
  }
}
