package dev.lockstep.corpus.prepare;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusJson;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.storage.Location;
import dev.lockstep.storage.WholeDirectory;

/** Writes a corpus directory whole or not at all. */
final class CorpusWriter {
  private final Location target;

  /**
   * @throws UserError if the target exists and is not an empty directory, or cannot be made
   */
  CorpusWriter(Location target) {
    this.target = target;
    if (!target.isFree()) {
      throw new UserError(
          "data.corpus %s: is there already and not empty: remove it or name another directory"
              .formatted(target));
    }
    WholeDirectory.check(target);
  }

  void write(CorpusReader reader) {
    WholeDirectory.write(
        target,
        directory -> {
          for (Part part : Part.values()) {
            reader.rows(part).write().parquet(directory.child(part.key()).toString());
          }
          // Last: a directory without it is no corpus.
          directory.child(Corpus.DESCRIPTION).write(CorpusJson.write(reader.descriptor()));
        });
  }
}
