package dev.lockstep.testing;

import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * Local directories, as a test sees them. Hadoop keeps a checksum beside each local file, {@code
 * .name.crc}, which is no entry of its own here.
 */
public final class Folder {
  private Folder() {}

  public static Location location(Path path) {
    return Location.of("test", path.toString(), "a place", new Configuration());
  }

  /** The names in a directory, sorted. */
  public static List<String> names(Path directory) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All paths below a directory, checksums too, relative to it, sorted. */
  public static List<String> everything(Path directory) {
    try (Stream<Path> entries = Files.walk(directory)) {
      return entries
          .filter(entry -> !entry.equals(directory))
          .map(entry -> directory.relativize(entry).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes a file and its checksum, so that what replaces it is not taken for damaged by Hadoop.
   */
  public static void delete(Path file) throws IOException {
    Files.delete(file);
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
  }
}
