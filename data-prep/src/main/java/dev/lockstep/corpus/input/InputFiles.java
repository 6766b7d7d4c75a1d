package dev.lockstep.corpus.input;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Part;
import dev.lockstep.storage.Location;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.SparkSession;

/** The files that {@code data.input} names. */
public final class InputFiles {
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
   * A directory's files in the order of their names, without those that Hadoop takes for hidden.
   */
  public static List<Location> in(Location directory) {
    return directory.list().stream()
        .filter(FileStatus::isFile)
        .map(status -> status.getPath().getName())
        .filter(name -> !hidden(name))
        .map(directory::child)
        .toList();
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
  public static Map<Part, Location> trio(Location directory) {
    List<Location> files = in(directory);
    Map<Part, Location> chosen = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      List<Location> fitting = files.stream().filter(file -> isNamedAfter(part, file)).toList();
      if (fitting.size() == 1 && !chosen.containsValue(fitting.get(0))) {
        chosen.put(part, fitting.get(0));
      }
    }
    if (chosen.size() < Part.values().length) {
      throw noTrio(directory, files);
    }
    return chosen;
  }

  private static boolean isNamedAfter(Part part, Location file) {
    return file.path().getName().toLowerCase(Locale.ROOT).contains(part.key());
  }

  private static UserError noTrio(Location directory, List<Location> files) {
    String found =
        files.isEmpty()
            ? "no files"
            : files.stream()
                .limit(20)
                .map(file -> file.path().getName())
                .collect(Collectors.joining(", "));
    return new UserError(
        "data.input %s: must hold exactly one file each whose name contains train, valid and test; found %s"
            .formatted(directory, found));
  }
}
