package dev.lockstep.corpus.input;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipException;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Files that may be packed by gzip, in one piece or in several one after another. */
public final class Gzip {
  private static final int MAGIC = 0x8B1F;

  private Gzip() {}

  /**
   * Whether bytes are gzip's.
   *
   * @param in at their beginning, which supports marks; it stays there
   */
  private static boolean isPacked(InputStream in) throws IOException {
    in.mark(2);
    int magic = in.read() | in.read() << 8;
    in.reset();
    return magic == MAGIC;
  }

  /**
   * The same bytes, unpacked if they are gzip's. A {@link ZipException} says that they are broken;
   * other trouble is in reading them.
   */
  public static InputStream unpacked(InputStream in) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
    return isPacked(buffered) ? new Unpacked(new Packed(buffered)) : buffered;
  }

  /** Whether what {@link #unpacked} gave unpacks. */
  public static boolean isUnpacked(InputStream in) {
    return in instanceof Unpacked;
  }

  /** Remembers whether trouble is its own. */
  private static final class Packed extends FilterInputStream {
    private boolean failed;

    Packed(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return super.read(buffer, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }
  }

  private static final class Unpacked extends InputStream {
    private final Packed packed;
    private final GzipCompressorInputStream in;

    /** What the bytes that were read last end in; or null. */
    private IOException trouble;

    Unpacked(Packed packed) throws IOException {
      this.packed = packed;
      try {
        this.in = new GzipCompressorInputStream(packed, true);
      } catch (IOException e) {
        throw explained(e);
      }
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (trouble != null) {
        throw trouble;
      }
      long before = in.getBytesRead();
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        trouble = explained(e);
        int read = (int) (in.getBytesRead() - before);
        if (read > 0) {
          return read;
        }
        throw trouble;
      }
    }

    private IOException explained(IOException e) {
      if (packed.failed) {
        return e;
      }
      ZipException broken = new ZipException(String.valueOf(e.getMessage()));
      broken.initCause(e);
      return broken;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
