package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Checksum;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.storage.Location;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** The files that {@code data.input} names. */
public final class InputFiles {
  /** Of the files that one task reads: so many that tasks are few. */
  private static final long TASK_BYTES = 1 << 25;

  private InputFiles() {}

  /**
   * The file or directory itself.
   *
   * @param meaning what it must be, for the error when it is not named
   * @throws UserError if it is not named or not there
   */
  public static Location input(SparkSession spark, String uri, String meaning) {
    Location input =
        Location.of("data.input", uri, meaning, spark.sparkContext().hadoopConfiguration());
    if (input.status().isEmpty()) {
      throw new UserError("data.input %s: no such file or directory".formatted(input));
    }
    return input;
  }

  /**
   * The input if it is a file, whatever it is called; or else a directory's files that are not
   * hidden, in the order of their names.
   *
   * @param deep whether those in its folders count, too
   * @param fitting which names do
   * @throws UserError if something of such a name cannot be read
   */
  public static List<SourceFile> files(Location input, boolean deep, Predicate<String> fitting) {
    return Inventory.of(input, deep, fitting).whole().files();
  }

  /** What {@link #files} passes over in a directory if it is not deep: its own names, with why. */
  public static SortedMap<String, String> passedOver(Location input) {
    SortedMap<String, String> names = new TreeMap<>();
    if (input.isDirectory()) {
      for (FileStatus entry : input.list()) {
        String name = entry.getPath().getName();
        if (hidden(name)) {
          names.put(name, "hidden");
        } else if (entry.isDirectory()) {
          names.put(name, "folders");
        }
      }
    }
    return names;
  }

  /** One or more files in as many partitions as their bytes and the cluster's cores ask for. */
  public static JavaRDD<SourceFile> parallel(JavaSparkContext context, List<SourceFile> files) {
    long bytes = files.stream().mapToLong(SourceFile::bytes).sum();
    long tasks = Math.max(context.defaultParallelism(), bytes / TASK_BYTES);
    return context.parallelize(files, (int) Math.min(tasks, files.size()));
  }

  /** Whether Hadoop takes the file, or a folder on the way to it, for hidden. */
  public static boolean hidden(String name) {
    return Stream.of(name.split("/", -1)).anyMatch(part -> part.matches("(?s)[._].*"));
  }

  /**
   * A directory's files, one for each part.
   *
   * @throws UserError if their names do not say which is which
   */
  public static Map<Part, SourceFile> trio(Location directory) {
    return trio(directory, ofParts(directory));
  }

  /**
   * What is in a directory with a file for each part.
   *
   * @throws UserError if one that is named after a part cannot be read
   */
  public static Inventory ofParts(Location directory) {
    return Inventory.of(
            directory,
            false,
            name -> Stream.of(Part.values()).anyMatch(part -> isNamedAfter(part, name)))
        .whole();
  }

  /**
   * A directory's files, one for each part.
   *
   * @param found in it
   * @throws UserError if their names do not say which is which
   */
  public static Map<Part, SourceFile> trio(Location directory, Inventory found) {
    List<SourceFile> files = found.files();
    Map<Part, SourceFile> chosen = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      List<SourceFile> fitting =
          files.stream().filter(file -> isNamedAfter(part, file.name())).toList();
      if (fitting.size() == 1 && !chosen.containsValue(fitting.get(0))) {
        chosen.put(part, fitting.get(0));
      }
    }
    if (chosen.size() < Part.values().length) {
      throw noTrio(directory, found);
    }
    return chosen;
  }

  private static boolean isNamedAfter(Part part, String name) {
    return name.toLowerCase(Locale.ROOT).contains(part.key());
  }

  private static UserError noTrio(Location directory, Inventory inventory) {
    List<String> names =
        Stream.concat(
                inventory.files().stream().map(SourceFile::name),
                inventory.leftOut().stream()
                    .filter(one -> one.reason().equals(Inventory.OTHER_NAME))
                    .map(Inventory.LeftOut::name))
            .map(Excerpt::line)
            .sorted()
            .toList();
    String found =
        names.isEmpty() ? "no files" : names.stream().limit(20).collect(Collectors.joining(", "));
    return new UserError(
        "data.input %s: must hold exactly one file each whose name contains train, valid and test; found %s"
            .formatted(directory, found));
  }

  /**
   * What a corpus says that it was read from.
   *
   * @param sha256 checksum of each file that was read, by its name
   */
  public static CorpusDescriptor.Source source(Location input, SortedMap<String, String> sha256) {
    String name = input.path().getName();
    return new CorpusDescriptor.Source(
        name, input.isDirectory() ? Checksum.ofFiles(sha256) : sha256.get(name));
  }
}
