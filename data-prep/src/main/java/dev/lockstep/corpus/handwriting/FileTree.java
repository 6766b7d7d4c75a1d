package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.storage.Location;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Many small files of one ending: in a folder, or in the archive that the folder was packed into.
 * The driver looks at the names; tasks read the contents, one file at a time. Files and folders
 * whose names begin with {@code .} or {@code _} are no part of it, nor are files of other endings:
 * they are set aside.
 *
 * <p>What cannot be read is told in {@link #leftOut()}: a file of an unsafe name, of a name that is
 * there already, too large, or no plain file. An archive that breaks off is one more of those, and
 * what stands before the break is read; so is one whose checksum is not that of its content, of
 * which nobody knows what in it is still as it was.
 */
sealed interface FileTree permits FolderTree, TarTree {
  /** More than any one corpus of handwriting has, and few enough for the driver to list. */
  int MAX_FILES = 1 << 18;

  /** Of names that can be told in a line. */
  int LONGEST_NAME = 255;

  /**
   * The names of the files that can be read, below the folder, in order: {@code a01/x/x-01.xml}.
   */
  SortedSet<String> names();

  /** An item for each thing that is no file to read, or of another name. */
  List<Item> leftOut();

  /** Reads all files, in no order. */
  JavaRDD<TreeFile> files(JavaSparkContext spark);

  /** SHA-256 of what was read, by its name: of the archive, or of each file. */
  SortedMap<String, String> checksums(JavaSparkContext spark);

  /**
   * The files of {@code folder-all.tar.gz} in a directory or, where there is no such archive, of
   * {@code folder}.
   *
   * @param ending of the files' names
   * @param maxBytes of one file; larger ones are damaged
   * @throws UserError if neither is there, or no file of that ending is
   */
  static FileTree of(Location directory, String folder, String ending, int maxBytes) {
    Location archive = directory.child(folder + "-all.tar.gz");
    Location unpacked = directory.child(folder);
    if (archive.status().isEmpty() && !unpacked.isDirectory()) {
      throw new UserError(
          "data.input %s: must hold %s-all.tar.gz or that unpacked as the folder %s; it holds neither"
              .formatted(directory, folder, folder));
    }
    boolean packed = archive.status().isPresent();
    FileTree tree =
        packed
            ? new TarTree(archive, folder, ending, maxBytes)
            : new FolderTree(unpacked, ending, maxBytes);
    if (tree.names().isEmpty()) {
      throw new UserError(
          tree.leftOut().stream()
              .flatMap(item -> Stream.ofNullable(item.damage()))
              .findFirst()
              .orElse(
                  "%s: holds no file %s: give IAM-OnDB's %s"
                      .formatted(packed ? archive : unpacked, "*" + ending, folder)));
    }
    return tree;
  }

  /** Whether a name stays below the folder and can be told in a line. */
  static boolean safe(String name) {
    return !name.startsWith("/")
        && name.length() <= LONGEST_NAME
        && name.chars().noneMatch(c -> c < ' ' || c == 0x7F || c == '\\')
        && !Arrays.asList(name.split("/", -1)).contains("..");
  }

  /** In a line, whatever it is. */
  static String printable(String text) {
    return Excerpt.of(text, LONGEST_NAME);
  }

  /** What is said of a file that is too large. */
  static String tooLarge(String place, long bytes, int maxBytes) {
    return damage(place, "has %d bytes, more than %d".formatted(bytes, maxBytes));
  }

  /** What is said of a file that cannot be read. */
  static String damage(String place, String what) {
    return "%s: %s: take it away, or set data.damaged = skip".formatted(place, what);
  }
}
