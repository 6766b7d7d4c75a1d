package dev.lockstep.cli;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.Corpora;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
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
  record Result(String corpus, int vocabulary, int sequenceLength, Map<String, Counts> parts) {}

  /** What a part holds. */
  record Counts(long symbols, long sequences) {}

  @Override
  protected Result run() {
    Settings settings = settings();
    CorpusDescriptor corpus = Corpora.prepare(spark(localCores()), settings);
    Map<String, Counts> parts = new LinkedHashMap<>();
    for (Part part : Part.values()) {
      CorpusDescriptor.Contents contents = corpus.contents(part);
      parts.put(part.key(), new Counts(contents.symbols(), contents.sequences()));
    }
    return new Result(
        settings.data().corpus(), corpus.vocabulary().size(), corpus.sequenceLength(), parts);
  }

  @Override
  protected void print(Result result, PrintWriter out) {
    out.printf(
        "%s: %d symbols in the vocabulary, sequences of %d%n",
        result.corpus(), result.vocabulary(), result.sequenceLength());
    Table table = Table.of("part", "symbols", "sequences");
    result.parts().forEach((name, c) -> table.row(name, c.symbols(), c.sequences()));
    out.println(table);
  }
}
