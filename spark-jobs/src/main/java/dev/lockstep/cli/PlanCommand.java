package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.training.MemoryPlan;
import dev.lockstep.training.RoundPlan;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import org.nd4j.linalg.api.buffer.DataType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code plan}: what training would take: memory, computing, network. */
@Command(
    name = "plan",
    description =
        "Says what training takes with a configuration, without training: memory, the settings of Spark that"
            + " give it, and the time of a round. For the corpus that data.corpus names, or for"
            + " --vocabulary symbols.")
final class PlanCommand extends JobCommand<PlanCommand.Report> {
  private static final double MEBI = 1 << 20;
  private static final long LARGEST_ARRAY = Integer.MAX_VALUE;

  /** Of the machine's memory; the rest is the system's. */
  private static final double USABLE = 0.9;

  /** Heap, code and libraries of a JVM that trains, seen resident beside what is planned. */
  private static final long JVM_BYTES = 600L << 20;

  /** Heap of an executor beside states, and states on it at a time: start, end, slices, mean. */
  private static final long HEAP_BYTES = 512L << 20;

  private static final int HEAP_STATES = 6;

  private static final int PRODUCTS = 20;

  @Option(
      names = "--vocabulary",
      paramLabel = "SYMBOLS",
      description = "Plans for this many symbols instead of a corpus.")
  private int vocabulary;

  @Option(
      names = "--gigabits",
      paramLabel = "RATE",
      defaultValue = "10",
      description = "The network of each machine, Gbit/s; ${DEFAULT-VALUE} by default.")
  private double gigabits;

  @Option(
      names = "--gflops",
      paramLabel = "RATE",
      description =
          "What a worker computes, GFLOP/s; by default what a large matrix product reaches here on"
              + " training.threads.")
  private double gflops;

  /**
   * What the command answers.
   *
   * @param plan one worker's memory
   * @param bytesPerToken activations, for each symbol of a minibatch
   * @param totalBytes of one worker, the JVM aside
   * @param machineBytes memory of this machine
   * @param largestBatch sequences of a minibatch that fit here, for as many workers as configured
   * @param round what a round computes and moves
   * @param computeSeconds of a round, at {@code gflops}
   * @param transferSeconds of a round, at {@code gigabits}
   * @param gflops of a worker
   * @param gigabits of a machine's network
   * @param executorMemory MiB, of an executor that runs one worker: {@code spark.executor.memory}
   * @param executorMemoryOverhead MiB, likewise
   */
  record Report(
      MemoryPlan plan,
      double bytesPerToken,
      long totalBytes,
      long machineBytes,
      long largestBatch,
      RoundPlan round,
      double computeSeconds,
      double transferSeconds,
      double gflops,
      double gigabits,
      long executorMemory,
      long executorMemoryOverhead) {}

  @Override
  protected Report run() {
    Settings settings = settings();
    if (gigabits <= 0 || gflops < 0) {
      throw new UserError("--gigabits and --gflops must be above 0");
    }
    StepShape shape;
    int steps = settings.data().sequenceLength();
    if (vocabulary > 0) {
      boolean words = settings.generator().softmaxSamples() > 0;
      shape =
          words
              ? StepShape.ofWords(new WordCounts(new long[vocabulary]))
              : StepShape.ofSymbols(vocabulary);
    } else {
      CorpusDescriptor corpus =
          Corpus.open(spark(localCores()), settings.data().corpus()).descriptor();
      shape = corpus.shape();
      steps = corpus.sequenceLength();
    }
    MemoryPlan plan = MemoryPlan.of(settings, shape, steps);
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
    RoundPlan round = RoundPlan.of(settings, plan, shape, steps);
    double rate = gflops > 0 ? gflops : measuredGflops(settings);
    return new Report(
        plan,
        plan.bytesPerToken(),
        plan.totalBytes(),
        memory,
        Math.max(0, Math.min(limit, (long) (room / each))),
        round,
        round.computeSeconds(rate * 1e9),
        round.transferSeconds(gigabits * 1e9 / Byte.SIZE),
        rate,
        gigabits,
        (HEAP_BYTES + HEAP_STATES * round.stateBytes()) / (1 << 20),
        (long) ((JVM_BYTES + plan.totalBytes()) / MEBI));
  }

  /** Of a product of 1024 by 1024 by 1024, the best of some. */
  private static double measuredGflops(Settings settings) {
    int size = 1024;
    TrainingSettings training =
        settings.withThreads(Math.max(1, localCores() / settings.training().workers())).training();
    Kernels kernels = KernelProvider.create(training.kernel(), DataType.FLOAT, training.threads());
    Matrix a = Matrix.zeros(DataType.FLOAT, size, size);
    Matrix c = Matrix.zeros(DataType.FLOAT, size, size);
    double best = 0;
    for (int i = 0; i < PRODUCTS; i++) {
      long began = System.nanoTime();
      kernels.multiply(a, false, a, false, c, false);
      best = Math.max(best, 2.0 * size * size * size / (System.nanoTime() - began));
    }
    return best;
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
    out.printf(
        "%nAn executor for each of %d workers: spark.executor.memory=%dm,"
            + " spark.executor.memoryOverhead=%dm, -Dorg.bytedeco.javacpp.maxbytes=%dm.%n%n",
        report.round().workers(),
        report.executorMemory(),
        report.executorMemoryOverhead(),
        report.executorMemoryOverhead());
    Table round = Table.of("a round", "");
    round.row("computing, GFLOP a worker", "%,.0f".formatted(report.round().flops() / 1e9));
    round.row(
        "seconds of it at %,.0f GFLOP/s".formatted(report.gflops()),
        "%,.1f".formatted(report.computeSeconds()));
    round.row("state, MiB", mebi(report.round().stateBytes()));
    round.row("moved between machines, MiB", mebi(report.round().movedBytes()));
    round.row(
        "seconds of it at %s Gbit/s".formatted(report.gigabits()),
        "%,.1f".formatted(report.transferSeconds()));
    out.println(round);
  }

  private static String mebi(long bytes) {
    return "%,.0f".formatted(bytes / MEBI);
  }
}
