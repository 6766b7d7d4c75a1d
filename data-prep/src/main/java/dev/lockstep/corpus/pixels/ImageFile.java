package dev.lockstep.corpus.pixels;

import dev.lockstep.config.DataSettings;
import dev.lockstep.corpus.input.SourceFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.zip.GZIPInputStream;

/**
 * A file of images.
 *
 * @param file where it is
 * @param number of the file within the corpus, for draws of its own
 * @param header what it has
 * @param split what becomes of its images
 */
record ImageFile(SourceFile file, int number, IdxHeader header, DataSettings.Split split)
    implements Serializable {
  private static final int GZIP_MAGIC = 0x8B1F;

  /** The same bytes, unpacked if they are gzip's. */
  static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    buffered.mark(2);
    int magic = buffered.read() | buffered.read() << 8;
    buffered.reset();
    return magic == GZIP_MAGIC ? new GZIPInputStream(buffered, 1 << 16) : buffered;
  }

  /** What errors call an image, and its name; in the order of the numbers. */
  String image(long number) {
    return "%s image %010d".formatted(file.name(), number);
  }
}
