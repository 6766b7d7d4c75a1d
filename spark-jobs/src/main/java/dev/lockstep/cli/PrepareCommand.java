package dev.lockstep.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Tally;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** {@code prepare}: raw data to a corpus directory. */
@Command(
    name = "prepare",
    description = "Cuts raw data (data.input) into the sequences of a corpus (data.corpus).")
final class PrepareCommand extends JobCommand<PrepareCommand.Result> {

  /** What was written. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Result(
      String corpus,
      String steps,
      int vocabulary,
      int sequenceLength,
      Map<String, Counts> parts,
      Map<String, Long> setAside,
      Map<String, Found> found) {}

  /** What a part holds. */
  record Counts(long steps, long sequences) {}

  /** What became of one sort of things in the input; what is found is learned or left out. */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  record Found(long found, long learned, Map<String, LeftOut> leftOut) {
    static Found of(Tally tally) {
      Map<String, LeftOut> leftOut = new LinkedHashMap<>();
      tally
          .leftOut()
          .forEach((why, count) -> leftOut.put(why, new LeftOut(count, tally.names(why))));
      return new Found(tally.found(), tally.learned(), leftOut);
    }
  }

  /** Things that are left out for the same reason, the first of them by name. */
  record LeftOut(long count, List<String> names) {}

  @Override
  protected Result run() {
    Settings settings = settings();
    Corpora.Prepared prepared = Corpora.prepare(spark(localCores()), settings);
    prepared.skipped().forEach(line -> System.err.println("lockstep: skipped: " + line));
    CorpusDescriptor corpus = prepared.descriptor();
    Map<String, Counts> parts = new LinkedHashMap<>();
    for (Part part : Part.values()) {
      CorpusDescriptor.Contents contents = corpus.contents(part);
      parts.put(part.key(), new Counts(contents.steps(), contents.sequences()));
    }
    return new Result(
        settings.data().corpus(),
        corpus.steps().summary(),
        corpus.steps().symbols(),
        corpus.sequenceLength(),
        parts,
        corpus.setAside(),
        found(prepared.tallies()));
  }

  private static Map<String, Found> found(List<Tally> tallies) {
    Map<String, Found> found = new LinkedHashMap<>();
    tallies.forEach(tally -> found.put(tally.things(), Found.of(tally)));
    return found;
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    out.printf(
        "%s: %s, sequences of up to %d%n",
        result.corpus(), result.steps(), result.sequenceLength());
    Table table = Table.of("part", "steps", "sequences");
    result.parts().forEach((name, c) -> table.row(name, c.steps(), c.sequences()));
    out.println(table);
    if (result.found().isEmpty()) {
      result
          .setAside()
          .forEach((reason, count) -> out.printf("set aside: %,d, %s%n", count, reason));
    }
    result.found().forEach((things, found) -> print(things, found, out));
  }

  private static void print(String things, Found found, PrintWriter out) {
    out.printf("%s: %,d found, %,d learned%n", things, found.found(), found.learned());
    found.leftOut().forEach((why, some) -> out.println("  left out: " + line(why, some)));
  }

  private static String line(String why, LeftOut some) {
    String count = "%,d %s".formatted(some.count(), why);
    if (why.equals(Item.DAMAGED)) {
      // Each has had a line of its own.
      return count;
    }
    // Fewer names are all names, though one may be that of a file and stand for several lines.
    long more = some.names().size() < Tally.NAMED ? 0 : some.count() - Tally.NAMED;
    return "%s: %s%s"
        .formatted(
            count,
            String.join(", ", some.names()),
            more == 0 ? "" : " and %,d more".formatted(more));
  }
}
