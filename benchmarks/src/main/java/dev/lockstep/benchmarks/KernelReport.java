package dev.lockstep.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the kernels, DL4J's LSTM and convolutions and plain SGEMM in one run and prints what
 * each achieves.
 *
 * <p>The benchmarks take turns, a fresh JVM each, round after round, and each is measured by its
 * best iteration: what else runs on the machine can only slow one down. On a quiet machine the
 * median is near the best; where it is not, measure again.
 */
public final class KernelReport {
  private static final int ROUNDS = 3;
  private static final String HEADLINE = "512";
  private static final String LARGE = "2048x2048x2048";

  private static final List<Class<? extends KernelBenchmark>> KERNELS =
      List.of(
          GruBenchmark.class,
          SamplingBenchmark.class,
          OperationBenchmark.class,
          ConvolutionBenchmark.class);

  private static final Map<Class<?>, Function<BenchmarkParams, Work>> WORK =
      Map.of(
          GruBenchmark.class, GruBenchmark::work,
          SamplingBenchmark.class, SamplingBenchmark::work,
          OperationBenchmark.class, OperationBenchmark::work,
          ConvolutionBenchmark.class, ConvolutionBenchmark::work,
          Dl4jLstmBenchmark.class, Dl4jLstmBenchmark::work,
          Dl4jConvolutionBenchmark.class, Dl4jConvolutionBenchmark::work,
          SgemmBenchmark.class, SgemmBenchmark::work);

  /** Rates of the iterations, in the unit of the work. */
  private final Map<Work, List<Double>> rates = new LinkedHashMap<>();

  private KernelReport() {}

  /**
   * {@code --quick} measures the shapes around H = 512 and the GRU at 1024 too, once and shortly,
   * and leaves the slow implementations out; {@code --convolutions} measures those alone.
   */
  public static void main(String[] arguments) throws RunnerException {
    KernelReport report = new KernelReport();
    List<String> options = Arrays.asList(arguments);
    if (options.contains("--convolutions")) {
      report.measureLargeProduct();
      report.measureConvolutions();
    } else if (options.contains("--quick")) {
      report.measureQuickly();
    } else {
      for (int round = 0; round < ROUNDS; round++) {
        report.measureRound();
      }
      report.measureFallbacks();
    }
    report.print(System.out);
  }

  private void measureRound() throws RunnerException {
    for (Class<?> benchmark : KERNELS) {
      measure(benchmark, options().param("implementation", "vector"));
    }
    measure(Dl4jLstmBenchmark.class, options());
    measure(Dl4jConvolutionBenchmark.class, options());
    measure(SgemmBenchmark.class, options());
  }

  private void measureQuickly() throws RunnerException {
    // At both ends, since the others are compared with it.
    measureLargeProduct();
    measure(GruBenchmark.class, quick().param("hidden", HEADLINE, "1024"));
    measure(SamplingBenchmark.class, quick().param("hidden", HEADLINE).param("sequences", "32"));
    measure(
        OperationBenchmark.class,
        quick().param("layer", "6400x512x1024").param("count", "4000000"));
    measure(Dl4jLstmBenchmark.class, quick().param("hidden", HEADLINE));
    measureConvolutions();
    measureLargeProduct();
  }

  private void measureLargeProduct() throws RunnerException {
    measure(SgemmBenchmark.class, quick().param("shape", LARGE));
  }

  /** Alternately, so that what else runs on the machine slows down both. */
  private void measureConvolutions() throws RunnerException {
    for (String channels : new String[] {"8", "64"}) {
      measure(ConvolutionBenchmark.class, quick().param("channels", channels));
      measure(
          Dl4jConvolutionBenchmark.class,
          options().param("channels", channels).warmupIterations(1).measurementIterations(3));
    }
  }

  private static ChainedOptionsBuilder quick() {
    return options().param("implementation", "vector").warmupIterations(2).measurementIterations(5);
  }

  /** Seconds an operation at worst, so fewer of them. */
  private void measureFallbacks() throws RunnerException {
    for (Class<?> benchmark : KERNELS) {
      measure(
          benchmark,
          options()
              .param("implementation", "scalar", "nd4j")
              .param("hidden", HEADLINE)
              .warmupIterations(2)
              .measurementIterations(3)
              .measurementTime(TimeValue.seconds(1)));
    }
  }

  private static ChainedOptionsBuilder options() {
    return new OptionsBuilder().forks(1);
  }

  private void measure(Class<?> benchmark, ChainedOptionsBuilder options) throws RunnerException {
    options.include(benchmark.getName() + "\\..*");
    for (RunResult result : new Runner(options.build()).run()) {
      Work work = WORK.get(benchmark).apply(result.getParams());
      List<Double> all = rates.computeIfAbsent(work, w -> new ArrayList<>());
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          all.add(work.amount() / iteration.getPrimaryResult().getScore() / 1e6);
        }
      }
    }
  }

  private void print(PrintStream out) {
    double large = best(SgemmBenchmark.PREFIX);
    out.println();
    out.println("In float (GRU, LSTM: T=100, N=32, as many inputs as H)");
    out.printf("%-44s %8s %8s %-8s %s%n", "", "median", "best", "", "of large SGEMM");
    rates.forEach(
        (work, all) ->
            out.printf(
                Locale.ROOT,
                "%-44s %8.1f %8.1f %-8s %s%n",
                work.name(),
                median(all),
                best(all),
                work.unit(),
                work.unit() == Work.Unit.GFLOPS ? share(best(all), large) : ""));
    out.println();
    printRatios(out);
  }

  private void printRatios(PrintStream out) {
    for (int hidden : new int[] {256, 512, 1024}) {
      double gru = best(GruBenchmark.name("forwardAndBackward", "vector", hidden));
      double step = best(Dl4jLstmBenchmark.name(false, hidden));
      double alone = best(Dl4jLstmBenchmark.name(true, hidden));
      if (gru > 0 && step > 0) {
        out.printf(
            Locale.ROOT,
            "H=%d: the vector GRU runs at %.2f times DL4J's LSTM (%.2f times its backward pass"
                + " alone)%n",
            hidden,
            gru / step,
            gru / alone);
      }
    }
    for (int channels : new int[] {8, 64}) {
      double ours = best(ConvolutionBenchmark.name("vector", channels));
      double theirs = best(Dl4jConvolutionBenchmark.name(channels));
      if (ours > 0 && theirs > 0) {
        out.printf(
            Locale.ROOT,
            "D=%d: the convolutions run at %.1f times DL4J's%n",
            channels,
            ours / theirs);
      }
    }
  }

  private static String share(double rate, double large) {
    return String.format(Locale.ROOT, "%3.0f %%", 100 * rate / large);
  }

  /** The best rate of the rows whose names begin so, or 0 if there are none. */
  private double best(String prefix) {
    return rates.entrySet().stream()
        .filter(entry -> entry.getKey().name().startsWith(prefix))
        .mapToDouble(entry -> best(entry.getValue()))
        .max()
        .orElse(0);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double best(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
