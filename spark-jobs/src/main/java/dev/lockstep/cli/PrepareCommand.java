package dev.lockstep.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.prepare.Corpora;
import java.io.PrintWriter;
import java.util.Collection;
import java.util.LinkedHashMap;
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
      Map<String, Long> setAside) {}

  /** What stands for an item that was left out for a reason. */
  private Map<String, String> examples = Map.of();

  /** What a part holds. */
  record Counts(long steps, long sequences) {}

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
        corpus.setAside());
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
