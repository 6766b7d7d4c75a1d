package dev.lockstep.corpus.input;

import java.io.Serializable;
import org.apache.hadoop.fs.FileStatus;

/**
 * What tells that a file has been written to since.
 *
 * @param bytes its length
 * @param modified when it was written last, as its file system counts
 */
public record FileVersion(long bytes, long modified) implements Serializable {
  public static FileVersion of(FileStatus status) {
    return new FileVersion(status.getLen(), status.getModificationTime());
  }
}
