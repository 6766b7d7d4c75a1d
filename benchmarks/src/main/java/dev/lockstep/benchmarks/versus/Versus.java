package dev.lockstep.benchmarks.versus;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Lockstep beside libtorch and DL4J. Each contender has a process of its own and they take turns, a
 * step each, so that what else runs on the machine meets all of them alike.
 *
 * <p>Lockstep and libtorch start from the same parameters, read the same batches and draw with the
 * same uniform numbers; nothing is timed unless the losses of their first step agree.
 *
 * <p>The cores must be idle: libtorch's OpenMP threads wait by spinning, and where another process
 * takes one of their cores a step can take fifty times as long. {@code OMP_WAIT_POLICY=PASSIVE} in
 * the environment, which contenders inherit, helps there.
 */
@Command(
    name = "versus",
    mixinStandardHelpOptions = true,
    description = "Measures the whole training step beside libtorch and DL4J, in turn.")
public final class Versus implements Callable<Integer> {
  private static final String LOCKSTEP = "lockstep";
  private static final String LIBTORCH = "libtorch";
  private static final String LIBTORCH_TUNED = "libtorch-tuned";
  private static final String DL4J = "dl4j";
  private static final List<String> ALL = List.of(LOCKSTEP, LIBTORCH, LIBTORCH_TUNED, DL4J);

  /** Relative, of the first step's losses: a draw may flip where two sums round apart. */
  private static final double TOLERANCE = 1e-3;

  /** Calls of the generation, which take tens of milliseconds, until the compilers have settled. */
  private static final int GENERATION_WARM_UP = 40;

  /** DL4J takes seconds a step. */
  private static final int DL4J_STEPS = 3;

  private static final int TOLD_EVERY = 20;

  /**
   * The shapes that can be asked for by name, each with the steps that warm it up: the compilers
   * need seconds, and the fewer of them the longer a step takes.
   */
  enum Shape {
    A(256, 100, 16, 30),
    B(512, 100, 32, 6),
    C(1024, 100, 16, 4);

    private final int hidden;
    private final int steps;
    private final int sequences;
    private final int warmUp;

    Shape(int hidden, int steps, int sequences, int warmUp) {
      this.hidden = hidden;
      this.steps = steps;
      this.sequences = sequences;
      this.warmUp = warmUp;
    }

