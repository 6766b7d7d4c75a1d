package dev.lockstep.benchmarks;

import dev.lockstep.config.Settings;
import dev.lockstep.metric.WalkError;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepShape;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.render.Curve;
import dev.lockstep.render.SeriesPlot;
import dev.lockstep.training.MinibatchSchedule;
import dev.lockstep.training.Networks;
import dev.lockstep.training.SequenceNetworks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Every objective on the sawtooth (up nine steps, down one): the error of the level after 400 steps
 * of its own, at several capacities and amounts of training. Runs are the plain loops that a run of
 * one worker on Spark equals.
 */
@Command(
    name = "benchmarks/run sawtooth",
    mixinStandardHelpOptions = true,
    description = "Prints a table and writes a plot for each capacity.")
public final class SawtoothSweep implements Callable<Integer> {
  private static final int PERIOD = 10;
  private static final int LENGTH = 40;
  private static final int SEQUENCES = 2048;
  private static final int BATCH = 32;
  private static final int FREE_STEPS = 400;
  private static final int REPETITIONS = 64;

  /** What each objective sets. */
  private static final Map<String, String> OBJECTIVES = objectives();

  @Option(names = "--hidden", split = ",", description = "Units of the GRU (${DEFAULT-VALUE}).")
  private List<Integer> hidden = List.of(4, 12, 36);

  @Option(names = "--updates", split = ",", description = "Of each run (${DEFAULT-VALUE}).")
  private List<Integer> updates = List.of(96, 384, 1536);

  @Option(
      names = "--objectives",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "Only those whose name contains this.")
  private String chosen;

  @Option(
      names = "--half-after",
      paramLabel = "SHARE",
      defaultValue = "0.5",
      description =
          "Share of the updates after which scheduled sampling reads half its own draws"
              + " (${DEFAULT-VALUE}).")
  private double halfAfter;

  @Option(names = "--seeds", defaultValue = "5", description = "Runs of each (${DEFAULT-VALUE}).")
  private int seeds;

