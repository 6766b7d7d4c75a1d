package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.SourceFile;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
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
final class BatchReader implements Iterator<ImageBatch> {
  private static final int BATCH_BYTES = 1 << 20;

  private final ImageFile file;
  private final FileChecksums checksums;
  private final DigestInputStream raw;
  private final ImageStream images;

  /** Images that have been read. */
  private long count;

  /** What is wrong with what comes after them; or null. */
  private String wrong;

  BatchReader(ImageFile file, SerializableConfiguration hadoop, FileChecksums checksums)
      throws IOException {
    this.file = file;
    this.checksums = checksums;
    this.raw = file.file().openDigested(hadoop.value());
    SourceFile.closeWithTask(raw);
    try {
      this.images = file.format().open(file.file(), raw);
    } catch (Damage e) {
      // Its header was right when the driver read it.
      throw new IOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    return wrong == null && count < claimed();
  }

  @Override
  public ImageBatch next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      return batch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long claimed() {
    return images.header().images();
  }

  private ImageBatch batch() throws IOException {
    long first = count;
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    while (hasNext() && pixels.size() < BATCH_BYTES) {
      read(pixels);
    }
    if (count == claimed()) {
      checkEnd();
    }
    if (!hasNext()) {
      checksums.add(file.file(), SourceFile.checksum(raw));
    }
    String damage = wrong == null ? null : Damage.line(file.file(), wrong);
    return new ImageBatch(file, first, pixels.toByteArray(), damage);
  }

  private void read(ByteArrayOutputStream pixels) throws IOException {
    try {
      byte[] image = images.next();
      if (image.length == images.header().numbers()) {
        pixels.writeBytes(image);
        count++;
      } else {
        wrong =
            "ends inside image %d of the %d that it should have".formatted(count + 1, claimed());
      }
    } catch (EOFException | ZipException e) {
      wrong = broken();
    } catch (Damage e) {
      wrong = "image %d of %d has %s".formatted(count + 1, claimed(), e.getMessage());
    }
  }

  private void checkEnd() throws IOException {
    try {
      if (!images.ended()) {
        wrong = "goes on after image %d of the %d that it should have".formatted(count, claimed());
      }
    } catch (EOFException | ZipException e) {
      wrong = broken();
    }
  }

  private String broken() {
    return "its compressed data break off or are wrong after image %d of %d"
        .formatted(count, claimed());
  }
}
