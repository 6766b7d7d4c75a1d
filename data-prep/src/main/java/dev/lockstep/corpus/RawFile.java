package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.security.DigestInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A file of raw data, as a task finds it.
 *
 * @param uri where it is, on any machine
 * @param name its path from {@code data.input}, or its name if it is {@code data.input} itself
 */
record RawFile(String uri, String name) implements Serializable {
  /** A file that is {@code data.input} or somewhere below it. */
  static RawFile of(Location input, Path file) {
    Path root = input.files().makeQualified(input.path());
    Path whole = input.files().makeQualified(file);
    String below = root.toUri().relativize(whole.toUri()).getPath();
    return new RawFile(whole.toString(), below.isEmpty() ? whole.getName() : below);
  }

  /**
   * The place that {@code data.input} names.
   *
   * @param meaning what it must be, for the error when it is empty
   * @throws UserError if nothing is there
   */
  static Location input(String uri, String meaning, Configuration hadoop) {
    Location input = Location.of("data.input", uri, meaning, hadoop);
    if (input.status().isEmpty()) {
      throw new UserError("data.input %s: no such file or directory".formatted(input));
    }
    return input;
  }

  /** Names that are for something else: Hadoop's checksums, marks, hidden files. */
  static boolean isHidden(Path file) {
    return file.getName().startsWith(".") || file.getName().startsWith("_");
  }

  /** The file, for a task. */
  Location location(SerializableConfiguration hadoop) throws IOException {
    Path path = new Path(uri);
    return new Location(path, path.getFileSystem(hadoop.value()));
  }

  /** Opens the file and takes the checksum of what is read. */
  DigestInputStream open(SerializableConfiguration hadoop) throws IOException {
    InputStream in = location(hadoop).open();
    return new DigestInputStream(in, Checksum.digest());
  }

  /** Reads what its reader had no use for and gives the checksum of all. */
  static String checksum(DigestInputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return Checksum.text(in.getMessageDigest().digest());
  }
}
