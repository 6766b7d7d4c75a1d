package dev.lockstep.spark;

import dev.lockstep.config.GenerateSettings;
import dev.lockstep.config.GeneratorSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.model.Sequence;
import java.util.List;
import java.util.function.Supplier;
import org.apache.spark.api.java.JavaPairRDD;

/** What samples begin with and depend on: as asked for, or taken from the test part. */
final class Prompts {
  private final GenerateSettings asked;
  private final GeneratorSettings.Condition condition;
  private final CorpusDescriptor descriptor;
  private final Supplier<Corpus> corpus;

  /**
   * Prompts for a run.
   *
   * @param corpus opened only if something is taken from it
   */
  Prompts(Settings settings, CorpusDescriptor descriptor, Supplier<Corpus> corpus) {
    this.asked = settings.generate();
    this.condition = settings.generator().condition();
    this.descriptor = descriptor;
    this.corpus = corpus;
  }

  /**
   * What every sample continues: a text; of a series, the first test sequence; else nothing.
   *
   * @throws UserError if there is a text and the run has none, or has no such symbols
   */
  Sequence prefix() {
    if (descriptor.steps() instanceof Vocabulary vocabulary) {
      return Sequence.ofSymbols(encode(vocabulary, "generate.prefix", asked.prefix()));
    }
    if (!asked.prefix().isEmpty()) {
      throw new UserError(
          "generate.prefix = %s: a run on %s continues no text: leave it out"
              .formatted(visible(asked.prefix()), descriptor.kind().key()));
    }
    if (descriptor.isSeries()) {
      return testSequences().first()._2();
    }
    int channels = descriptor.shape().channels();
    return channels == 0 ? Sequence.ofSymbols() : Sequence.ofVectors(channels);
  }

  /** What is known of the steps after a series' prefix: the next test sequence. */
  List<Sequence> truth() {
    return descriptor.isSeries()
        ? testSequences().values().take(2).stream().skip(1).toList()
        : List.of();
  }

  /**
   * What the samples depend on, in turn.
   *
   * @throws UserError if the run does not know such symbols
   */
  int[][] conditions() {
    if (condition == GeneratorSettings.Condition.NONE) {
      return new int[][] {{}};
    }
    if (asked.condition().lines().allMatch(String::isEmpty)) {
      return testSequences().values().take(asked.count()).stream()
          .map(Sequence::condition)
          .toArray(int[][]::new);
    }
    Vocabulary vocabulary = descriptor.condition().orElseThrow();
    return asked
        .condition()
        .lines()
        .filter(line -> !line.isEmpty())
        .map(line -> encode(vocabulary, "generate.condition", line))
        .toArray(int[][]::new);
  }

  private JavaPairRDD<Long, Sequence> testSequences() {
    return corpus.get().part(Part.TEST).sequencesById().sortByKey();
  }

  private static int[] encode(Vocabulary vocabulary, String key, String text) {
    int[] symbols = vocabulary.encode(text);
    List<String> pieces = vocabulary.pieces(text);
    for (int i = 0; i < symbols.length; i++) {
      if (!vocabulary.texts().get(symbols[i]).equals(pieces.get(i))) {
        throw new UserError(
            "%s: the run was trained without the %s \"%s\": use only these: %s"
                .formatted(
                    key,
                    vocabulary.unit() == Vocabulary.Unit.CHARACTER ? "character" : "word",
                    visible(pieces.get(i)),
                    visible(String.join(vocabulary.separator(), known(vocabulary)))));
      }
    }
    return symbols;
  }

  private static List<String> known(Vocabulary vocabulary) {
    List<String> known = vocabulary.known();
    int shown = vocabulary.unit() == Vocabulary.Unit.CHARACTER ? known.size() : 20;
    return known.subList(0, Math.min(shown, known.size()));
  }

  /** On one line. */
  static String visible(String text) {
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t");
  }
}
