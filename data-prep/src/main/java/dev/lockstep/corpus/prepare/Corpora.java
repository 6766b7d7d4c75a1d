package dev.lockstep.corpus.prepare;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Corpus;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.audio.AudioCorpus;
import dev.lockstep.corpus.handwriting.HandwritingCorpus;
import dev.lockstep.corpus.images.ImageCorpus;
import dev.lockstep.corpus.pairs.PairCorpus;
import dev.lockstep.corpus.pixels.PixelCorpus;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.corpus.series.SeriesCorpus;
import dev.lockstep.corpus.text.CharacterCorpus;
import dev.lockstep.corpus.text.SawtoothCorpus;
import dev.lockstep.corpus.text.WordCorpus;
import dev.lockstep.corpus.toy.ToyCorpus;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.SparkSession;

/** Prepares corpora; the one place that knows which reader reads which kind of data. */
public final class Corpora {
  private Corpora() {}

  /**
   * Reads {@code data.input} (or generates) and writes the directory {@code data.corpus}, whole or
   * not at all.
   *
   * @return what was written, as {@link Corpus#open} will find it, and what was left out
   * @throws UserError if the input or the settings do not allow it, or the directory is taken
   */
  public static Prepared prepare(SparkSession spark, Settings settings) {
    CorpusWriter writer = new CorpusWriter(Corpus.location(spark, settings.data().corpus()));
    try (CorpusReader reader = reader(spark, settings)) {
      writer.write(reader);
      return new Prepared(
          reader.descriptor(),
          reader.skipped(),
          reader.tallies(),
          reader.examples(),
          reader.used());
    }
  }

  /**
   * A corpus that was written.
   *
   * @param descriptor what it says of itself
   * @param skipped a line for each item of the input that could not be read
   * @param tallies what became of all that was found, where the reader tells
   * @param examples the first of the items that were left out, by the reason
   * @param used how many items of the input it has; empty where that does not come as items
   */
  public record Prepared(
      CorpusDescriptor descriptor,
      List<String> skipped,
      List<Tally> tallies,
      Map<String, String> examples,
      OptionalLong used) {}

  private static CorpusReader reader(SparkSession spark, Settings settings) {
    return switch (settings.data().kind()) {
      case CHARACTERS -> new CharacterCorpus(spark, settings.data());
      case AUDIO -> AudioCorpus.read(spark, settings);
      case PIXELS -> PixelCorpus.read(spark, settings);
      case IMAGES -> ImageCorpus.read(spark, ofOneStep(settings));
      case HANDWRITING -> HandwritingCorpus.read(spark, settings);
      case WORDS -> new WordCorpus(spark, settings.data());
      case PAIRS -> new PairCorpus(spark, settings);
      case SERIES -> new SeriesCorpus(spark, settings.data());
      case SAWTOOTH -> new SawtoothCorpus(spark, settings);
      case TOY -> new ToyCorpus(spark, ofOneStep(settings));
    };
  }

  private static Settings ofOneStep(Settings settings) {
    DataSettings data = settings.data();
    if (data.sequenceLength() != 1) {
      throw new UserError(
          "data.sequence-length must be 1 for data.kind = %s, whose sequences are one vector each, not %d"
              .formatted(data.kind().key(), data.sequenceLength()));
    }
    return settings;
  }
}
