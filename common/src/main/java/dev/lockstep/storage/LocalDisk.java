package dev.lockstep.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * What Hadoop's file system of this machine's disks does not do: it lists no links to nothing and
 * no names that the process's locale cannot read, and replaces no file at once without a checksum.
 *
 * @param files that file system
 */
record LocalDisk(RawLocalFileSystem files) {
  /** This machine's disks, if that is what a file system is. */
  static Optional<LocalDisk> of(FileSystem files) {
    if (files instanceof RawLocalFileSystem raw) {
      return Optional.of(new LocalDisk(raw));
    }
    return files instanceof LocalFileSystem checked
        ? of(checked.getRawFileSystem())
        : Optional.empty();
  }

  /** The entries of a directory, in no order, but for the checksums of others. */
  List<Entry> entries(Path directory) throws IOException {
    java.nio.file.Path local = local(directory);
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<java.nio.file.Path> found = Files.newDirectoryStream(local)) {
      for (java.nio.file.Path entry : found) {
        if (!entry.getFileName().toString().matches("(?s)\\..+\\.crc")) {
          entries.add(entry(directory, entry));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (AccessDeniedException e) {
      throw hadoops(e.getFile() + " (Permission denied)", e);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw hadoops(e.getFile() + " is no directory", e);
    }
    return entries;
  }

  private static FileNotFoundException hadoops(String message, IOException cause) {
    FileNotFoundException e = new FileNotFoundException(message);
    e.initCause(cause);
    return e;
  }

  private Entry entry(Path directory, java.nio.file.Path entry) throws IOException {
    String name = entry.getFileName().toString();
    if (!isText(entry)) {
      return Entry.unreadable(
          name,
          "has a name that is no text in this process's encoding, %s: rename it, or run with LC_ALL=C.UTF-8"
              .formatted(System.getProperty("sun.jnu.encoding")));
    }
    Optional<String> trouble = trouble(entry);
    return trouble.isPresent()
        ? Entry.unreadable(name, trouble.get())
        : Entry.of(files.getFileStatus(new Path(directory, Location.name(name))));
  }

  /** Whether the name comes back from its text. */
  private static boolean isText(java.nio.file.Path entry) {
    try {
      return java.nio.file.Path.of(entry.toString()).equals(entry);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Optional<String> trouble(java.nio.file.Path entry) throws IOException {
    if (!Files.exists(entry) && Files.isSymbolicLink(entry)) {
      return Optional.of(
          "is a link to %s, where nothing is: fetch that or remove the link"
              .formatted(Files.readSymbolicLink(entry)));
    }
    BasicFileAttributes there = Files.readAttributes(entry, BasicFileAttributes.class);
    if (there.isOther()) {
      return Optional.of("is a pipe, a socket or a device, not a file: remove it");
    }
    if (!there.isDirectory()) {
      return Optional.empty();
    }
    if (!Files.isReadable(entry) || !Files.isExecutable(entry)) {
      return Optional.of("is a folder that may not be read: change what its owner allows");
    }
    return Files.isSymbolicLink(entry)
            && entry.getParent().toRealPath().startsWith(entry.toRealPath())
        ? Optional.of("is a link to a folder that it is in: remove it")
        : Optional.empty();
  }

  /** Puts a file in the place of another, whose checksum would be a wrong one. */
  void replace(Path file, Path other) throws IOException {
    java.nio.file.Path target = local(other);
    Files.deleteIfExists(target.resolveSibling("." + target.getFileName() + ".crc"));
    Files.move(local(file), target, StandardCopyOption.ATOMIC_MOVE);
  }

  private java.nio.file.Path local(Path path) {
    return files.pathToFile(path).toPath();
  }
}
