package dev.lockstep.corpus.handwriting;

import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A {@link FileTree} in a {@code .tar.gz}, read without unpacking it to a disk. The driver passes
 * over it once, for names, damage and the checksum. Such an archive can only be decompressed from
 * its beginning; as that is the cheap part, each task decompresses all of it, one entry at a time,
 * and parses its share of the entries.
 */
final class TarTree implements FileTree {
  /** Decompressing takes about a sixth of what parsing does, so more tasks gain nothing. */
  private static final int MAX_TASKS = 8;

  private final SourceFile archive;
  private final String root;
  private final String ending;
  private final int maxBytes;
  private final List<Entry> entries = new ArrayList<>();
  private final TreeSet<String> names = new TreeSet<>();
  private final List<Item> leftOut = new ArrayList<>();
  private final String sha256;

  /**
   * A file of the archive.
   *
   * @param position how many entries stand before it
   * @param name below the root
   */
  record Entry(int position, String name) implements Serializable {}

  /**
   * What one task reads.
   *
   * @param entries in the order of their positions
   */
  record Share(List<Entry> entries) implements Serializable {}

  TarTree(Location archive, String root, String ending, int maxBytes) {
    this.archive = SourceFile.of(archive);
    this.root = root + "/";
    this.ending = ending;
    this.maxBytes = maxBytes;
    try (DigestInputStream in = this.archive.openDigested(archive.files().getConf());
        TarGzReader reader = new TarGzReader(in)) {
      survey(reader);
      this.sha256 = SourceFile.checksum(in);
    } catch (IOException e) {
      throw this.archive.explain(e);
    }
  }

  private void survey(TarGzReader reader) {
    int position = 0;
    try {
      for (TarArchiveEntry entry = reader.next(); entry != null; entry = reader.next()) {
        // An entry that breaks off is not one to read.
        reader.skip();
        note(position++, entry);
      }
      reader.finish();
    } catch (IOException e) {
      String line =
          "%s: cannot be read to its end: %s after %d entries: fetch it again, or set data.damaged = skip to use those"
              .formatted(
                  archive.place(), FileTree.printable(String.valueOf(e.getMessage())), position);
      leftOut.add(Item.damaged(archive.place(), line));
    }
  }

  private void note(int position, TarArchiveEntry entry) throws IOException {
    if (position == MAX_FILES) {
      throw new IOException("more than %d entries".formatted(MAX_FILES));
    }
    String name = entry.getName().replaceFirst("^(\\./)+", "");
    String below = name.startsWith(root) ? name.substring(root.length()) : name;
    String place = archive.place() + "!" + FileTree.printable(entry.getName());
    if (!FileTree.safe(name)) {
      damage(name, FileTree.damage(place, "has an unsafe name"));
    } else if (!entry.isDirectory() && !TarGzReader.plain(entry)) {
      damage(name, FileTree.damage(place, "is a link or a device, not a file"));
    } else if (!entry.isDirectory() && InputFiles.hidden(below)) {
      leftOut.add(Item.setAside(name, Inventory.HIDDEN));
    } else if (!entry.isDirectory() && !below.endsWith(ending)) {
      leftOut.add(Item.setAside(name, Inventory.OTHER_NAME));
    } else if (!entry.isDirectory()) {
      add(new Entry(position, below), entry.getSize(), place);
    }
  }

  private void add(Entry entry, long bytes, String place) {
    if (bytes > maxBytes) {
      damage(entry.name(), FileTree.tooLarge(place, bytes, maxBytes));
    } else if (!names.add(entry.name())) {
      damage(entry.name(), FileTree.damage(place, "is there twice, only the first counts"));
    } else {
      entries.add(entry);
    }
  }

  private void damage(String name, String line) {
    leftOut.add(Item.damaged(FileTree.printable(name), line));
  }

  @Override
  public SortedSet<String> names() {
    return names;
  }

  @Override
  public List<Item> leftOut() {
    return leftOut;
  }

  @Override
  public JavaRDD<TreeFile> files(JavaSparkContext spark) {
    int tasks = Math.min(MAX_TASKS, spark.defaultParallelism());
    List<Share> shares =
        IntStream.range(0, tasks)
            .mapToObj(task -> entries.stream().filter(e -> e.position() % tasks == task).toList())
            .map(Share::new)
            .toList();
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    SourceFile file = archive;
    return spark
        .parallelize(shares, tasks)
        .flatMap(share -> new TarShare(file.open(hadoop.value()), file.place(), share));
  }

  @Override
  public SortedMap<String, String> checksums(JavaSparkContext spark) {
    return new TreeMap<>(Map.of(archive.name(), sha256));
  }
}
