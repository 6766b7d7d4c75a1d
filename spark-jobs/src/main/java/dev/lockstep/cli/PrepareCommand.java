package dev.lockstep.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.prepare.Corpora;
import java.io.PrintWriter;
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
      Map<String, Long> setAside) {}

  /** What a part holds. */
  record Counts(long steps, long sequences) {}

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
        corpus.setAside());
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    out.printf(
        "%s: %s, sequences of up to %d%n",
        result.corpus(), result.steps(), result.sequenceLength());
    Table table = Table.of("part", "steps", "sequences");
    result.parts().forEach((name, c) -> table.row(name, c.steps(), c.sequences()));
    out.println(table);
    result.setAside().forEach((reason, count) -> out.printf("set aside: %,d, %s%n", count, reason));
  }
}
