package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.storage.Entry;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/** A {@link FileTree} that is a folder. */
final class FolderTree implements FileTree {
  /** IAM-OnDB has two levels of folders. The end of a folder that holds a link to itself. */
  private static final int MAX_DEPTH = 4;

  private final Location root;
  private final String ending;
  private final int maxBytes;
  private final List<Found> found = new ArrayList<>();
  private final List<Item> leftOut = new ArrayList<>();

  private record Found(String name, String path) implements Serializable {}

  FolderTree(Location root, String ending, int maxBytes) {
    this.root = root;
    this.ending = ending;
    this.maxBytes = maxBytes;
    list(root, "", 0);
  }

  private void list(Location folder, String prefix, int depth) {
    for (Entry entry : folder.entries()) {
      String name = prefix + entry.name();
      if (found.size() + leftOut.size() >= MAX_FILES) {
        throw new UserError("%s: holds more than %d files: give fewer".formatted(root, MAX_FILES));
      }
      if (InputFiles.hidden(name)) {
        leftOut.add(Item.setAside(name, Inventory.HIDDEN));
      } else if (entry.status().isPresent()) {
        note(entry.status().get(), name, depth);
      } else {
        String line = place(name) + ": " + Excerpt.line(entry.trouble().orElseThrow());
        damage(name, line + Damage.OR_SKIP);
      }
    }
  }

  private void note(FileStatus status, String name, int depth) {
    Location place = new Location(status.getPath(), root.files());
    if (status.isDirectory() && depth == MAX_DEPTH) {
      damage(name, FileTree.damage(place(name), "is a folder %d deep".formatted(depth + 1)));
    } else if (status.isDirectory()) {
      list(place, name + "/", depth + 1);
    } else if (!FileTree.safe(name)) {
      damage(name, FileTree.damage(place(name), "has an unsafe name"));
    } else if (name.endsWith(ending) && status.getLen() > maxBytes) {
      damage(name, FileTree.tooLarge(place(name), status.getLen(), maxBytes));
    } else if (name.endsWith(ending)) {
      found.add(new Found(name, root.files().makeQualified(status.getPath()).toString()));
    } else {
      leftOut.add(Item.setAside(name, Inventory.OTHER_NAME));
    }
  }

  private void damage(String name, String line) {
    leftOut.add(Item.damaged(name, line));
  }

  private String place(String name) {
    return root + "/" + FileTree.printable(name);
  }

  @Override
  public SortedSet<String> names() {
    TreeSet<String> names = new TreeSet<>();
    found.forEach(file -> names.add(file.name()));
    return names;
  }

  @Override
  public List<Item> leftOut() {
    return leftOut;
  }

  @Override
  public JavaRDD<TreeFile> files(JavaSparkContext spark) {
    SerializableConfiguration hadoop = new SerializableConfiguration(spark.hadoopConfiguration());
    String prefix = root + "/";
    return spark.parallelize(found).map(file -> read(file, prefix, hadoop));
  }

  private static TreeFile read(Found file, String prefix, SerializableConfiguration hadoop)
      throws IOException {
    Path path = new Path(file.path());
    try (InputStream in = path.getFileSystem(hadoop.value()).open(path)) {
      return new TreeFile(file.name(), prefix + file.name(), in.readAllBytes());
    }
  }

  @Override
  public SortedMap<String, String> checksums(JavaSparkContext spark) {
    String folder = root.path().getName() + "/";
    SortedMap<String, String> checksums = new TreeMap<>();
    files(spark)
        .map(file -> new Tuple2<>(file.name(), Checksum.of(file.bytes())))
        .collect()
        .forEach(file -> checksums.put(folder + file._1(), file._2()));
    return checksums;
  }
}