    Workload workload(Versus asked, int threads, double discriminatorRate) {
      return new Workload(
          hidden,
          hidden,
          orElse(asked.length, steps),
          sequences,
          threads,
          1e-3,
          discriminatorRate,
          asked.segment);
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is compared. */
  enum Mode {
    STEP,
    CURVES,
    SAMPLING,
    CORES;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--mode",
      defaultValue = "step",
      description =
          "${COMPLETION-CANDIDATES}: time of a step; losses over steps; generation;"
              + " Lockstep on one core and on --threads.")
  private Mode mode;

  @Option(
      names = "--config",
      split = ",",
      description = "${COMPLETION-CANDIDATES}, several allowed; all, or a for curves, by default.")
  private List<Shape> shapes = List.of();

  @Option(names = "--steps", description = "Steps or repetitions: 15, or 200 for curves.")
  private Integer steps;

  @Option(
      names = "--warmup",
      description = "Before them, at least 1: 30 for a, 6 for b, 4 for c, 40 for sampling.")
  private Integer warmUp;

  @Option(names = "--threads", description = "Of each contender; as many as cores by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--length", description = "T, in place of the configuration's own.")
  private Integer length;

  @Option(
      names = "--recompute-segment",
      description =
          "Steps whose gates Lockstep holds for its backward pass, as training.recompute-segment.")
  private int segment;

  @Option(
      names = "--contenders",
      split = ",",
      description =
          "lockstep, which the others are compared with, and any of libtorch (the step as a PyTorch"
              + " user writes it), libtorch-tuned (sampling in the pass that is trained on, the"
              + " discriminator over each row once), dl4j.")
  private List<String> contenders = ALL;

  @Spec private CommandSpec spec;

  /** Runs the command; exit status 1 if contenders disagree or one fails. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new Versus());
    command.setCaseInsensitiveEnumValuesAllowed(true);
    command.setExecutionExceptionHandler(
        (e, line, parsed) -> {
          line.getErr().println(e instanceof IOException ? e.getMessage() : e.toString());
          return 1;
        });
    System.exit(command.execute(arguments));
  }

  @Override
  public Integer call() throws IOException {
    if (!ALL.containsAll(contenders) || !contenders.contains(LOCKSTEP)) {
      throw wrong("--contenders must be lockstep and others of " + ALL + ", not " + contenders);
    }
    if (orElse(warmUp, 1) < 1 || threads < 1 || orElse(length, 1) < 1 || orElse(steps, 1) < 1) {
      throw wrong("--steps, --warmup, --threads and --length must be at least 1");
    }
    switch (mode) {
      case STEP -> {
        for (Shape shape : chosen(List.of(Shape.values()))) {
          compareSteps(shape);
        }
      }
      case CURVES -> {
        for (Shape shape : chosen(List.of(Shape.A))) {
          compareCurves(shape);
        }
      }
      case SAMPLING -> compareSampling();
      case CORES -> {
        for (Shape shape : chosen(List.of(Shape.values()))) {
          compareCores(shape);
        }
      }
    }
    return 0;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private List<Shape> chosen(List<Shape> byDefault) {
    return shapes.isEmpty() ? byDefault : shapes;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private void print(String format, Object... values) {
    out().print(String.format(Locale.ROOT, format, values));
    out().flush();
  }

  /** What is done with contenders that have started. */
  private interface Match {
    void play(List<ContenderProcess> contenders) throws IOException;
  }

  /** Starts contenders, Lockstep first since it writes the parameters, and ends them whatever. */
  private static void among(List<String> names, Workload workload, Match match) throws IOException {
    Path directory = Files.createTempDirectory("versus");
    List<ContenderProcess> started = new ArrayList<>();
    try {
      for (String name : ALL) {
        if (names.contains(name)) {
          started.add(ContenderProcess.start(name, workload, directory));
        }
      }
      match.play(started);
    } finally {
      started.forEach(ContenderProcess::close);
      delete(directory);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private void compareSteps(Shape shape) throws IOException {
    Workload workload = shape.workload(this, threads, 1e-3);
    print("%n(%s) %s%n", shape, workload);
    among(
        contenders,
        workload,
        match -> {
          warmUp(match, orElse(warmUp, shape.warmUp));
          ContenderProcess lockstep = match.get(0);
          double before = lockstep.sgemm();
          Map<String, List<Double>> seconds =
              inTurn(match, orElse(steps, 15), contender -> contender.step().seconds());
          report(workload.steps() * workload.sequences(), match, seconds);
          printRate(
              workload.flops(),
              Spread.of(seconds.get(LOCKSTEP)).median(),
              Math.max(before, lockstep.sgemm()));
        });
  }

  private void printRate(double flops, double seconds, double large) {
    double rate = flops / seconds / 1e9;
    print(
        "lockstep's step is %.1f GFLOP: %.0f GFLOP/s by the median, %.0f %% of the %.0f GFLOP/s of"
            + " large SGEMM%n",
        flops / 1e9, rate, 100 * rate / large, large);
  }

  private void compareCores(Shape shape) throws IOException {
    Workload one = shape.workload(this, 1, 1e-3);
    Workload all = shape.workload(this, threads, 1e-3);
    print("%n(%s) %s, beside 1%n", shape, all);
    among(
        List.of(LOCKSTEP),
        one,
        single ->
            among(
                List.of(LOCKSTEP),
                all,
                many -> scale(single.get(0), many.get(0), orElse(warmUp, shape.warmUp))));
  }

  /** Turns of both, the first of them to warm up. */
  private void scale(ContenderProcess single, ContenderProcess many, int turns) throws IOException {
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    for (int i = -turns; i < orElse(steps, 15); i++) {
      double slow = single.step().seconds();
      double fast = many.step().seconds();
      if (i >= 0) {
        alone.add(slow);
        together.add(fast);
      }
    }
    double slow = Spread.of(alone).median();
    double fast = Spread.of(together).median();
    print(
        "median %.1f ms on 1 thread, %.1f ms on %d: %.2f times as fast%n",
        1e3 * slow, 1e3 * fast, threads, slow / fast);
  }

  private static int orElse(Integer given, int byDefault) {
    return given == null ? byDefault : given;
  }

  private void warmUp(List<ContenderProcess> match, int turns) throws IOException {
    List<Measured> first = new ArrayList<>();
    for (ContenderProcess contender : match) {
      first.add(contender.step());
    }
    checkFirst(match, first);
    for (ContenderProcess contender : match) {
      int more = contender.name().equals(DL4J) ? 0 : turns - 1;
      for (int i = 0; i < more; i++) {
        contender.step();
      }
    }
  }

  /** Tells the losses of the first step, and refuses contenders that do not agree. */
  private void checkFirst(List<ContenderProcess> match, List<Measured> first) throws IOException {
    for (int i = 0; i < match.size(); i++) {
      String name = match.get(i).name();
      Measured m = first.get(i);
      print(
          "%-14s first step: NLL %.6f, C_d %.6f, C_f %.6f, C_t %.6f%n",
          name, m.nll(), m.discriminatorLoss(), m.freeRunningLoss(), m.teacherForcedLoss());
      if (!m.isFinite()) {
        throw new IOException(name + ": the first step's losses are not finite");
      }
      Optional<String> disagreement =
          name.equals(LIBTORCH) || name.equals(LIBTORCH_TUNED)
              ? first.get(0).disagreement(m, TOLERANCE)
              : Optional.empty();
      if (disagreement.isPresent()) {
        throw new IOException(
            LOCKSTEP + " and " + name + " disagree, so nothing is timed: " + disagreement.get());
      }
    }
  }

  /** One measurement of one contender, in seconds. */
  private interface Turn {
    double take(ContenderProcess contender) throws IOException;
  }

  /** Seconds by contender; DL4J takes part in the first turns only. */
  private static Map<String, List<Double>> inTurn(
      List<ContenderProcess> match, int turns, Turn turn) throws IOException {
    Map<String, List<Double>> seconds = new LinkedHashMap<>();
    for (int i = 0; i < turns; i++) {
      for (ContenderProcess contender : match) {
        if (!contender.name().equals(DL4J) || i < DL4J_STEPS) {
          seconds
              .computeIfAbsent(contender.name(), name -> new ArrayList<>())
              .add(turn.take(contender));
        }
      }
    }
    return seconds;
  }

  private void report(int tokens, List<ContenderProcess> match, Map<String, List<Double>> seconds)
      throws IOException {
    print(
        "%-14s %6s %10s %21s %21s %10s %9s%n",
        "", "times", "median ms", "quartiles", "range", "tokens/s", "peak MiB");
    for (ContenderProcess contender : match) {
      List<Double> own = seconds.get(contender.name());
      Spread s = Spread.of(own);
      print(
          "%-14s %6d %10.1f %10.1f %10.1f %10.1f %10.1f %10.0f %9.0f%n",
          contender.name(),
          own.size(),
          1e3 * s.median(),
          1e3 * s.lower(),
          1e3 * s.upper(),
          1e3 * s.least(),
          1e3 * s.greatest(),
          tokens / s.median(),
          contender.memory());
    }
    seconds.forEach((name, peer) -> printRatio(name, seconds.get(LOCKSTEP), peer));
  }

  private void printRatio(String name, List<Double> lockstep, List<Double> peer) {
    if (name.equals(LOCKSTEP)) {
      return;
    }
    Spread pairs =
        Spread.of(
            IntStream.range(0, peer.size()).mapToObj(i -> peer.get(i) / lockstep.get(i)).toList());
    print(
        "lockstep is %.2f times as fast as %s by the medians, %.2f to %.2f by the quartiles of"
            + " pairs%n",
        Spread.of(peer).median() / Spread.of(lockstep).median(),
        name,
        pairs.lower(),
        pairs.upper());
  }

  private void compareCurves(Shape shape) throws IOException {
    Workload workload = shape.workload(this, threads, 1e-4);
    int count = orElse(steps, 200);
    print("%n(%s) %s%n", shape, workload);
    print("%s%n", Curves.header(LOCKSTEP, LIBTORCH));
    among(
        List.of(LOCKSTEP, LIBTORCH),
        workload,
        match -> {
          Curves curves = new Curves();
          for (int i = 1; i <= count; i++) {
            curves.add(match.get(0).step(), match.get(1).step());
            if (i == 1 || i % TOLD_EVERY == 0) {
              print("%s%n", curves.last());
            }
          }
          print("%s%n", curves.differences());
        });
  }

  private void compareSampling() throws IOException {
    Workload workload = Shape.B.workload(this, threads, 1e-3);
    for (int[] size : new int[][] {{32, 200}, {1, 500}}) {
      int sequences = size[0];
      int length = size[1];
      print(
          "%nfree-running, H=%d N=%d T=%d, %d threads%n",
          workload.hidden(), sequences, length, threads);
      among(
          List.of(LOCKSTEP, LIBTORCH),
          workload,
          match -> {
            inTurn(
                match,
                orElse(warmUp, GENERATION_WARM_UP),
                contender -> contender.generate(sequences, length));
            report(
                sequences * length,
                match,
                inTurn(
                    match, orElse(steps, 15), contender -> contender.generate(sequences, length)));
          });
    }
  }
}
