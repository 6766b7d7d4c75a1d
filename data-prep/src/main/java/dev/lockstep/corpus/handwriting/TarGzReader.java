package dev.lockstep.corpus.handwriting;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * The entries of a {@code .tar.gz} that may be hostile. Nothing is held but what is asked for with
 * {@link #bytes}; headers are bounded, and so is what may come out for each byte that went in.
 *
 * <p>An {@link IOException} says that the archive is broken from here on; trouble in reading the
 * bytes of the archive itself is an {@link UncheckedIOException}.
 */
final class TarGzReader implements Closeable {
  /** Of one entry's header with its long name and extensions, which the tar reader holds. */
  private static final long MAX_HEADER = 1 << 20;

  /** Bytes out for each byte in; ink comes to 6, deflate's most is 1032. */
  private static final long MAX_RATIO = 100;

  /** What any archive may unpack to. */
  private static final long MIN_UNPACKED = 64 << 20;

  private final Packed packed;
  private InputStream unpacked;
  private TarArchiveInputStream tar;

  /** Bytes that may be unpacked before it is set again. */
  private long allowance;

  /**
   * @param in where the bytes come from, which this reader closes
   */
  TarGzReader(InputStream in) {
    this.packed = new Packed(in);
  }

  /** Whether an entry is a file as any other. */
  static boolean plain(TarArchiveEntry entry) {
    return (entry.getLinkFlag() == '0' || entry.getLinkFlag() == 0) && !entry.isSparse();
  }

  /**
   * The next entry, or null after the last.
   *
   * @throws IOException if what is there is none
   */
  TarArchiveEntry next() throws IOException {
    if (tar == null) {
      unpacked = new Unpacked(new GZIPInputStream(new BufferedInputStream(packed), 1 << 16));
      tar = new TarArchiveInputStream(unpacked, StandardCharsets.UTF_8.name());
    } else {
      skip();
    }
    allowance = MAX_HEADER;
    TarArchiveEntry entry = header();
    if (entry != null && !entry.isCheckSumOK()) {
      throw new IOException("an entry's header does not have its checksum");
    }
    return entry;
  }

  private TarArchiveEntry header() throws IOException {
    try {
      return tar.getNextTarEntry();
    } catch (UncheckedIOException e) {
      throw e;
    } catch (RuntimeException e) {
      // What the tar reader makes of some headers that are no headers.
      throw new IOException("an entry's header is none", e);
    }
  }

  /** Passes over what is left of the entry. */
  void skip() throws IOException {
    allowance = Long.MAX_VALUE;
    tar.transferTo(OutputStream.nullOutputStream());
  }

  /** The entry's content. */
  byte[] bytes() throws IOException {
    allowance = Long.MAX_VALUE;
    return tar.readAllBytes();
  }

  /**
   * Reads to the end after the last entry.
   *
   * @throws IOException if gzip's checksum is another than that of what was read
   */
  void finish() throws IOException {
    allowance = Long.MAX_VALUE;
    unpacked.transferTo(OutputStream.nullOutputStream());
  }

  @Override
  public void close() throws IOException {
    if (tar != null) {
      tar.close();
    }
    packed.close();
  }

  /** The bytes of the archive; counts them. */
  private static final class Packed extends FilterInputStream {
    long bytes;

    Packed(InputStream in) {
      super(in);
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("only buffers are filled");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        int read = super.read(buffer, offset, length);
        bytes += Math.max(0, read);
        return read;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** What they unpack to; holds it to the limits. */
  private final class Unpacked extends FilterInputStream {
    private long bytes;

    Unpacked(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      bytes += Math.max(0, read);
      allowance -= Math.max(0, read);
      if (allowance < 0) {
        throw new IOException("an entry's header is longer than " + MAX_HEADER + " bytes");
      }
      if (bytes > MIN_UNPACKED + MAX_RATIO * packed.bytes) {
        throw new IOException("unpacks to more than " + MAX_RATIO + " times its size");
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      return Math.max(0, read(new byte[(int) Math.min(count, 1 << 12)]));
    }
  }
}
