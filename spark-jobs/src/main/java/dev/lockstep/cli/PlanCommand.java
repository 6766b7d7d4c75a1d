package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.training.MemoryPlan;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plan}: what memory training would take. */
@Command(
    name = "plan",
    description =
        "Says what memory training takes with a configuration, without training: for the corpus that"
            + " data.corpus names, or for --vocabulary symbols.")
final class PlanCommand extends JobCommand<PlanCommand.Report> {
  private static final double MEBI = 1 << 20;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE;

  /** Of the machine's memory; the rest is the system's. */
  private static final double USABLE = 0.9;

  /** Heap, code and libraries of a JVM that trains, seen resident beside what is planned. */
  private static final long JVM_BYTES = 600L << 20;

  @Option(
      names = "--vocabulary",
      paramLabel = "SYMBOLS",
      description = "Plans for this many symbols instead of a corpus.")
  private int vocabulary;

  /**
   * What the command answers.
   *
   * @param plan one worker's memory
   * @param bytesPerToken activations, for each symbol of a minibatch
   * @param totalBytes of one worker, the JVM aside
   * @param machineBytes memory of this machine
   * @param largestBatch sequences of a minibatch that fit here, for as many workers as configured
   */
  record Report(
      MemoryPlan plan,
      double bytesPerToken,
      long totalBytes,
      long machineBytes,
      long largestBatch) {}

  @Override
  protected Report run() {
    Settings settings = settings();
    MemoryPlan plan = plan(settings);
    if (plan.largestArrayBytes() > LARGEST_ARRAY) {
      throw new UserError(
          "training.batch %d: one array would have %.1f GiB, and 2 is the limit: use at most %d"
              .formatted(
                  settings.training().batch(),
                  plan.largestArrayBytes() / MEBI / 1024,
                  settings.training().batch() * LARGEST_ARRAY / plan.largestArrayBytes()));
    }
    var machine =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long memory = machine.getTotalMemorySize();
    long fixed = plan.networkBytes() + plan.copyBytes();
    double room = (USABLE * memory - JVM_BYTES) / settings.training().workers() - fixed;
    double each = (double) plan.activationBytes() / settings.training().batch();
    long limit = settings.training().batch() * LARGEST_ARRAY / plan.largestArrayBytes();
    return new Report(
        plan,
        plan.bytesPerToken(),
        plan.totalBytes(),
        memory,
        Math.max(0, Math.min(limit, (long) (room / each))));
  }

  private MemoryPlan plan(Settings settings) {
    if (vocabulary > 0) {
      return MemoryPlan.of(settings, vocabulary, settings.data().sequenceLength());
    }
    CorpusDescriptor corpus =
        Corpus.open(spark(localCores()), settings.data().corpus()).descriptor();
    return MemoryPlan.of(settings, corpus.vocabulary().size(), corpus.sequenceLength());
  }

  @Override
  protected void print(Report report, PrintWriter out) {
    MemoryPlan plan = report.plan();
    Table table = Table.of("one worker's memory", "MiB");
    table.row(
        "%,d parameters, gradients, Adam's moments"
            .formatted(plan.generatorParameters() + plan.discriminatorParameters()),
        mebi(plan.networkBytes()));
    table.row("packed weights and tables", mebi(plan.copyBytes()));
    table.row(
        "activations, %,.0f bytes a token".formatted(plan.bytesPerToken()),
        mebi(plan.activationBytes()));
    table.row("together", mebi(plan.totalBytes()));
    out.println(table);
    out.printf(
        "A JVM takes about %s MiB beside it. On this machine, with %s MiB, training.batch can be %d.%n",
        mebi(JVM_BYTES), mebi(report.machineBytes()), report.largestBatch());
  }

  private static String mebi(long bytes) {
    return "%,.0f".formatted(bytes / MEBI);
  }
}
