package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.storage.Location;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A file that is {@code data.input} or somewhere below it, as it was when the driver looked at it.
 *
 * @param name its path from {@code data.input}, or its name if it is {@code data.input} itself
 * @param place what errors call it, in one line
 * @param uri where it is; a relative path means something else to an executor
 * @param bytes its length
 * @param modified when it was written last, as its file system counts
 */
public record SourceFile(String name, String place, String uri, long bytes, long modified)
    implements Serializable {
  /**
   * A file that is {@code data.input} itself.
   *
   * @throws UserError if it is not there
   */
  public static SourceFile of(Location file) {
    return of(
        file,
        file.status().orElseThrow(() -> new UserError(file + ": is gone: give a file that stays")));
  }

  /** A file that is the input or below it. */
  static SourceFile of(Location input, FileStatus file) {
    Path root = input.files().makeQualified(input.path());
    Path whole = input.files().makeQualified(file.getPath());
    String below = root.toUri().relativize(whole.toUri()).getPath();
    return new SourceFile(
        below.isEmpty() ? whole.getName() : below,
        Excerpt.line(below.isEmpty() ? input.toString() : input + "/" + below),
        whole.toString(),
        file.getLen(),
        file.getModificationTime());
  }

  /** Where it is. */
  public Path path() {
    return new Path(uri);
  }

  /**
   * Opens the file.
   *
   * @throws IllegalStateException if it has been written to since
   */
  public FSDataInputStream open(Configuration hadoop) throws IOException {
    FileSystem files = new Location(path(), path().getFileSystem(hadoop)).files();
    FileStatus now = files.getFileStatus(path());
    if (now.getLen() != bytes || now.getModificationTime() != modified) {
      throw changed();
    }
    return files.open(path());
  }

  /** Opens the file and takes the checksum of what is read, for {@link #checksum}. */
  public DigestInputStream openDigested(Configuration hadoop) throws IOException {
    return new DigestInputStream(open(hadoop), Checksum.digest());
  }

  /** Reads what its reader had no use for and gives the checksum of all. */
  public static String checksum(DigestInputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return Checksum.text(in.getMessageDigest().digest());
  }

  /** What a reader throws that finds something else than there was. */
  public IllegalStateException changed() {
    return new IllegalStateException(place + " changed while it was being prepared");
  }

  /** What to tell of trouble while reading. */
  public RuntimeException explain(IOException trouble) {
    return Location.unreadable(place, trouble);
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
