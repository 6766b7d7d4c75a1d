package dev.lockstep.corpus.text;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Vocabulary;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;

/** UTF-8 text, one symbol a character. */
public final class CharacterCorpus extends TextCorpus {
  /**
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public CharacterCorpus(SparkSession spark, DataSettings data) {
    super(spark, data, Vocabulary.Unit.CHARACTER, CharacterCorpus::vocabulary);
  }

  /** All characters that there are. */
  private static Vocabulary vocabulary(JavaRDD<String> symbols) {
    List<String> characters =
        symbols
            .mapPartitions(
                own -> {
                  Set<String> seen = new HashSet<>();
                  own.forEachRemaining(seen::add);
                  return seen.iterator();
                })
            .distinct()
            .collect();
    return Vocabulary.open(characters.stream().map(text -> text.codePointAt(0)).toList());
  }
}
