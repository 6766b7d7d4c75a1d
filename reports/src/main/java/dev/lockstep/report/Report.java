package dev.lockstep.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.config.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One run, or several side by side.
 *
 * @param runs in the order of the command line
 * @param differences the settings that they do not have in common
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Report(List<ShownRun> runs, List<Difference> differences) {
  /**
   * A setting that not all runs have the same.
   *
   * @param values of each run, as {@code config.conf} writes them
   */
  public record Difference(String key, List<String> values) {}

  /**
   * Reads runs.
   *
   * @throws dev.lockstep.config.UserError if a file of theirs is damaged
   */
  public static Report of(List<RunDirectory> directories) {
    List<Settings> settings = directories.stream().map(RunDirectory::settings).toList();
    List<String> names = names(directories.stream().map(RunDirectory::toString).toList());
    List<ShownRun> runs =
        IntStream.range(0, names.size())
            .mapToObj(i -> ShownRun.read(directories.get(i), names.get(i), settings.get(i)))
            .toList();
    return new Report(runs, differences(settings));
  }

  /** Short where that tells the runs apart. */
  private static List<String> names(List<String> directories) {
    List<String> last = directories.stream().map(d -> d.substring(d.lastIndexOf('/') + 1)).toList();
    return new LinkedHashSet<>(last).size() == last.size() ? last : directories;
  }

  private static List<Difference> differences(List<Settings> settings) {
    List<Map<String, String>> all = settings.stream().map(Settings::values).toList();
    List<Difference> differences = new ArrayList<>();
    for (String key : all.get(0).keySet()) {
      List<String> values = all.stream().map(run -> run.get(key)).toList();
      if (values.stream().distinct().count() > 1) {
        differences.add(new Difference(key, values));
      }
    }
    return differences;
  }

  /** The page: one file that needs no other. */
  public String html() {
    return Page.html(this);
  }
}
