package dev.lockstep.corpus.images;

import dev.lockstep.corpus.input.Damage;
import java.io.IOException;
import java.io.InputStream;

/**
 * CIFAR-10's binary version: no header, and for each image a byte with its label, 0 to 9, then 32
 * by 32 pixels plane by plane, each row by row. Whoever reads on after a wrong label would read
 * something else than images.
 */
final class CifarImages implements ImageStream {
  private static final int PLANES = 3;
  private static final int SIDE = 32;
  private static final int LABELS = 10;
  private static final int RECORD_BYTES = 1 + PLANES * SIDE * SIDE;

  private final InputStream in;
  private final ImageHeader header;

  /**
   * @param bytes length of the file
   * @throws Damage if it is empty
   */
  CifarImages(InputStream in, long bytes) throws Damage {
    this.in = in;
    this.header =
        ImageHeader.checked((bytes + RECORD_BYTES - 1) / RECORD_BYTES, PLANES, SIDE, SIDE);
  }

  @Override
  public ImageHeader header() {
    return header;
  }

  @Override
  public byte[] next() throws IOException, Damage {
    int label = in.read();
    if (label >= LABELS) {
      throw new Damage("label %d, not 0 to %d as CIFAR-10's".formatted(label, LABELS - 1));
    }
    return in.readNBytes(header.numbers());
  }

  @Override
  public boolean ended() throws IOException {
    return in.read() < 0;
  }
}