  @Option(names = "--threads", defaultValue = "2", description = "Runs side by side.")
  private int threads;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      required = true,
      description = "Where the plots go: sawtooth-HIDDEN.svg.")
  private Path output;

  private record Run(String objective, int hidden, int updates) {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new SawtoothSweep()).execute(arguments));
  }

  private static Map<String, String> objectives() {
    Map<String, String> objectives = new LinkedHashMap<>();
    objectives.put("teacher forcing", "method = teacher-forcing");
    objectives.put(
        "curriculum", "method = curriculum, curriculum { length = 5, double-after = %1$d }");
    for (String decay : List.of("linear", "exponential", "inverse-sigmoid")) {
      objectives.put(
          "scheduled sampling, " + decay,
          "method = scheduled-sampling, scheduled-sampling { decay = %s, half-after = %%2$d }"
              .formatted(decay));
    }
    objectives.put("professor forcing", "method = professor-forcing");
    objectives.put(
        "professor forcing, C_t", "method = professor-forcing, match-teacher-forced = true");
    return objectives;
  }

  private List<String> chosenObjectives() {
    return OBJECTIVES.keySet().stream().filter(name -> name.contains(chosen)).toList();
  }

  private Settings settings(Run run, long seed) {
    String objective =
        OBJECTIVES
            .get(run.objective)
            .formatted(Math.max(1, run.updates / 6), Math.round(halfAfter * run.updates));
    return Settings.parse(
        """
        generator.hidden = %d
        discriminator.hidden = %d
        objective { %s }
        training {
          batch = %d, threads = 1, seed = %d
          learning-rate = 5e-3, discriminator-learning-rate = 2e-4
        }
        """
            .formatted(run.hidden, 2 * run.hidden, objective, BATCH, seed),
        run.objective);
  }

  @Override
  public Integer call() throws IOException, InterruptedException, ExecutionException {
    Map<Run, List<Future<Double>>> errors = new LinkedHashMap<>();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    for (String objective : chosenObjectives()) {
      for (int h : hidden) {
        for (int u : updates) {
          Run run = new Run(objective, h, u);
          List<Future<Double>> each = new ArrayList<>();
          for (long seed = 1; seed <= seeds; seed++) {
            long own = seed;
            each.add(pool.submit(() -> error(run, own)));
          }
          errors.put(run, each);
        }
      }
    }
    pool.shutdown();
    Map<Run, double[]> done = new LinkedHashMap<>();
    for (Map.Entry<Run, List<Future<Double>>> entry : errors.entrySet()) {
      double[] each = new double[seeds];
      for (int i = 0; i < seeds; i++) {
        each[i] = 100 * entry.getValue().get(i).get();
      }
      done.put(entry.getKey(), each);
      Run run = entry.getKey();
      System.err.printf(
          "%s, %d units, %d updates: %s%n",
          run.objective, run.hidden, run.updates, Arrays.toString(each));
    }
    print(done);
    plot(done);
    return 0;
  }

  private double error(Run run, long seed) {
    Settings settings = settings(run, seed);
    SequenceNetworks networks =
        (SequenceNetworks) Networks.create(settings, StepShape.ofSymbols(2));
    MinibatchSchedule schedule =
        new MinibatchSchedule(SEQUENCES, 1, BATCH, /* epochs= */ Integer.MAX_VALUE, 1, seed);
    for (int update = 0; update < run.updates; update++) {
      int[][] batch =
          Arrays.stream(schedule.minibatch(0, update, 0))
              .mapToObj(id -> wave(phase(seed, id), LENGTH))
              .toArray(int[][]::new);
      SplittableRandom random = RandomStreams.stream(seed, Purpose.FREE_RUNNING, update, 0);
      networks.algorithm().step(SequenceBatch.of(batch), update, random);
    }
    SplittableRandom[] streams =
        IntStream.range(0, REPETITIONS)
            .mapToObj(i -> RandomStreams.stream(seed, Purpose.GENERATION, i))
            .toArray(SplittableRandom[]::new);
    return walk()
        .freeRunning(networks.generator(), wave(0, 2 * PERIOD + FREE_STEPS), 2 * PERIOD, streams);
  }

  /** Symbol 0 goes up, symbol 1 down. */
  private static WalkError walk() {
    return new WalkError(1, -1);
  }

  private static int phase(long seed, int id) {
    return RandomStreams.stream(seed, Purpose.CORPUS, id).nextInt(PERIOD);
  }

  private static int[] wave(int phase, int length) {
    return IntStream.range(0, length).map(t -> (phase + t) % PERIOD < PERIOD - 1 ? 0 : 1).toArray();
  }

  /** Relative errors, percent, of the models that know nothing: always up, and up by chance. */
  private static double[] withoutLearning() {
    int[] truth = wave(0, FREE_STEPS);
    SplittableRandom random = RandomStreams.stream(1, Purpose.GENERATION);
    double byChance =
        IntStream.range(0, REPETITIONS)
            .mapToDouble(
                i ->
                    walk()
                        .level(
                            IntStream.range(0, FREE_STEPS)
                                .map(t -> random.nextDouble() < 0.9 ? 0 : 1)
                                .toArray(),
                            truth))
            .average()
            .orElseThrow();
    return new double[] {100 * walk().level(new int[FREE_STEPS], truth), 100 * byChance};
  }

  private void print(Map<Run, double[]> errors) {
    double[] without = withoutLearning();
    System.out.printf(
        "400-step error, percent, mean ± standard error over seeds 1 to %d; always up %.1f, random %.1f%n%n",
        seeds, without[0], without[1]);
    StringBuilder head = new StringBuilder("| units, updates |");
    for (int h : hidden) {
      for (int u : updates) {
        head.append(" %d, %d |".formatted(h, u));
      }
    }
    System.out.println(head);
    System.out.println("| --- |" + " --- |".repeat(hidden.size() * updates.size()));
    for (String objective : chosenObjectives()) {
      StringBuilder line = new StringBuilder("| %s |".formatted(objective));
      for (int h : hidden) {
        for (int u : updates) {
          double[] each = errors.get(new Run(objective, h, u));
          line.append(" %.2f ± %.2f |".formatted(mean(each), standardError(each)));
        }
      }
      System.out.println(line);
    }
  }

  private void plot(Map<Run, double[]> errors) throws IOException {
    Files.createDirectories(output);
    double[] without = withoutLearning();
    double[] x = updates.stream().mapToDouble(Integer::doubleValue).toArray();
    for (int h : hidden) {
      List<Curve> curves = new ArrayList<>();
      for (String objective : chosenObjectives()) {
        double[] means =
            updates.stream().mapToDouble(u -> mean(errors.get(new Run(objective, h, u)))).toArray();
        curves.add(new Curve(objective, x, means));
      }
      curves.add(new Curve("always up", x, filled(without[0])));
      curves.add(new Curve("random, up 0.9", x, filled(without[1])));
      Files.writeString(
          output.resolve("sawtooth-%d.svg".formatted(h)),
          SeriesPlot.curves(curves, "updates", "400-step error, %").svg());
    }
  }

  private double[] filled(double value) {
    return DoubleStream.generate(() -> value).limit(updates.size()).toArray();
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double standardError(double[] values) {
    double mean = mean(values);
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return Math.sqrt(squares / (values.length - 1) / values.length);
  }
}
