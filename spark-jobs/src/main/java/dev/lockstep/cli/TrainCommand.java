package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.results.RoundMetrics;
import dev.lockstep.spark.TrainJob;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code train}: a corpus to a run directory. */
@Command(
    name = "train",
    description = "Trains on a corpus (data.corpus) and writes a run (training.output).")
final class TrainCommand extends JobCommand<TrainCommand.Result> {

  @Option(
      names = "--resume",
      description =
          "Go on with the run in training.output from its newest whole checkpoint, with the same result"
              + " as if it had not stopped. Where there is no run yet, train a new one.")
  private boolean resume;

  /** Where the run is, and its last round. */
  record Result(String output, RoundMetrics last) {}

  @Override
  protected Result run() {
    Settings settings = settings();
    SparkSession session = spark(settings.training().workers());
    return new Result(settings.training().output(), train(session, settings, "train", resume));
  }

  /** Trains with progress on the terminal. */
  static RoundMetrics train(SparkSession session, Settings settings, String name, boolean resume) {
    RoundProgress progress = new RoundProgress(name);
    try {
      TrainJob job = new TrainJob(session, settings, progress);
      return resume ? job.resume() : job.run();
    } finally {
      progress.close();
    }
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    RoundMetrics last = result.last();
    out.printf("%s: %d rounds in %,.0f s%n", result.output(), last.round(), last.seconds());
    Table table = Table.of("", "nats a step", "bits");
    table.row("training, last round", last.nll(), last.bpc());
    if (last.validNll() != null) {
      table.row("validation", last.validNll(), last.validBpc());
    }
    out.println(table);
  }

  /** Shows rounds; how many there are is known when the corpus is open. */
  private static final class RoundProgress implements TrainJob.Watcher, AutoCloseable {
    private final String name;
    private Progress progress;

    RoundProgress(String name) {
      this.name = name;
    }

    @Override
    public void begin(int done, int rounds) {
      progress = Progress.resume(name, done, rounds, "rounds");
    }

    @Override
    public void warn(String message) {
      System.err.println("lockstep: " + message);
    }

    @Override
    public void round(RoundMetrics metrics, int rounds) {
      progress.step(1, metrics.status());
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
