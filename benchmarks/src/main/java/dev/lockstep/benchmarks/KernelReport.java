package dev.lockstep.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Measures the kernels, DL4J's LSTM and plain SGEMM in one run and prints what each achieves.
 *
 * <p>The contenders take turns, a fresh JVM each, round after round, and each is judged by its best
 * iteration: what else runs on the machine can only slow one down. On a quiet machine the median is
 * near the best; where it is not, measure again.
 */
public final class KernelReport {
  private static final int ROUNDS = 3;
  private static final int HEADLINE = 512;

  /** Iterations by contender, in GFLOP/s. */
  private final Map<String, List<Double>> rates = new LinkedHashMap<>();

  private KernelReport() {}

  /**
   * {@code --quick} measures H = 512 only, in two rounds, and leaves the slow implementations out.
   */
  public static void main(String[] arguments) throws RunnerException {
    boolean quick = Arrays.asList(arguments).contains("--quick");
    KernelReport report = new KernelReport();
    for (int round = 0; round < (quick ? 2 : ROUNDS); round++) {
      report.measureContenders(quick);
    }
    if (!quick) {
      report.measureFallbacks();
    }
    report.print(System.out);
  }

  private void measureContenders(boolean quick) throws RunnerException {
    OptionsBuilder gru = options(GruBenchmark.class);
    gru.param("implementation", "vector");
    OptionsBuilder lstm = options(Dl4jLstmBenchmark.class);
    OptionsBuilder sgemm = options(SgemmBenchmark.class);
    if (quick) {
      gru.param("hidden", "" + HEADLINE);
      lstm.param("hidden", "" + HEADLINE);
    }
    for (OptionsBuilder contender : List.of(gru, lstm, sgemm)) {
      collect(new Runner(contender.build()).run());
    }
  }

  /** Seconds an operation at worst, so fewer of them. */
  private void measureFallbacks() throws RunnerException {
    ChainedOptionsBuilder options =
        options(GruBenchmark.class)
            .param("implementation", "scalar", "nd4j")
            .warmupIterations(2)
            .measurementIterations(3)
            .measurementTime(TimeValue.seconds(1));
    collect(new Runner(options.build()).run());
  }

  private static OptionsBuilder options(Class<?> benchmark) {
    OptionsBuilder options = new OptionsBuilder();
    options.include(benchmark.getName() + "\\..*").forks(1);
    return options;
  }

  private void collect(Collection<RunResult> results) {
    for (RunResult result : results) {
      List<Double> all = rates.computeIfAbsent(name(result), name -> new ArrayList<>());
      for (BenchmarkResult fork : result.getBenchmarkResults()) {
        for (IterationResult iteration : fork.getIterationResults()) {
          all.add(flops(result) / iteration.getPrimaryResult().getScore() / 1e6);
        }
      }
    }
  }

  private static String name(RunResult result) {
    if (measures(result, SgemmBenchmark.class)) {
      return sgemm(parameter(result, "library"), parameter(result, "shape"));
    }
    int hidden = Integer.parseInt(parameter(result, "hidden"));
    if (measures(result, GruBenchmark.class)) {
      return gru(parameter(result, "implementation"), hidden);
    }
    return lstm(result.getParams().getBenchmark().endsWith("backwardAlone"), hidden);
  }

  private static String gru(String implementation, int hidden) {
    return "GRU " + implementation + ", H=" + hidden;
  }

  private static String lstm(boolean backwardAlone, int hidden) {
    return "DL4J LSTM" + (backwardAlone ? " (backward alone)" : "") + ", H=" + hidden;
  }

  private static String sgemm(String library, String shape) {
    return "SGEMM " + library + " " + shape;
  }

  private static double flops(RunResult result) {
    if (measures(result, SgemmBenchmark.class)) {
      return SgemmBenchmark.flops(parameter(result, "shape"));
    }
    int sequences = Integer.parseInt(parameter(result, "sequences"));
    int hidden = Integer.parseInt(parameter(result, "hidden"));
    return measures(result, GruBenchmark.class)
        ? GruBenchmark.flops(sequences, hidden)
        : Dl4jLstmBenchmark.flops(sequences, hidden);
  }

  private static boolean measures(RunResult result, Class<?> benchmark) {
    return result.getParams().getBenchmark().startsWith(benchmark.getName() + ".");
  }

  private static String parameter(RunResult result, String name) {
    return result.getParams().getParam(name);
  }

  private void print(PrintStream out) {
    out.println();
    out.println(
        "GFLOP/s in float (GRU, LSTM: forward and backward, T=100, N=32, as many inputs as H)");
    row(out, "", "median", "best");
    rates.forEach((name, all) -> row(out, name, format(median(all)), format(best(all))));
    out.println();
    rates.keySet().stream()
        .filter(name -> name.startsWith("GRU vector"))
        .map(name -> Integer.parseInt(name.substring(name.indexOf('=') + 1)))
        .forEach(hidden -> printComparisons(out, hidden));
  }

  private void printComparisons(PrintStream out, int hidden) {
    double gru = best(rates.get(gru("vector", hidden)));
    double step = best(rates.get(lstm(false, hidden)));
    double alone = best(rates.get(lstm(true, hidden)));
    double large =
        rates.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith("SGEMM"))
            .mapToDouble(entry -> best(entry.getValue()))
            .max()
            .orElseThrow();
    out.printf(
        Locale.ROOT,
        "H=%d: the vector GRU runs at %.2f times DL4J's LSTM (%.2f times its backward pass alone)"
            + " and at %.0f %% of large SGEMM%n",
        hidden,
        gru / step,
        gru / alone,
        100 * gru / large);
  }

  private static void row(PrintStream out, String name, String median, String best) {
    out.printf("%-40s %8s %8s%n", name, median, best);
  }

  private static String format(double rate) {
    return String.format(Locale.ROOT, "%.1f", rate);
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
