package dev.lockstep.cli;

import dev.lockstep.results.WalkReport;
import java.io.PrintWriter;
import java.util.Map;

/** What came out of runs of variational walkback, as tables for a person. */
final class WalkText {
  private WalkText() {}

  /** A row for each run and number of steps, then one for each run's chains. */
  static void print(Map<String, WalkReport> runs, PrintWriter out) {
    Table likelihood =
        Table.of(
            "run",
            "round",
            "steps",
            "bound, nats",
            "95 %",
            "log p, nats",
            "95 %",
            "bits a dimension",
            "paths",
            "effective");
    Table chains =
        Table.of(
            "run",
            "steps at T = 1",
            "MMD from data",
            "of data from data",
            "KL a step, nats",
            "entropy, nats",
            "irreversibility",
            "class score");
    runs.forEach(
        (run, report) -> {
          for (WalkReport.Row row : report.likelihood()) {
            likelihood.row(
                run,
                report.round(),
                row.steps(),
                row.bound(),
                EvaluationText.interval(row.boundInterval()),
                row.logLikelihood(),
                EvaluationText.interval(row.logLikelihoodInterval()),
                row.bitsPerDimension(),
                row.paths(),
                row.effectivePaths());
          }
          WalkReport.ChainRow chain = report.chain();
          chains.row(
              run,
              chain.steps(),
              chain.discrepancy(),
              chain.dataDiscrepancy(),
              chain.divergence(),
              chain.entropy(),
              chain.irreversibility(),
              chain.classScore());
        });
    out.println(likelihood);
    out.println();
    out.println(chains);
  }
}
