package dev.lockstep.storage;

import dev.lockstep.config.UserError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.security.AccessControlException;

/**
 * A place that a setting names, on any file system that Hadoop knows. What the user can mend is a
 * {@link UserError}; other trouble is an {@link UncheckedIOException}.
 *
 * @param path the place
 * @param files the file system that holds it
 */
public record Location(Path path, FileSystem files) {
  private static final Pattern TEMPORARY =
      Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /**
   * The place that a setting names.
   *
   * @param key the setting
   * @param uri its value
   * @param meaning what the setting names, for the error when it is empty
   */
  public static Location of(String key, String uri, String meaning, Configuration hadoop) {
    if (uri.isBlank()) {
      throw new UserError("%s is not set: it must name %s".formatted(key, meaning));
    }
    try {
      Path path = new Path(uri);
      return new Location(path, path.getFileSystem(hadoop));
    } catch (IllegalArgumentException e) {
      throw new UserError("%s must be a path or URI, not %s".formatted(key, uri), e);
    } catch (UnsupportedFileSystemException e) {
      throw new UserError("%s %s: no file system for such a URI is known".formatted(key, uri), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The entry of that name in this directory. */
  public Location child(String name) {
    return new Location(new Path(path, name), files);
  }

  /**
   * This place without the checksums that Hadoop keeps of local files in files beside them: for
   * readers of the directory that take these for files of their own, and for files that people take
   * elsewhere or change.
   */
  public Location withoutChecksums() {
    return files instanceof ChecksumFileSystem checked
        ? new Location(path, checked.getRawFileSystem())
        : this;
  }

  /** What is there, if anything. */
  public Optional<FileStatus> status() {
    try {
      return Optional.of(files.getFileStatus(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** Whether a directory is there. */
  public boolean isDirectory() {
    return status().filter(FileStatus::isDirectory).isPresent();
  }

  /** Whether nothing is there, or an empty directory. */
  public boolean isFree() {
    return status().isEmpty() || (isDirectory() && list().isEmpty());
  }

  /** The directory's entries in the order of their names. */
  public List<FileStatus> list() {
    try {
      return Arrays.stream(files.listStatus(path))
          .sorted(Comparator.comparing(status -> status.getPath().getName()))
          .toList();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** Opens the file for reading. */
  public InputStream open() {
    try {
      return files.open(path);
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** The whole file. */
  public byte[] bytes() {
    try (InputStream in = open()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw explain(e);
    }
  }

  /** Writes a file whole or not at all, replacing one that is there. */
  public void write(byte[] bytes) {
    Path temporary = temporary();
    try {
      try (OutputStream out = files.create(temporary, false)) {
        out.write(bytes);
      }
      // FileSystem's own rename does not replace, and deleting first would leave a moment without.
      FileContext.getFileContext(files.getUri(), files.getConf())
          .rename(
              files.makeQualified(temporary), files.makeQualified(path), Options.Rename.OVERWRITE);
    } catch (IOException e) {
      remove(temporary, e);
      throw explain(toString(), "written", e);
    }
  }

  /** Removes what was written; what went wrong first is what the user hears. */
  private void remove(Path temporary, IOException reason) {
    try {
      files.delete(temporary, false);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }

  /** Removes what is there, a directory with all that is in it. */
  public void remove() {
    try {
      files.delete(path, true);
    } catch (IOException e) {
      throw explain(toString(), "removed", e);
    }
  }

  /** Removes from this directory what a writer that was stopped has left in it. */
  public void removeTemporary() {
    for (FileStatus status : list()) {
      if (TEMPORARY.matcher(status.getPath().getName()).matches()) {
        child(status.getPath().getName()).remove();
      }
    }
  }

  /** A name beside this one that no reader takes for it: {@code .name.<uuid>}. */
  Path temporary() {
    return new Path(path.getParent(), ".%s.%s".formatted(path.getName(), UUID.randomUUID()));
  }

  /** Makes the directory and those above it. */
  public void makeDirectory() {
    try {
      if (!files.mkdirs(path)) {
        throw new UserError(
            "%s: cannot be made: check what %s allows".formatted(path, path.getParent()));
      }
    } catch (IOException e) {
      throw explain(toString(), "made", e);
    }
  }

  /** What to tell of trouble while reading. */
  public RuntimeException explain(IOException e) {
    return unreadable(toString(), e);
  }

  /**
   * What to tell of trouble while reading.
   *
   * @param place what the user calls what was read
   */
  public static RuntimeException unreadable(String place, IOException e) {
    return explain(place, "read", e);
  }

  /** A local file that may not be read is "not found (Permission denied)" to Hadoop. */
  private static RuntimeException explain(String place, String intent, IOException e) {
    if (e instanceof FileNotFoundException
        || e instanceof FileAlreadyExistsException
        || e instanceof ParentNotDirectoryException
        || e instanceof AccessDeniedException
        || e instanceof AccessControlException) {
      String reason = String.valueOf(e.getMessage()).replaceAll("\\s+", " ");
      return new UserError("%s: cannot be %s: %s".formatted(place, intent, reason), e);
    }
    return new UncheckedIOException(e);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
