package dev.lockstep.corpus.text;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Excerpt;
import java.io.Serializable;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * UTF-8 text, one symbol a word: what blanks set apart, and every line's end. The vocabulary is the
 * training part's most frequent words, of equally frequent ones the first in the order of text; the
 * line's end and the place for all other words are always among them. A word has at most {@link
 * WordReader#LONGEST} characters.
 */
public final class WordCorpus extends TextCorpus {
  private static final String LINE_END = "\n";

  /**
   * @throws UserError if the input is not what {@code data.input} promises, or {@code
   *     data.words.unknown} is not a word
   */
  public WordCorpus(SparkSession spark, DataSettings data) {
    super(spark, data, Vocabulary.Unit.WORD, symbols -> vocabulary(symbols, checked(data.words())));
  }

  private static DataSettings.Words checked(DataSettings.Words words) {
    if (!Vocabulary.words(words.unknown()).toList().equals(List.of(words.unknown()))
        || words.unknown().equals(LINE_END)) {
      throw new UserError(
          "data.words.unknown must be a word without white space, such as <unk>, not \"%s\""
              .formatted(Excerpt.of(words.unknown())));
    }
    return words;
  }

  private static Vocabulary vocabulary(JavaRDD<String> symbols, DataSettings.Words settings) {
    String unknown = settings.unknown();
    JavaPairRDD<String, Long> counts =
        symbols.mapToPair(word -> new Tuple2<>(word, 1L)).reduceByKey(Long::sum);
    JavaPairRDD<String, Long> words =
        counts.filter(count -> !count._1().equals(LINE_END) && !count._1().equals(unknown));
    int places = (int) Math.min(settings.vocabulary() - 2, words.count());
    Map<String, Long> known = new HashMap<>();
    words
        .takeOrdered(places, new MostFrequentFirst())
        .forEach(word -> known.put(word._1(), word._2()));
    known.put(LINE_END, counts.lookup(LINE_END).stream().mapToLong(n -> n).sum());
    long all = counts.values().fold(0L, Long::sum);
    known.put(unknown, all - known.values().stream().mapToLong(n -> n).sum());
    return Vocabulary.ofText(known, unknown);
  }

  /** The order of words by their counts. */
  private static final class MostFrequentFirst
      implements Comparator<Tuple2<String, Long>>, Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public int compare(Tuple2<String, Long> a, Tuple2<String, Long> b) {
      int byCount = Long.compare(b._2(), a._2());
      return byCount != 0 ? byCount : a._1().compareTo(b._1());
    }
  }
}
