package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.spark.BeamResult;
import dev.lockstep.spark.GenerateJob;
import dev.lockstep.spark.TrainedRun;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code generate}: samples of a run's generator. */
@Command(
    name = "generate",
    description =
        "Runs the generator of a run (training.output) free, writes what comes out as files to look at or listen to, and"
            + " prints it where it is text. Draws samples, sharpened by generate.temperature, top-k and top-p; with"
            + " generate.decoding = beam searches for the likeliest sequences, and writes their log-probabilities too. Of a run"
            + " of walkback, cools chains of its operator from noise (generate.walkback).")
final class GenerateCommand extends JobCommand<GenerateJob.Samples> {
  @Option(
      names = "--checkpoint",
      paramLabel = "WHICH",
      defaultValue = "newest",
      description = "newest, or best: the one with the best validation.")
  private TrainedRun.Which checkpoint;

  @Override
  protected GenerateJob.Samples run() {
    Settings settings = settings();
    return new GenerateJob(spark(localCores()), settings, checkpoint).run();
  }

  @Override
  protected void print(GenerateJob.Samples result, PrintWriter out) {
    result.files().forEach(file -> out.printf("%s%n", file));
    for (int i = 0; i < result.samples().size(); i++) {
      out.printf("--- %d ---%s%n%s%n%n", i + 1, likelihood(result, i), result.samples().get(i));
    }
  }

  private static String likelihood(GenerateJob.Samples result, int sample) {
    if (result.found().isEmpty()) {
      return "";
    }
    BeamResult found = result.found().get(sample);
    return String.format(
        Locale.ROOT,
        " %.4f nats, score %.4f, search %d, rank %d",
        found.logProbability(),
        found.score(),
        found.search(),
        found.rank());
  }
}
