package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.spark.GenerateJob;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

/** {@code generate}: samples of a run's newest generator. */
@Command(
    name = "generate",
    description = "Runs the generator of a run (training.output) free and prints what it writes.")
final class GenerateCommand extends JobCommand<GenerateJob.Samples> {
  @Override
  protected GenerateJob.Samples run() {
    Settings settings = settings();
    return new GenerateJob(spark(localCores()), settings).run();
  }

  @Override
  protected void print(GenerateJob.Samples result, PrintWriter out) {
    for (int i = 0; i < result.samples().size(); i++) {
      out.printf("--- %d ---%n%s%n%n", i + 1, result.samples().get(i));
    }
  }
}
