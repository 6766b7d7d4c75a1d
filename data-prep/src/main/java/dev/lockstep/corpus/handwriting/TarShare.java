package dev.lockstep.corpus.handwriting;

import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** The entries of an archive that one task reads, one after another; holds none but the last. */
final class TarShare implements Iterator<TreeFile> {
  private final TarGzReader reader;
  private final String archive;
  private final Iterator<TarTree.Entry> entries;
  private int position;

  /**
   * @param in the archive, which is closed with the task
   * @param archive what errors call it
   */
  TarShare(InputStream in, String archive, TarTree.Share share) {
    this.reader = new TarGzReader(in);
    this.archive = archive;
    this.entries = share.entries().iterator();
    SourceFile.closeWithTask(reader);
  }

  @Override
  public boolean hasNext() {
    return entries.hasNext();
  }

  @Override
  public TreeFile next() {
    TarTree.Entry next = entries.next();
    try {
      TarArchiveEntry entry = reader.next();
      for (position++; position <= next.position(); position++) {
        entry = reader.next();
      }
      String place = archive + "!" + FileTree.printable(entry.getName());
      return new TreeFile(next.name(), place, reader.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
