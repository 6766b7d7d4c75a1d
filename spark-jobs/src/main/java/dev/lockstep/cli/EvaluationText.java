package dev.lockstep.cli;

import dev.lockstep.metric.FreeRunningSegments;
import dev.lockstep.results.DriftReport;
import dev.lockstep.results.FreeRunningStatistic;
import dev.lockstep.results.LikelihoodReport;
import dev.lockstep.results.ProbeReport;
import dev.lockstep.results.RepeatReport;
import dev.lockstep.results.SequenceReport;
import dev.lockstep.results.TsneReport;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came out of one run, as tables for a person. */
final class EvaluationText {
  private final SequenceReport report;

  EvaluationText(SequenceReport report) {
    this.report = report;
  }

  /** An interval as text. */
  static String interval(List<Double> ends) {
    return String.format(Locale.ROOT, "%.4f to %.4f", ends.get(0), ends.get(1));
  }

  void print(PrintWriter out) {
    out.printf(
        "round %d on the %s part, %,d steps%n",
        report.round(), report.part(), report.likelihood().steps());
    Table table = Table.of("measure", "value", "95 %");
    addLikelihood(table, report.likelihood());
    addDrift(table, report.drift());
    if (report.tsne() != null) {
      addMaps(table, report.tsne());
    }
    if (report.probe() != null) {
      table.row(
          "accuracy of a fresh discriminator",
          report.probe().accuracy(),
          interval(report.probe().accuracyInterval()));
    }
    table.row("accuracy of the run's own", report.drift().discriminatorAccuracy(), null);
    out.println(table);
    printDriftByLength(out);
    if (report.lengthGeneralisation() != null) {
      printLengths(out);
    }
    if (report.repeats() != null) {
      printRepeats(out);
    }
  }

  private static void addLikelihood(Table table, LikelihoodReport told) {
    table.row("NLL, nats a step", told.nll(), interval(told.nllInterval()));
    if (told.bpc() != null) {
      table.row("bits a symbol (BPC)", told.bpc(), interval(told.bpcInterval()));
      table.row("perplexity", told.perplexity(), interval(told.perplexityInterval()));
    }
    if (told.restartBpc() != null) {
      table.row("BPC, each sequence from the start symbol", told.restartBpc(), null);
    }
    if (told.natsPerSequence() != null) {
      table.row(
          "nats a sequence", told.natsPerSequence(), interval(told.natsPerSequenceInterval()));
    }
  }

  private static void addDrift(Table table, DriftReport told) {
    table.row("centroid distance of hidden states", told.centroidDistance(), null);
    table.row("the same if the modes did not differ", told.centroidDistanceWithin(), null);
    table.row("mean pair distance", told.pairDistance(), null);
    table.row("the same within teacher-forced", told.pairDistanceWithin(), null);
    table.row("maximum mean discrepancy, squared", told.mmd(), null);
    table.row("the same within teacher-forced", told.mmdWithin(), null);
  }

  private static void addMaps(Table table, TsneReport told) {
    table.row(
        "centroid distance in %d t-SNE maps".formatted(told.runs()),
        told.centroidDistance(),
        error(told.centroidDistanceError()));
    table.row("mean pair distance in these", told.pairDistance(), error(told.pairDistanceError()));
  }

  private static String error(Double error) {
    return error == null ? null : String.format(Locale.ROOT, "± %.4f (standard error)", error);
  }

  private void printDriftByLength(PrintWriter out) {
    Map<Integer, Double> probe = new TreeMap<>();
    if (report.probe() != null) {
      for (ProbeReport.AtLength row : report.probe().byLength()) {
        probe.put(row.multiple(), row.accuracy());
      }
    }
    out.printf(
        "%ndrift of hidden states over the %,d steps before each%n", report.drift().driftSteps());
    Table table =
        Table.of("steps", "centroid", "no drift", "pair", "no drift", "MMD", "no drift", "probe");
    for (DriftReport.AtLength row : report.drift().driftByLength()) {
      table.row(
          row.steps(),
          row.centroidDistance(),
          row.centroidDistanceWithin(),
          row.pairDistance(),
          row.pairDistanceWithin(),
          row.mmd(),
          row.mmdWithin(),
          probe.get(row.multiple()));
    }
    out.println(table);
  }

  private void printLengths(PrintWriter out) {
    out.printf("%nfree-running output after multiples of %,d steps%n", report.drift().driftSteps());
    List<String> header = new ArrayList<>(List.of("measure", "data"));
    FreeRunningSegments.MULTIPLES.forEach(m -> header.add(m + "x"));
    Table table = Table.of(header.toArray(String[]::new));
    for (FreeRunningStatistic row : report.lengthGeneralisation()) {
      List<Object> cells = new ArrayList<>(Arrays.asList(row.measure(), row.data()));
      FreeRunningSegments.MULTIPLES.forEach(m -> cells.add(row.values().get(m)));
      table.row(cells.toArray());
    }
    out.println(table);
  }

  private void printRepeats(PrintWriter out) {
    out.printf("%nrepetition in free-running output and in the data%n");
    Table table =
        Table.of(
            "steps",
            "distinct 4-grams",
            "data",
            "novel 4-grams",
            "data",
            "longest repeat",
            "data",
            "longest copy",
            "data");
    for (RepeatReport row : report.repeats()) {
      table.row(
          row.steps(),
          last(row.distinct()),
          last(row.distinctData()),
          last(row.novel()),
          last(row.novelData()),
          row.longestRepeat(),
          row.longestRepeatData(),
          row.longestCopy(),
          row.longestCopyData());
    }
    out.println(table);
  }

  private static Double last(List<Double> gramsOrNull) {
    return gramsOrNull == null ? null : gramsOrNull.get(gramsOrNull.size() - 1);
  }
}
