package dev.lockstep.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.lockstep.config.Settings;
import dev.lockstep.results.EvaluationReport;
import dev.lockstep.results.SequenceReport;
import dev.lockstep.results.WalkReport;
import dev.lockstep.spark.EvaluateJob;
import dev.lockstep.spark.TrainedRun;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code evaluate}: checkpoints of one or several runs on the test part. */
@Command(
    name = "evaluate",
    description =
        "Evaluates runs on the test part: NLL, BPC, perplexity, how far their hidden states drift when"
            + " they run free, the accuracy of a probe that tells both modes apart, and what they then write beyond the"
            + " training length. Runs of walkback: a bound on the likelihood and an estimate of it, and how"
            + " well chains of the operator stay on the data.")
final class EvaluateCommand extends JobCommand<EvaluateCommand.Result> {
  @Parameters(
      paramLabel = "RUN",
      arity = "0..*",
      description = "Run directories to compare; without any, training.output is evaluated.")
  private List<String> runs = new ArrayList<>();

  @Option(
      names = "--checkpoint",
      paramLabel = "WHICH",
      defaultValue = "newest",
      description = "newest, or best: the one with the best validation.")
  private TrainedRun.Which checkpoint;

  /**
   * A run and what came out.
   *
   * @param run its directory
   */
  record EvaluatedRun(String run, @JsonUnwrapped EvaluationReport report) {}

  /** What came out of all runs. */
  record Result(List<EvaluatedRun> runs) {
    /** A single run's report as it is written, several as a list. */
    @JsonValue
    Object json() {
      return runs.size() == 1 ? runs.get(0).report() : Map.of("runs", runs);
    }
  }

  @Override
  protected Result run() {
    List<Settings> asked =
        runs.isEmpty()
            ? List.of(settings())
            : runs.stream().map(run -> settings("training.output=" + run)).toList();
    EvaluateJob job = new EvaluateJob(spark(localCores()), checkpoint);
    if (asked.size() > 1) {
      job.checkComparable(asked);
    }
    return new Result(
        asked.stream()
            .map(one -> new EvaluatedRun(one.training().output(), job.run(one)))
            .toList());
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    Map<String, SequenceReport> generators = new LinkedHashMap<>();
    Map<String, WalkReport> operators = new LinkedHashMap<>();
    for (EvaluatedRun evaluated : result.runs()) {
      evaluated.report().accept(new Sorter(evaluated.run(), generators, operators));
    }
    if (generators.size() == 1) {
      new EvaluationText(generators.values().iterator().next()).print(out);
    } else if (!generators.isEmpty()) {
      out.println(ComparisonText.of(generators));
    }
    if (!operators.isEmpty()) {
      WalkText.print(operators, out);
    }
  }

  /** Puts a run's report among those of its kind. */
  private record Sorter(
      String run, Map<String, SequenceReport> generators, Map<String, WalkReport> operators)
      implements EvaluationReport.Visitor<EvaluationReport> {
    @Override
    public EvaluationReport visit(SequenceReport report) {
      return generators.put(run, report);
    }

    @Override
    public EvaluationReport visit(WalkReport report) {
      return operators.put(run, report);
    }
  }
}
