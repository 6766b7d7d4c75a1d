package dev.lockstep.corpus.input;

import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.storage.Location;
import java.io.Serializable;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.SparkContext;
import org.apache.spark.util.CollectionAccumulator;

/**
 * The checksums of files, told by the tasks that read them, so that none is read for its checksum
 * alone. A task that runs twice tells the same twice.
 */
public final class FileChecksums implements Serializable {
  private static final long serialVersionUID = 1L;

  private final CollectionAccumulator<Told> told;

  private record Told(String name, String sha256) implements Serializable {}

  public FileChecksums(SparkContext context) {
    this.told = context.<Told>collectionAccumulator();
  }

  /** In a task: a file has been read to its end. */
  public void add(SourceFile file, String sha256) {
    told.add(new Told(file.name(), sha256));
  }

  /** In the driver, when all files have been read: what {@code data.input} was. */
  public CorpusDescriptor.Source source(Location input) {
    SortedMap<String, String> files = new TreeMap<>();
    told.value().forEach(file -> files.put(file.name(), file.sha256()));
    return InputFiles.source(input, files);
  }
}
