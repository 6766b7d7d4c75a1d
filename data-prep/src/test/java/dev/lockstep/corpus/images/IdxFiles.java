package dev.lockstep.corpus.images;

import static dev.lockstep.corpus.Bytes.join;

/** Builds IDX files, right ones and wrong ones. */
public final class IdxFiles {
  private IdxFiles() {}

  /** A file of images with these pixels. */
  public static byte[] images(long count, long height, long width, byte... pixels) {
    return join(header(8, 3, count, height, width), pixels);
  }

  public static byte[] header(int type, int dimensions, long... sizes) {
    byte[] header = {0, 0, (byte) type, (byte) dimensions};
    for (long size : sizes) {
      byte[] big = {(byte) (size >> 24), (byte) (size >> 16), (byte) (size >> 8), (byte) size};
      header = join(header, big);
    }
    return header;
  }

  /** So many images of 2 by 3 pixels: image i is all i, but for 255 where it begins. */
  public static byte[] numbered(int count) {
    byte[] pixels = new byte[6 * count];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 6 == 0 ? 255 : i / 6);
    }
    return images(count, 3, 2, pixels);
  }
}
