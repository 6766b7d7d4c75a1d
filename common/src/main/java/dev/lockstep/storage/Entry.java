package dev.lockstep.storage;

import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;

/**
 * An entry of a directory.
 *
 * @param name as it reads; what is no text in it is U+FFFD
 * @param status what is there; empty if it cannot be read
 * @param trouble why it cannot be read and what to do, as the end of a sentence that begins with
 *     its name; empty if it can be
 */
public record Entry(String name, Optional<FileStatus> status, Optional<String> trouble) {
  static Entry of(FileStatus status) {
    return new Entry(status.getPath().getName(), Optional.of(status), Optional.empty());
  }

  static Entry unreadable(String name, String trouble) {
    return new Entry(name, Optional.empty(), Optional.of(trouble));
  }
}
