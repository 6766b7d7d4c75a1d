package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * Writes a corpus directory whole or not at all: into a temporary directory beside it, which takes
 * the corpus's name when all is written and is removed otherwise.
 */
final class CorpusWriter {
  private final Location target;

  /**
   * @throws UserError if the target exists and is not an empty directory
   */
  CorpusWriter(Location target) {
    this.target = target;
    boolean free = target.status().isEmpty() || (target.isDirectory() && target.list().isEmpty());
    if (!free) {
      throw new UserError(
          "data.corpus %s: is there already and not empty: remove it or name another directory"
              .formatted(target));
    }
  }

  void write(CorpusReader reader) {
    Path path = target.files().makeQualified(target.path());
    String name = ".%s.%s".formatted(path.getName(), UUID.randomUUID());
    Location temporary = new Location(new Path(path.getParent(), name), target.files());
    temporary.makeDirectory();
    try {
      // For the user who presses Ctrl-C.
      target.files().deleteOnExit(temporary.path());
      writeInto(temporary, reader);
      publish(temporary.path(), path);
    } catch (IOException e) {
      remove(temporary, e);
      throw new UncheckedIOException(e);
    } catch (Throwable e) {
      // Also what Scala throws without declaring it.
      remove(temporary, e);
      throw e;
    }
    target.files().cancelDeleteOnExit(temporary.path());
  }

  private void writeInto(Location directory, CorpusReader reader) throws IOException {
    for (Part part : Part.values()) {
      reader.rows(part).write().parquet(directory.child(part.key()).toString());
    }
    // Last: a directory without it is no corpus.
    Path description = directory.child(Corpus.DESCRIPTION).path();
    try (OutputStream out = target.files().create(description, false)) {
      out.write(CorpusJson.write(reader.descriptor()));
    }
  }

  /** Renames within one directory, which every file system but an object store does at once. */
  private void publish(Path temporary, Path path) throws IOException {
    // Renaming onto an empty directory would move into it on some file systems. Not recursive: what
    // appeared there in the meantime is somebody else's.
    if (target.status().isPresent()) {
      target.files().delete(path, false);
    }
    if (!target.files().rename(temporary, path)) {
      throw new IOException("cannot rename " + temporary + " to " + path);
    }
  }

  /** Removes what was written; what went wrong first is what the user hears. */
  private void remove(Location temporary, Throwable reason) {
    try {
      target.files().delete(temporary.path(), true);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
