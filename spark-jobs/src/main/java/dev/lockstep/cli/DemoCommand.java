package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.spark.SawtoothReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code demo}: the whole way on the sawtooth, in minutes, with no file or network. */
@Command(
    name = "demo",
    description =
        "Prepares the sawtooth toy, trains it by teacher forcing and by professor forcing, and compares"
            + " them near (one step) and far (400 steps of their own).")
final class DemoCommand extends JobCommand<DemoCommand.Result> {
  private static final List<String> OWN =
      List.of("objective.method", "data.corpus", "training.output");

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the corpus and both runs in this directory, which must not exist.")
  private Path keep;

  private final Path temporary;

  /** A demo that works where the machine keeps temporary files. */
  DemoCommand() {
    this(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /**
   * A demo that works elsewhere.
   *
   * @param temporary where its directory is made, unless the user names one
   */
  DemoCommand(Path temporary) {
    this.temporary = temporary;
  }

  /** All models measured. */
  record Result(List<SawtoothReport> models) {}

  @Override
  protected Result run() throws IOException {
    if (options().config().isPresent()) {
      throw new UserError(
          "demo takes no --config, its settings are its own: change one with --set key=value");
    }
    if (keep != null && Files.exists(keep)) {
      throw new UserError(
          "--keep %s: is there already: remove it or name another directory".formatted(keep));
    }
    checkOverrides();
    Path directory = keep == null ? Files.createTempDirectory(temporary, "lockstep-demo") : keep;
    try {
      return run(directory);
    } finally {
      if (keep == null) {
        delete(directory);
      }
    }
  }

  private void checkOverrides() {
    for (String override : options().overrides()) {
      String key = override.replaceFirst("=.*", "").strip();
      if (OWN.contains(key)) {
        throw new UserError(
            "--set %s: demo sets that key itself: leave it out, --keep DIR says where the files go"
                .formatted(key));
      }
    }
  }

  private Result run(Path directory) {
    Settings teacher = settings(directory, "teacher-forcing");
    Settings professor = settings(directory, "professor-forcing");
    SawtoothReport.checkLength(teacher);
    SparkSession session = spark(localCores());
    Vocabulary vocabulary = Corpora.prepare(session, teacher).descriptor().vocabulary();
    TrainCommand.train(session, teacher, "teacher forcing", false);
    TrainCommand.train(session, professor, "professor forcing", false);
    return new Result(
        List.of(
            SawtoothReport.alwaysUp(vocabulary),
            SawtoothReport.random(vocabulary, teacher.training().seed()),
            SawtoothReport.of(session, teacher, "teacher forcing"),
            SawtoothReport.of(session, professor, "professor forcing")));
  }

  private Settings settings(Path directory, String method) {
    try (InputStream in = DemoCommand.class.getResourceAsStream("demo.conf")) {
      String own = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      List<String> places =
          List.of(
              "objective.method=" + method,
              "data.corpus=" + directory.resolve("corpus"),
              "training.output=" + directory.resolve(method));
      return Settings.parse(
          own,
          "demo.conf",
          Stream.concat(options().overrides().stream(), places.stream()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> entries = Files.walk(directory)) {
      for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(entry);
      }
    }
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    Table table =
        Table.of("model", "one-step error", "400-step error", "centroid dist.", "pair dist.");
    for (SawtoothReport model : result.models()) {
      table.row(
          model.model(),
          percent(model.oneStepError()),
          percent(model.freeRunningError()),
          model.centroidDistance(),
          model.pairDistance());
    }
    out.println(table);
    out.println("Running free after two periods of the truth:");
    for (SawtoothReport model : result.models()) {
      out.printf("%-18s %s%n", model.model(), model.cycles());
    }
  }

  private static String percent(double fraction) {
    return "%.1f %%".formatted(100 * fraction);
  }
}
