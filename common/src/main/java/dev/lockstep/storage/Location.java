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
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.ChecksumException;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.ParentNotDirectoryException;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
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

  /** Names with colons are no URIs: {@code meter-16:00:00.csv}. */
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):/");

  /** Hadoop reads from these, but from front to back alone, and lists and writes nothing. */
  private static final Set<String> STREAMS = Set.of("http", "https", "ftp", "sftp");

  /** What is said of a file that something else wrote than what wrote its checksum. */
  private static final String OTHER_SUM =
      "%s: is not what its checksum says, on a local disk the hidden file .%s.crc beside it: fetch the file again or, if it was changed on purpose, remove that";

  /** A place whose files, where their names hold colons, cannot have checksums beside them. */
  public Location {
    if (path.getName().contains(":") && files instanceof ChecksumFileSystem checked) {
      files = checked.getRawFileSystem();
    }
  }

  /**
   * The place that a setting names.
   *
   * @param key the setting
   * @param uri its value
   * @param meaning what the setting names, for the error when it is empty
   * @throws UserError if it is empty, or names a place where nothing can be listed or sought
   */
  public static Location of(String key, String uri, String meaning, Configuration hadoop) {
    if (uri.isBlank()) {
      throw new UserError("%s is not set: it must name %s".formatted(key, meaning));
    }
    try {
      Path path = path(key, uri);
      return new Location(path, path.getFileSystem(hadoop));
    } catch (IllegalArgumentException e) {
      throw new UserError("%s must be a path or URI, not %s".formatted(key, uri), e);
    } catch (UnsupportedFileSystemException e) {
      throw new UserError("%s %s: no file system for such a URI is known".formatted(key, uri), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path path(String key, String uri) {
    Matcher scheme = SCHEME.matcher(uri);
    if (!scheme.lookingAt()) {
      return name(uri);
    }
    if (STREAMS.contains(scheme.group(1).toLowerCase(Locale.ROOT))) {
      throw new UserError(
          "%s %s: nothing is read from or written to %s: addresses: copy it to a disk and name the copy"
              .formatted(key, uri, scheme.group(1)));
    }
    return new Path(uri);
  }

  /** As it stands: {@link Path}'s constructor of a string takes what is before a colon away. */
  static Path name(String name) {
    return new Path(null, null, name);
  }

  /** The entry of that name in this directory. */
  public Location child(String name) {
    return new Location(new Path(path, name(name)), files);
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
    } catch (IllegalArgumentException e) {
      throw new UserError(
          "%s: its file system does not allow such a name: give another: %s"
              .formatted(this, e.getMessage()),
          e);
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
    return status().isEmpty() || (isDirectory() && entries().isEmpty());
  }

  /** The directory's entries that are there and can be named, in the order of their names. */
  public List<FileStatus> list() {
    return entries().stream().flatMap(entry -> entry.status().stream()).toList();
  }

  /**
   * All of the directory's entries in the order of their names, but no checksums: also those that
   * cannot be read.
   */
  public List<Entry> entries() {
    Optional<LocalDisk> disk = LocalDisk.of(files);
    try {
      List<Entry> entries =
          disk.isPresent()
              ? disk.get().entries(path)
              : Arrays.stream(files.listStatus(path)).map(Entry::of).toList();
      return entries.stream().sorted(Comparator.comparing(Entry::name)).toList();
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
      replace(temporary);
    } catch (IOException e) {
      remove(temporary, e);
      throw explain(toString(), "written", e);
    }
  }

  /** FileSystem's own rename does not replace, and deleting first would leave a moment without. */
  private void replace(Path temporary) throws IOException {
    if (files instanceof RawLocalFileSystem raw) {
      new LocalDisk(raw).replace(temporary, path);
    } else {
      FileContext.getFileContext(files.getUri(), files.getConf())
          .rename(
              files.makeQualified(temporary), files.makeQualified(path), Options.Rename.OVERWRITE);
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

  /** Removes the directory, unless somebody else has put something into it. */
  void removeIfEmpty() {
    try {
      if (entries().isEmpty()) {
        files.delete(path, false);
      }
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
    return new Path(path.getParent(), name(".%s.%s".formatted(path.getName(), UUID.randomUUID())));
  }

  /** Makes the directory and those above it. */
  public void makeDirectory() {
    makeDirectory(toString());
  }

  /**
   * The same.
   *
   * @param place what errors call it
   */
  void makeDirectory(String place) {
    try {
      if (!files.mkdirs(path)) {
        throw new UserError(
            "%s: cannot be made: check what %s and its file system allow"
                .formatted(place, path.getParent()));
      }
    } catch (IOException e) {
      throw explain(place, "made", e);
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
    if (e instanceof ChecksumException) {
      return new UserError(
          OTHER_SUM.formatted(place, place.substring(place.lastIndexOf('/') + 1)), e);
    }
    return new UncheckedIOException(e);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
