package dev.lockstep.cli;

import dev.lockstep.checkpoint.RunDirectory;
import dev.lockstep.report.Report;
import dev.lockstep.spark.SparkSessions;
import dev.lockstep.storage.Location;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code report}: runs as a page to look at. */
@Command(
    name = "report",
    description =
        "Writes a page that shows a run, or compares several: curves of training, drift of the hidden states,"
            + " samples, settings. It is one file that needs no network.")
final class ReportCommand extends JobCommand<ReportCommand.Result> {
  private static final String FILE = "report.html";

  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description = "Directories of runs; without any, the one that training.output names.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Where the page goes; by default report.html, in the run's directory if it is one run, else in the"
              + " working directory.")
  private String output;

  /**
   * What was written.
   *
   * @param output the page
   * @param runs that it shows
   * @param bytes of it
   */
  record Result(String output, List<String> runs, long bytes) {}

  @Override
  protected Result run() {
    Configuration hadoop = hadoop();
    List<RunDirectory> directories =
        runs.isEmpty()
            ? List.of(RunDirectory.open(settings(), hadoop))
            : runs.stream().map(run -> RunDirectory.open("run", run, hadoop)).toList();
    byte[] page = Report.of(directories).html().getBytes(StandardCharsets.UTF_8);
    Location file = file(directories, hadoop);
    file.write(page);
    return new Result(
        file.toString(), directories.stream().map(RunDirectory::toString).toList(), page.length);
  }

  private Location file(List<RunDirectory> directories, Configuration hadoop) {
    if (output == null && directories.size() == 1) {
      return directories.get(0).child(FILE);
    }
    return Location.of("--output", output == null ? FILE : output, "the page", hadoop)
        .withoutChecksums();
  }

  /** A cluster's own, and an application on YARN that opens no session is a failed one. */
  private Configuration hadoop() {
    return SparkSessions.underSparkSubmit()
        ? spark(localCores()).sparkContext().hadoopConfiguration()
        : new Configuration();
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    out.printf(
        "%s: %d %s, %,.1f MB%n",
        result.output(),
        result.runs().size(),
        result.runs().size() == 1 ? "run" : "runs",
        result.bytes() / 1e6);
  }
}
