package dev.lockstep.cli;

import dev.lockstep.storage.Location;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code study}: what people make of samples; the work is in its subcommands. */
@Command(
    name = "study",
    description =
        "Asks people what they make of runs' samples: create writes a page for them, tally counts their answers.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {StudyCreateCommand.class, StudyTallyCommand.class})
final class StudyCommand implements Runnable {
  @Spec private CommandSpec spec;

  // Picocli acts on the option itself; the field only declares it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and exits.")
  @SuppressWarnings("UnusedVariable")
  private boolean help;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /**
   * Where an argument points. People take a study's files elsewhere and change them.
   *
   * @param meaning what it names, for errors
   */
  static Location location(String argument, String value, String meaning) {
    return Location.of(argument, value, meaning, new Configuration()).withoutChecksums();
  }

  static List<Location> locations(String argument, List<String> values, String meaning) {
    return values.stream().map(value -> location(argument, value, meaning)).toList();
  }
}
