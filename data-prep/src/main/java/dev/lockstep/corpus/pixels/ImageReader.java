package dev.lockstep.corpus.pixels;

import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.zip.ZipException;
import org.apache.spark.util.SerializableConfiguration;

/**
 * In a task: reads a file of images from first to last byte, a batch at a time. Memory grows with
 * what is there, not with what the header claims.
 */
final class ImageReader implements Iterator<ImageBatch> {
  private static final int BATCH_BYTES = 1 << 20;

  private final ImageFile images;
  private final FileChecksums checksums;
  private final DigestInputStream raw;
  private final InputStream in;

  /** Images that have been read. */
  private long count;

  private boolean ended;
  private boolean gzipBroken;

  ImageReader(ImageFile images, SerializableConfiguration hadoop, FileChecksums checksums)
      throws IOException {
    this.images = images;
    this.checksums = checksums;
    this.raw = images.file().openDigested(hadoop.value());
    SourceFile.closeWithTask(raw);
    this.in = ImageFile.unpacked(raw);
    in.skipNBytes(IdxHeader.BYTES);
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public ImageBatch next() {
    if (ended) {
      throw new NoSuchElementException();
    }
    try {
      return batch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ImageBatch batch() throws IOException {
    int size = images.header().pixels();
    long first = count;
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    while (!ended && pixels.size() < BATCH_BYTES) {
      byte[] image = read(size);
      if (image.length == size) {
        pixels.writeBytes(image);
        count++;
      }
      ended = image.length < size || count == images.header().images();
    }
    String damage = null;
    if (ended) {
      damage = damage();
      checksums.add(images.file(), SourceFile.checksum(raw));
    }
    return new ImageBatch(images, first, pixels.toByteArray(), damage);
  }

  /** So many bytes, or fewer if the file or its gzip data end. */
  private byte[] read(int bytes) throws IOException {
    try {
      return in.readNBytes(bytes);
    } catch (EOFException | ZipException e) {
      gzipBroken = true;
      return new byte[0];
    }
  }

  /** What is wrong with how the file ends, as a line; or null. */
  private String damage() throws IOException {
    long claimed = images.header().images();
    boolean more = read(1).length > 0;
    if (count == claimed && !more && !gzipBroken) {
      return null;
    }
    String how = "ends inside image %d of the %d that its header claims";
    if (gzipBroken) {
      how = "its gzip data break off or are wrong after image %d of %d";
    } else if (count == claimed) {
      how = "goes on after image %d of the %d that its header claims";
    }
    long image = gzipBroken || count == claimed ? count : count + 1;
    return Damage.line(images.file(), how.formatted(image, claimed));
  }
}
