package dev.lockstep.corpus.text;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.ContiguousSplit;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.LeftOutItems;
import dev.lockstep.storage.Location;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * UTF-8 text as one stream of symbols. The driver reads each file once, to check and measure it
 * ({@link TextSurvey}); then tasks read a range of it each, first for the vocabulary and then to
 * number the symbols, so that no machine holds more of the text than a sequence.
 */
abstract class TextCorpus implements CorpusReader {
  private final SparkSession spark;
  private final Map<Part, TextRange> ranges;
  private final LeftOutItems leftOut;
  private final CorpusDescriptor descriptor;

  /**
   * @param unit what a symbol is
   * @param vocabulary makes the vocabulary of the training part's symbols
   * @throws UserError if the input is not what {@code data.input} promises
   */
  TextCorpus(
      SparkSession spark,
      DataSettings data,
      Vocabulary.Unit unit,
      Function<JavaRDD<String>, Vocabulary> vocabulary) {
    this.spark = spark;
    Location input = InputFiles.input(spark, data.input(), "a text file or a directory of them");
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    Inventory inventory =
        input.isDirectory() ? InputFiles.ofParts(input) : Inventory.of(input, false, name -> true);
    this.leftOut = new LeftOutItems(inventory);
    this.ranges =
        input.isDirectory()
            ? trio(InputFiles.trio(input, inventory), unit, hadoop)
            : split(input, unit, hadoop, data.split());
    checkLength(data.sequenceLength(), unit.name().toLowerCase(Locale.ROOT) + "s");
    this.descriptor =
        CorpusDescriptor.ofStream(
            data.kind(),
            vocabulary.apply(trainingSymbols(data.sequenceLength())),
            data.sequenceLength(),
            contents(data.sequenceLength()),
            leftOut.counts());
  }

  private static Map<Part, TextRange> trio(
      Map<Part, SourceFile> files, Vocabulary.Unit unit, Configuration hadoop) {
    return Part.each(part -> TextRange.all(TextSurvey.of(files.get(part), unit, hadoop)));
  }

  private static Map<Part, TextRange> split(
      Location file, Vocabulary.Unit unit, Configuration hadoop, DataSettings.Split fractions) {
    TextSurvey survey = TextSurvey.of(SourceFile.of(file), unit, hadoop);
    ContiguousSplit split = ContiguousSplit.of(survey.symbols(), fractions);
    return Part.each(part -> new TextRange(survey, split.first(part), split.count(part)));
  }

  private void checkLength(int length, String symbols) {
    ranges.forEach(
        (part, range) -> {
          if (range.count() == 0) {
            throw new UserError(
                "%s: data.split leaves none of its %d %s for the %s part: give more text or a larger data.split.%s"
                    .formatted(
                        range.file(), range.survey().symbols(), symbols, part.key(), part.key()));
          }
        });
    TextRange train = ranges.get(Part.TRAIN);
    if (train.count() < length) {
      throw new UserError(
          "%s: the training part has %d %s, fewer than data.sequence-length = %d: give more text or shorter sequences"
              .formatted(train.file(), train.count(), symbols, length));
    }
  }

  private JavaRDD<String> trainingSymbols(int length) {
    TextShards text = new TextShards(ranges.get(Part.TRAIN), length);
    return text.shards().each(spark).flatMap(text::symbols);
  }

  private Map<Part, CorpusDescriptor.Contents> contents(int length) {
    return Part.each(part -> contents(ranges.get(part), length));
  }

  private static CorpusDescriptor.Contents contents(TextRange range, int length) {
    return new CorpusDescriptor.Contents(
        range.count(),
        CorpusDescriptor.sequences(range.count(), length),
        Optional.of(range.survey().source()));
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public Map<String, String> examples() {
    return leftOut.examples();
  }

  @Override
  public OptionalLong used() {
    return OptionalLong.of(ranges.values().stream().map(TextRange::file).distinct().count());
  }

  @Override
  public Dataset<Row> rows(Part part) {
    TextShards text = new TextShards(ranges.get(part), descriptor.sequenceLength());
    Vocabulary vocabulary = descriptor.vocabulary();
    return StreamRows.of(spark, text.shards(), shard -> text.rows(shard, vocabulary));
  }
}
