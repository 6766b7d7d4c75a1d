package dev.lockstep.benchmarks.versus;

import dev.lockstep.benchmarks.versus.WalkServer.Walked;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Walks of variational walkback by Lockstep beside the same by DL4J, each in a JVM of its own, a
 * walk each in turn. Nothing is timed unless the losses of their first walks, from the same
 * parameters, points and noise, agree.
 */
@Command(
    name = "walkback",
    mixinStandardHelpOptions = true,
    description = "Measures walks of variational walkback beside DL4J's, in turn.")
public final class WalkVersus implements Callable<Integer> {
  private static final int CHECKED = 3;

  /** Relative; DL4J's softplus in float loses digits where F_σ is far below 0. */
  private static final double TOLERANCE = 1e-3;

  /** When the parameters move. */
  enum UpdateTime {
    ONLINE,
    ACCUMULATED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--update",
      split = ",",
      description =
          "${COMPLETION-CANDIDATES}: after each step of a walk, or once after it; both by default.")
  private List<UpdateTime> updates;

  @Option(
      names = "--normalised",
      description =
          "With batch normalisation of each step's own; online alone, since one fit of DL4J's"
              + " cannot normalise the steps of a walk by themselves.")
  private boolean normalised;

  @Option(names = "--dimensions", defaultValue = "784")
  private int dimensions;

  @Option(names = "--hidden", defaultValue = "1200")
  private int hidden;

  @Option(names = "--batch", defaultValue = "100")
  private int batch;

  @Option(names = "--steps", defaultValue = "5", description = "Of a walk.")
  private int steps;

  @Option(names = "--walks", defaultValue = "15", description = "Each that are timed.")
  private int walks;

  @Option(names = "--warmup", defaultValue = "10", description = "Each before them.")
  private int warmUp;

  @Option(names = "--threads", description = "Of each; as many as cores by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Spec private CommandSpec spec;

  /** Runs the command; exit status 1 if the losses disagree or a process fails. */
  public static void main(String[] arguments) {
    CommandLine command = new CommandLine(new WalkVersus());
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
    List<UpdateTime> possible =
        normalised ? List.of(UpdateTime.ONLINE) : List.of(UpdateTime.values());
    List<UpdateTime> chosen = updates == null ? possible : updates;
    if (!possible.containsAll(chosen)) {
      throw new ParameterException(
          spec.commandLine(), "--normalised goes with --update=online, not with " + chosen);
    }
    for (UpdateTime update : chosen) {
      boolean online = update == UpdateTime.ONLINE;
      compare(new WalkWorkload(dimensions, hidden, batch, steps, normalised, online, threads));
    }
    return 0;
  }

  private void compare(WalkWorkload workload) throws IOException {
    print("%n%s%n", workload);
    Path directory = Files.createTempDirectory("walkback");
    try (ChildJvm lockstep = start("lockstep", workload, directory);
        ChildJvm dl4j = start("dl4j", workload, directory)) {
      check(lockstep, dl4j);
      List<Walked> ours = new ArrayList<>();
      List<Walked> theirs = new ArrayList<>();
      for (int i = -warmUp; i < walks; i++) {
        Walked one = Walked.parse(lockstep.ask("walk"));
        Walked other = Walked.parse(dl4j.ask("walk"));
        if (i >= 0) {
          ours.add(one);
          theirs.add(other);
        }
      }
      report(ours, theirs);
    } finally {
      delete(directory);
    }
  }

  private static ChildJvm start(String name, WalkWorkload workload, Path directory)
      throws IOException {
    List<String> arguments = Stream.concat(Stream.of(name), workload.arguments().stream()).toList();
    return ChildJvm.start(
        name, ChildJvm.Launch.of(name, workload.threads()), WalkServer.class, arguments, directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }

  private void check(ChildJvm lockstep, ChildJvm dl4j) throws IOException {
    for (int walk = 1; walk <= CHECKED; walk++) {
      double ours = Walked.parse(lockstep.ask("check")).loss();
      double theirs = Walked.parse(dl4j.ask("check")).loss();
      print("walk %d: loss %.4f by Lockstep, %.4f by DL4J%n", walk, ours, theirs);
      // Not the other way round: NaN agrees with nothing.
      if (!(Math.abs(ours - theirs) <= TOLERANCE * Math.abs(ours))) {
        throw new IOException("the losses disagree, so nothing is timed");
      }
    }
  }

  private void report(List<Walked> ours, List<Walked> theirs) {
    print("%-10s %10s %21s %21s %16s%n", "", "median ms", "quartiles", "range", "processor ms");
    tell("lockstep", ours);
    tell("dl4j", theirs);
    Spread pairs =
        Spread.of(
            IntStream.range(0, ours.size())
                .mapToObj(i -> theirs.get(i).seconds() / ours.get(i).seconds())
                .toList());
    print(
        "lockstep is %.2f times as fast as dl4j by the medians, %.2f to %.2f by the quartiles of"
            + " pairs; by processor time %.2f%n",
        spread(theirs, Walked::seconds).median() / spread(ours, Walked::seconds).median(),
        pairs.lower(),
        pairs.upper(),
        spread(theirs, Walked::processorSeconds).median()
            / spread(ours, Walked::processorSeconds).median());
  }

  private void tell(String name, List<Walked> walked) {
    Spread seconds = spread(walked, Walked::seconds);
    print(
        "%-10s %10.1f %10.1f %10.1f %10.1f %10.1f %16.1f%n",
        name,
        1e3 * seconds.median(),
        1e3 * seconds.lower(),
        1e3 * seconds.upper(),
        1e3 * seconds.least(),
        1e3 * seconds.greatest(),
        1e3 * spread(walked, Walked::processorSeconds).median());
  }

  private static Spread spread(List<Walked> walked, ToDoubleFunction<Walked> value) {
    return Spread.of(walked.stream().map(value::applyAsDouble).toList());
  }

  private void print(String format, Object... values) {
    spec.commandLine().getOut().print(String.format(Locale.ROOT, format, values));
    spec.commandLine().getOut().flush();
  }
}
