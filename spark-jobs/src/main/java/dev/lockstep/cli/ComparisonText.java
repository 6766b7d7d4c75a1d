package dev.lockstep.cli;

import dev.lockstep.results.DriftReport;
import dev.lockstep.results.LikelihoodReport;
import dev.lockstep.results.SequenceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Several runs side by side, as a table for a person. */
final class ComparisonText {
  private ComparisonText() {}

  /** A row for each run. */
  static Table of(Map<String, SequenceReport> runs) {
    LikelihoodReport first = runs.values().iterator().next().likelihood();
    String likelihood = first.bpc() == null ? "NLL" : "BPC";
    Table table =
        Table.of(
            "run",
            "round",
            likelihood,
            "95 %",
            "centroid",
            "pair",
            "MMD",
            "t-SNE centroid",
            "probe",
            "95 %",
            "own discriminator");
    runs.forEach((run, report) -> table.row(cells(run, report).toArray()));
    return table;
  }

  private static List<Object> cells(String run, SequenceReport report) {
    LikelihoodReport likelihood = report.likelihood();
    DriftReport drift = report.drift();
    boolean bits = likelihood.bpc() != null;
    List<Object> cells = new ArrayList<>();
    cells.add(run);
    cells.add(report.round());
    cells.add(bits ? likelihood.bpc() : (Double) likelihood.nll());
    cells.add(EvaluationText.interval(bits ? likelihood.bpcInterval() : likelihood.nllInterval()));
    cells.add(drift.centroidDistance());
    cells.add(drift.pairDistance());
    cells.add(drift.mmd());
    cells.add(report.tsne() == null ? null : report.tsne().centroidDistance());
    cells.add(report.probe() == null ? null : report.probe().accuracy());
    cells.add(
        report.probe() == null ? null : EvaluationText.interval(report.probe().accuracyInterval()));
    cells.add(drift.discriminatorAccuracy());
    return cells;
  }
}
