package dev.lockstep.cli;

import dev.lockstep.study.Interval;
import dev.lockstep.study.PreferenceTally;
import dev.lockstep.study.RatingTally;
import dev.lockstep.study.Share;
import dev.lockstep.study.Tally;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code study tally}: what came out of a study. */
@Command(
    name = "tally",
    description =
        "Counts the answers of a study's participants: means or shares with 95 %% intervals for each run, and"
            + " tests for each two. Counts nothing if any file is damaged, of another study or a"
            + " duplicate, and names each that is.")
final class StudyTallyCommand extends ResultCommand<Tally> {
  @Parameters(index = "0", paramLabel = "FOLDER", description = "What study create has written.")
  private String folder;

  @Parameters(
      index = "1..*",
      paramLabel = "ANSWERS",
      arity = "1..*",
      description = "The files that participants have saved, answers-….json.")
  private List<String> answers;

  @Override
  protected Tally run() {
    return Tally.of(
        StudyCommand.location("FOLDER", folder, "the folder of a study"),
        StudyCommand.locations("ANSWERS", answers, "an answer file"));
  }

  @Override
  protected void print(Tally result, PrintWriter out) {
    Table people = Table.of("participant", "answers", "median s");
    result.participants().forEach(p -> people.row(p.participant(), p.answers(), p.medianSeconds()));
    out.printf("%s%n%n", people);
    if (result.ratings() != null) {
      print(result.ratings(), out);
    } else {
      print(result.preferences(), out);
    }
  }

  private static void print(RatingTally result, PrintWriter out) {
    Table runs = Table.of("run", "mean", "95 % interval", "answers", "by grade, from 1");
    for (RatingTally.Run run : result.runs()) {
      runs.row(run.run(), run.mean(), interval(run.interval(), 1), run.answers(), run.grades());
    }
    out.println(runs);
    if (result.differences().isEmpty()) {
      return;
    }
    Table differences =
        Table.of("first", "second", "difference", "95 % interval", "effect", "p", "p (Holm)");
    for (RatingTally.Difference d : result.differences()) {
      differences.row(
          d.first(),
          d.second(),
          d.difference(),
          interval(d.interval(), 1),
          d.effect(),
          probability(d.p()),
          probability(d.adjustedP()));
    }
    out.printf("%n%s%n", differences);
    out.println("p: Wilcoxon's signed-rank test over participants; effect: rank-biserial, -1 to 1");
  }

  private static void print(PreferenceTally result, PrintWriter out) {
    Table answers =
        Table.of("first", "second", "prefer first", "neither", "prefer second", "p", "p (Holm)");
    Table people =
        Table.of("first", "second", "people for first", "neither", "for second", "p", "p (Holm)");
    for (PreferenceTally.Pair pair : result.pairs()) {
      answers.row(
          pair.first(),
          pair.second(),
          share(pair.preferFirst()),
          share(pair.noPreference()),
          share(pair.preferSecond()),
          probability(pair.p()),
          probability(pair.adjustedP()));
      PreferenceTally.Majorities m = pair.participants();
      people.row(
          pair.first(),
          pair.second(),
          m.first(),
          m.neither(),
          m.second(),
          probability(m.p()),
          probability(m.adjustedP()));
    }
    out.printf("%s%n%n%s%n", answers, people);
    out.println(
        "p: sign test, over answers above (if they are independent), over participants below");
    if (result.left() != null) {
      out.printf("the left one was preferred in %s of answers%n", share(result.left()));
    }
  }

  /** In per cent, with the number of answers. */
  private static String share(Share share) {
    return String.format(
        Locale.ROOT,
        "%.1f %% %s (%d)",
        100 * share.share(),
        interval(share.interval(), 100),
        share.count());
  }

  private static String probability(double p) {
    return p < 0.0001 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }

  private static String interval(Interval interval, double scale) {
    return interval == null
        ? null
        : String.format(
            Locale.ROOT,
            scale == 1 ? "[%.2f, %.2f]" : "[%.1f, %.1f]",
            scale * interval.low(),
            scale * interval.high());
  }
}
