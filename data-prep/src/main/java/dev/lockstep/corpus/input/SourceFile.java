package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.Closeable;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * An input file for tasks, as it was when the driver looked at it.
 *
 * @param name what errors call it
 * @param uri where it is; a relative path means something else to an executor
 * @param version what it was
 */
public record SourceFile(String name, String uri, FileVersion version) implements Serializable {
  /**
   * A file as it is now.
   *
   * @throws UserError if it is not there
   */
  public static SourceFile of(Location file) {
    FileVersion version =
        file.status()
            .map(FileVersion::of)
            .orElseThrow(() -> new UserError(file + ": is gone: give a file that stays"));
    return new SourceFile(
        file.toString(), file.files().makeQualified(file.path()).toString(), version);
  }

  public Path path() {
    return new Path(uri);
  }

  /**
   * Opens the file.
   *
   * @throws IllegalStateException if it has been written to since
   */
  public FSDataInputStream open(Configuration hadoop) throws IOException {
    FileSystem files = path().getFileSystem(hadoop);
    if (!FileVersion.of(files.getFileStatus(path())).equals(version)) {
      throw changed();
    }
    return files.open(path());
  }

  public IllegalStateException changed() {
    return new IllegalStateException(name + " changed while it was being prepared");
  }

  /** Closes what a task reads from when the task is over, however it ends. */
  public static void closeWithTask(Closeable open) {
    TaskContext.get()
        .addTaskCompletionListener(
            (TaskCompletionListener)
                context -> {
                  try {
                    open.close();
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
  }
}
