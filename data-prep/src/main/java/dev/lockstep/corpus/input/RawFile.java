package dev.lockstep.corpus.input;

import dev.lockstep.corpus.Checksum;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A file of raw data that is {@code data.input} or somewhere below it, read by tasks, which take
 * its checksum on the way.
 *
 * @param source where it is
 * @param name its path from {@code data.input}, or its name if it is {@code data.input} itself
 */
public record RawFile(SourceFile source, String name) implements Serializable {
  public static RawFile of(Location input, FileStatus file) {
    Path root = input.files().makeQualified(input.path());
    Path whole = input.files().makeQualified(file.getPath());
    String below = root.toUri().relativize(whole.toUri()).getPath();
    String place = below.isEmpty() ? input.toString() : input + "/" + below;
    return new RawFile(
        new SourceFile(place, whole.toString(), FileVersion.of(file)),
        below.isEmpty() ? whole.getName() : below);
  }

  /** What errors call it. */
  public String place() {
    return Damage.oneLine(source.name());
  }

  /** Opens it and takes the checksum of what is read. */
  public DigestInputStream open(SerializableConfiguration hadoop) throws IOException {
    return new DigestInputStream(source.open(hadoop.value()), Checksum.digest());
  }

  /** Reads what its reader had no use for and gives the checksum of all. */
  public static String checksum(DigestInputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
    return Checksum.text(in.getMessageDigest().digest());
  }

  /** What to tell of trouble while reading. */
  public RuntimeException explain(SerializableConfiguration hadoop, IOException trouble) {
    Path path = source.path();
    try {
      return new Location(path, path.getFileSystem(hadoop.value())).explain(trouble);
    } catch (IOException e) {
      return new UncheckedIOException(e);
    }
  }
}
