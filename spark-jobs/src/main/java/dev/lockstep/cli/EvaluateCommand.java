package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.spark.EvaluateJob;
import dev.lockstep.spark.TrainedRun;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evaluate}: a run's checkpoint on the test part. */
@Command(
    name = "evaluate",
    description =
        "Judges a run (training.output) on the test part: NLL, BPC, perplexity, and how far its hidden"
            + " states drift when it runs free.")
final class EvaluateCommand extends JobCommand<EvaluateJob.Report> {
  @Option(
      names = "--checkpoint",
      paramLabel = "WHICH",
      defaultValue = "newest",
      description = "newest, or best: the one with the best validation.")
  private TrainedRun.Which checkpoint;

  @Override
  protected EvaluateJob.Report run() {
    Settings settings = settings();
    return new EvaluateJob(spark(localCores()), settings, checkpoint).run();
  }

  @Override
  protected void print(EvaluateJob.Report report, PrintWriter out) {
    out.printf(
        "round %d on the %s part, %,d symbols%n", report.round(), report.part(), report.symbols());
    Table table = Table.of("measure", "value");
    table.row("NLL, nats a symbol", report.nll());
    table.row("bits a symbol (BPC)", report.bpc());
    table.row("perplexity", report.perplexity());
    table.row("BPC, each sequence from the start symbol", report.restartBpc());
    table.row("centroid distance of hidden states", report.centroidDistance());
    table.row("the same if the modes did not differ", report.centroidDistanceWithin());
    table.row("mean pair distance", report.pairDistance());
    table.row("the same within teacher-forced", report.pairDistanceWithin());
    table.row("discriminator accuracy", report.discriminatorAccuracy());
    out.println(table);
  }
}
