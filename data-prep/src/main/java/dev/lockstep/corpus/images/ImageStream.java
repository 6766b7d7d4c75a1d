package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.io.IOException;

/**
 * The images of an open file, one after another. Its methods end with {@link java.io.EOFException}
 * or {@link java.util.zip.ZipException} where compressed data break off or are wrong.
 */
interface ImageStream {
  ImageHeader header();

  /**
   * The next image, 0 (dark) to 255, plane by plane and each row by row; or fewer bytes if the file
   * ends inside it.
   *
   * @throws Damage if this is no image, so that none after it can be trusted
   */
  byte[] next() throws IOException, Damage;

  /** Whether nothing follows the last image, asked once it has been read. */
  boolean ended() throws IOException;
}
