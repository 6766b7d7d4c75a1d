package dev.lockstep.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Tally;
import java.io.PrintWriter;
import java.util.Collection;
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
      Map<String, Long> items,
      Map<String, Long> setAside,
      Map<String, Found> found) {}

  /** What stands for an item that was left out for a reason. */
  private Map<String, String> examples = Map.of();

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
    examples = prepared.examples();
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
        items(prepared),
        corpus.setAside(),
        found(prepared.tallies()));
  }

  private static Map<String, Found> found(List<Tally> tallies) {
    Map<String, Found> found = new LinkedHashMap<>();
    tallies.forEach(tally -> found.put(tally.things(), Found.of(tally)));
    return found;
  }

  /** How many there are in the input and how many of these in the corpus. */
  private static Map<String, Long> items(Corpora.Prepared prepared) {
    Map<String, Long> items = new LinkedHashMap<>();
    prepared
        .used()
        .ifPresent(
            used -> {
              Collection<Long> leftOut = prepared.descriptor().setAside().values();
              items.put("found", used + leftOut.stream().mapToLong(n -> n).sum());
              items.put("used", used);
            });
    return items;
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
      printItems(result, out);
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

  private void printItems(Result result, PrintWriter out) {
    if (!result.items().isEmpty() && !result.setAside().isEmpty()) {
      out.printf("items: %,d of %,d%n", result.items().get("used"), result.items().get("found"));
    }
    result
        .setAside()
        .forEach(
            (reason, count) -> out.printf("set aside: %,d, %s%s%n", count, reason, such(reason)));
  }

  private String such(String reason) {
    return examples.containsKey(reason) ? ", such as " + Excerpt.of(examples.get(reason)) : "";
  }
}
