package dev.lockstep.storage;

import dev.lockstep.config.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.Path;

/**
 * Writes a directory whole or not at all: into a temporary directory beside it, which takes the
 * directory's name when all is written and is removed otherwise.
 */
public final class WholeDirectory {
  private WholeDirectory() {}

  /** Fills a directory. */
  @FunctionalInterface
  public interface Content {
    /** Writes into the directory, which exists and is empty. */
    void write(Location directory) throws IOException;
  }

  /**
   * Says before the work for it is done whether the directory could be made.
   *
   * @param target nothing, or an empty directory
   * @throws UserError if its file system does not allow it, or not its name
   */
  public static void check(Location target) {
    Path path = target.files().makeQualified(target.path());
    Location temporary =
        new Location(new Location(path, target.files()).temporary(), target.files());
    List<Location> made = new ArrayList<>(List.of(temporary));
    for (Path above = path.getParent(); !isThere(above, target); above = above.getParent()) {
      made.add(new Location(above, target.files()));
    }
    temporary.makeDirectory(target.toString());
    made.forEach(Location::removeIfEmpty);
  }

  private static boolean isThere(Path path, Location target) {
    return path == null || new Location(path, target.files()).status().isPresent();
  }

  /**
   * Makes the directory with what {@code content} writes.
   *
   * @param target nothing, or an empty directory
   */
  public static void write(Location target, Content content) {
    Path path = target.files().makeQualified(target.path());
    Location temporary =
        new Location(new Location(path, target.files()).temporary(), target.files());
    temporary.makeDirectory();
    try {
      // For the user who presses Ctrl-C.
      target.files().deleteOnExit(temporary.path());
      content.write(temporary);
      publish(target, temporary.path(), path);
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

  /** Renames within one directory, which every file system but an object store does at once. */
  private static void publish(Location target, Path temporary, Path path) throws IOException {
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
  private static void remove(Location temporary, Throwable reason) {
    try {
      temporary.files().delete(temporary.path(), true);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
