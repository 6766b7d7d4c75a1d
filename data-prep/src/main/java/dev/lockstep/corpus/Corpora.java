package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import org.apache.spark.sql.SparkSession;

/** Prepares corpora; the one place that knows which reader reads which kind of data. */
public final class Corpora {
  private Corpora() {}

  /**
   * Reads {@code data.input} (or generates) and writes the directory {@code data.corpus}, whole or
   * not at all.
   *
   * @return what was written, as {@link Corpus#open} will find it
   * @throws UserError if the input or the settings do not allow it, or the directory is taken
   */
  public static CorpusDescriptor prepare(SparkSession spark, Settings settings) {
    CorpusWriter writer = new CorpusWriter(Corpus.location(spark, settings.data().corpus()));
    CorpusReader reader = reader(spark, settings);
    writer.write(reader);
    return reader.descriptor();
  }

  private static CorpusReader reader(SparkSession spark, Settings settings) {
    return switch (settings.data().kind()) {
      case CHARACTERS -> new CharacterCorpus(spark, settings.data());
      case SAWTOOTH -> new SawtoothCorpus(spark, settings);
    };
  }
}
