package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.metric.FreeRunningSegments;
import dev.lockstep.metric.FreeRunningStatistics;
import dev.lockstep.spark.EvaluateJob;
import dev.lockstep.spark.TrainedRun;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code evaluate}: a run's checkpoint on the test part. */
@Command(
    name = "evaluate",
    description =
        "Judges a run (training.output) on the test part: NLL, BPC, perplexity, how far its hidden"
            + " states drift when it runs free, and what it then writes beyond the training length.")
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
        "round %d on the %s part, %,d steps%n", report.round(), report.part(), report.steps());
    Table table = Table.of("measure", "value");
    table.row("NLL, nats a step", report.nll());
    if (report.bpc() != null) {
      table.row("bits a symbol (BPC)", report.bpc());
      table.row("perplexity", report.perplexity());
    }
    if (report.restartBpc() != null) {
      table.row("BPC, each sequence from the start symbol", report.restartBpc());
    }
    if (report.natsPerSequence() != null) {
      table.row("nats a sequence", report.natsPerSequence());
    }
    table.row("centroid distance of hidden states", report.centroidDistance());
    table.row("the same if the modes did not differ", report.centroidDistanceWithin());
    table.row("mean pair distance", report.pairDistance());
    table.row("the same within teacher-forced", report.pairDistanceWithin());
    table.row("discriminator accuracy", report.discriminatorAccuracy());
    out.println(table);
    if (report.lengthGeneralisation() != null) {
      printLengths(report, out);
    }
  }

  private static void printLengths(EvaluateJob.Report report, PrintWriter out) {
    out.printf("%nfree-running output after multiples of %,d steps%n", report.driftSteps());
    List<String> header = new ArrayList<>(List.of("measure", "data"));
    FreeRunningSegments.MULTIPLES.forEach(m -> header.add(m + "x"));
    Table table = Table.of(header.toArray(String[]::new));
    for (FreeRunningStatistics.Row row : report.lengthGeneralisation()) {
      List<Object> cells = new ArrayList<>(Arrays.asList(row.measure(), row.data()));
      FreeRunningSegments.MULTIPLES.forEach(m -> cells.add(row.values().get(m)));
      table.row(cells.toArray());
    }
    out.println(table);
  }
}
