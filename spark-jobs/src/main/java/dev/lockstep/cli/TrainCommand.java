package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.spark.RoundMetrics;
import dev.lockstep.spark.TrainJob;
import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;

/** {@code train}: a corpus to a run directory. */
@Command(
    name = "train",
    description = "Trains on a corpus (data.corpus) and writes a run (training.output).")
final class TrainCommand extends JobCommand<TrainCommand.Result> {

  /** Where the run is, and its last round. */
  record Result(String output, RoundMetrics last) {}

  @Override
  protected Result run() {
    Settings settings = settings();
    SparkSession session = spark(settings.training().workers());
    return new Result(settings.training().output(), train(session, settings, "train"));
  }

  /** Trains with progress on the terminal. */
  static RoundMetrics train(SparkSession session, Settings settings, String name) {
    RoundProgress progress = new RoundProgress(name);
    try {
      return new TrainJob(session, settings, progress).run();
    } finally {
      progress.close();
    }
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    RoundMetrics last = result.last();
    out.printf("%s: %d rounds in %,.0f s%n", result.output(), last.round(), last.seconds());
    Table table = Table.of("", "nats", "bits");
    table.row("training, last round", last.nll(), last.bpc());
    table.row("validation", last.validBpc() * Math.log(2), last.validBpc());
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
    public void begin(int rounds) {
      progress = Progress.start(name, rounds, "rounds");
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
