package dev.lockstep.corpus.audio;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.FileChecksums;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.ItemCorpus;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.model.Sequence;
import dev.lockstep.storage.Location;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * WAV files, one symbol an amplitude. A recording is cut into pieces, which stay in one part; a
 * single recording is cut into parts as a text is: training first, then validation, then test.
 */
public final class AudioCorpus {
  private AudioCorpus() {}

  /**
   * Reads the recordings.
   *
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public static CorpusReader read(SparkSession spark, Settings settings) {
    DataSettings data = settings.data();
    if (data.sequenceLength() < RecordingReader.FEWEST_SAMPLES) {
      throw new UserError(
          "data.sequence-length must be at least %d for data.kind = audio, not %d"
              .formatted(RecordingReader.FEWEST_SAMPLES, data.sequenceLength()));
    }
    Pattern pattern = pattern(data.audio().label());
    Location input = InputFiles.input(spark, data.input(), "a WAV file or a directory of them");
    Inventory inventory = inventory(input);
    List<SourceFile> files = inventory.files();
    Optional<Vocabulary> labels = labels(pattern, files);
    FileChecksums checksums = new FileChecksums(spark.sparkContext());
    RecordingReader reader =
        new RecordingReader(
            data,
            pattern,
            labels.orElse(null),
            new SerializableConfiguration(spark.sparkContext().hadoopConfiguration()),
            checksums);
    Items items =
        new Items(spark, settings, inventory, items(spark, input, files, reader, data.split()));
    return new ItemCorpus(
        items,
        new CorpusDescriptor(
            DataSettings.Kind.AUDIO,
            reader.amplitudes(),
            labels,
            data.sequenceLength(),
            items.contents(checksums.source(input)),
            items.setAside()),
        sequence -> sequence);
  }

  private static Pattern pattern(String label) {
    if (label.isEmpty()) {
      return null;
    }
    try {
      Pattern pattern = Pattern.compile(label);
      if (pattern.matcher("").groupCount() > 0) {
        return pattern;
      }
    } catch (PatternSyntaxException e) {
      throw new UserError(
          "data.audio.label = %s is no pattern: %s at its character %d: write a regular expression of Java"
              .formatted(label, e.getDescription(), e.getIndex() + 1),
          e);
    }
    throw new UserError(
        "data.audio.label = %s has no group: put the label's part of it in parentheses"
            .formatted(label));
  }

  private static Inventory inventory(Location input) {
    Inventory inventory =
        Inventory.of(input, true, name -> name.toLowerCase(Locale.ROOT).endsWith(".wav"));
    if (inventory.files().isEmpty()) {
      throw Items.nothing(
          input,
          inventory,
          "has no files whose names end in .wav: name a directory with recordings");
    }
    return inventory;
  }

  private static Optional<Vocabulary> labels(Pattern pattern, List<SourceFile> files) {
    if (pattern == null) {
      return Optional.empty();
    }
    List<String> found =
        files.stream().flatMap(file -> RecordingReader.label(pattern, file).stream()).toList();
    return found.isEmpty() ? Optional.empty() : Optional.of(Vocabulary.ofLabels(found));
  }

  private static JavaRDD<Item> items(
      SparkSession spark,
      Location input,
      List<SourceFile> files,
      RecordingReader reader,
      DataSettings.Split split) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Item> recordings = InputFiles.parallel(context, files).map(reader);
    return input.isDirectory()
        ? recordings
        : recordings.flatMap(recording -> parts(recording, split));
  }

  /** One recording as three items, each of a part. */
  private static Iterator<Item> parts(Item whole, DataSettings.Split split) {
    List<Sequence> pieces = whole.sequences();
    int count = pieces.size();
    if (count < Part.values().length) {
      return List.of(whole).iterator();
    }
    int valid = share(split.valid(), count);
    int test = share(split.test(), count);
    int train = Math.max(1, count - valid - test);
    int end = Math.min(count, train + valid);
    return List.of(
            piece(whole, Part.TRAIN, pieces.subList(0, train)),
            piece(whole, Part.VALID, pieces.subList(train, end)),
            piece(whole, Part.TEST, pieces.subList(end, count)))
        .iterator();
  }

  private static int share(double fraction, int count) {
    return Math.max(1, (int) (fraction * count));
  }

  private static Item piece(Item whole, Part part, List<Sequence> pieces) {
    return Item.of(whole.group(), whole.name() + " " + part.key(), pieces).in(part);
  }
}
