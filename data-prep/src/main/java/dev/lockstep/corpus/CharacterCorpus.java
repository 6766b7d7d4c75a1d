package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * UTF-8 text, one symbol a character. The driver reads each file once, to check and measure it
 * ({@link TextSurvey}); then tasks read and encode a range of sequences each, so that no machine
 * holds more of the text than a sequence.
 */
final class CharacterCorpus implements CorpusReader {
  private final SparkSession spark;
  private final Map<Part, TextRange> ranges;
  private final CorpusDescriptor descriptor;

  /**
   * @throws UserError if the input is not what {@code data.input} promises
   */
  CharacterCorpus(SparkSession spark, Settings.Data data) {
    this.spark = spark;
    Location input = input(data.input(), spark.sparkContext().hadoopConfiguration());
    this.ranges = input.isDirectory() ? trio(input) : split(input, data.split());
    checkLength(data.sequenceLength());
    this.descriptor = describe(data.sequenceLength());
  }

  private static Location input(String uri, Configuration hadoop) {
    Location input = Location.of("data.input", uri, "a text file or a directory of them", hadoop);
    if (input.status().isEmpty()) {
      throw new UserError("data.input %s: no such file or directory".formatted(input));
    }
    return input;
  }

  /** A directory's files, one for each part. */
  private static Map<Part, TextRange> trio(Location directory) {
    List<String> names =
        directory.list().stream()
            .filter(FileStatus::isFile)
            .map(status -> status.getPath().getName())
            .filter(name -> !name.startsWith(".") && !name.startsWith("_"))
            .toList();
    Map<Part, String> chosen = new EnumMap<>(Part.class);
    for (Part part : Part.values()) {
      List<String> fitting =
          names.stream().filter(n -> n.toLowerCase(Locale.ROOT).contains(part.key())).toList();
      if (fitting.size() == 1 && !chosen.containsValue(fitting.get(0))) {
        chosen.put(part, fitting.get(0));
      }
    }
    if (chosen.size() < Part.values().length) {
      throw noTrio(directory, names);
    }
    Map<Part, TextRange> ranges = new EnumMap<>(Part.class);
    chosen.forEach(
        (part, name) -> ranges.put(part, TextRange.all(TextSurvey.of(directory.child(name)))));
    return ranges;
  }

  private static UserError noTrio(Location directory, List<String> names) {
    String found =
        names.isEmpty() ? "no files" : names.stream().limit(20).collect(Collectors.joining(", "));
    return new UserError(
        "data.input %s: must hold exactly one file each whose name contains train, valid and test; found %s"
            .formatted(directory, found));
  }

  /** A file's beginning for training, then validation, then test. */
  private static Map<Part, TextRange> split(Location file, Settings.Split split) {
    TextSurvey survey = TextSurvey.of(file);
    long valid = fraction(survey.characters(), split.valid());
    long test = fraction(survey.characters(), split.test());
    long train = survey.characters() - valid - test;
    Map<Part, TextRange> ranges = new EnumMap<>(Part.class);
    ranges.put(Part.TRAIN, new TextRange(survey, 0, train));
    ranges.put(Part.VALID, new TextRange(survey, train, valid));
    ranges.put(Part.TEST, new TextRange(survey, train + valid, test));
    return ranges;
  }

  /** Rounded down, in decimal: in binary, 0.29 of 100 is 28. */
  private static long fraction(long characters, double fraction) {
    return BigDecimal.valueOf(fraction).multiply(BigDecimal.valueOf(characters)).longValue();
  }

  private void checkLength(int length) {
    ranges.forEach(
        (part, range) -> {
          if (range.count() == 0) {
            throw new UserError(
                "%s: data.split leaves none of its %d characters for the %s part: give more text or a larger data.split.%s"
                    .formatted(range.file(), range.survey().characters(), part.key(), part.key()));
          }
        });
    TextRange train = ranges.get(Part.TRAIN);
    if (train.count() < length) {
      throw new UserError(
          "%s: the training part has %d characters, fewer than data.sequence-length = %d: give more text or shorter sequences"
              .formatted(train.file(), train.count(), length));
    }
  }

  private CorpusDescriptor describe(int length) {
    TextRange train = ranges.get(Part.TRAIN);
    Vocabulary vocabulary = Vocabulary.open(train.survey().charactersBefore(train.count()));
    Map<Part, CorpusDescriptor.Contents> parts = new EnumMap<>(Part.class);
    ranges.forEach(
        (part, range) ->
            parts.put(
                part,
                new CorpusDescriptor.Contents(
                    range.count(),
                    CorpusDescriptor.sequences(range.count(), length),
                    Optional.of(range.survey().source()))));
    return CorpusDescriptor.ofStream(Settings.Kind.CHARACTERS, vocabulary, length, parts);
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public Dataset<Row> rows(Part part) {
    TextRange range = ranges.get(part);
    Shards shards = new Shards(range.count(), descriptor.sequenceLength());
    SerializableConfiguration hadoop =
        new SerializableConfiguration(spark.sparkContext().hadoopConfiguration());
    return StreamRows.of(
        spark, shards, new TextEncoder(range, shards, descriptor.vocabulary(), hadoop));
  }
}
