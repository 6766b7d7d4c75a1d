package dev.lockstep.corpus.handwriting;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.PenStrokes;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.ItemCorpus;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.model.Sequence;
import dev.lockstep.storage.Location;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * IAM-OnDB's lines of ink as a pen's offsets and lifts ({@link StrokeReader}), with their text
 * unless they are cut into segments. Reads {@code lineStrokes-all.tar.gz} and, for the text, {@code
 * ascii-all.tar.gz}, or the folders that they unpack to; where both are there, the archives.
 *
 * <ol>
 *   <li>Every line is parsed and meets its text; what is too short, too long or has no text is set
 *       aside.
 *   <li>The lines of a form fall into one part.
 *   <li>Lines with an offset of more than {@code data.handwriting.jump} standard deviations of the
 *       training part, as it is then, are set aside.
 *   <li>Offsets are stored normalised with the mean and standard deviation of what is left of the
 *       training part; its texts' characters are the vocabulary.
 * </ol>
 */
public final class HandwritingCorpus {
  static final String JUMP = "lines with an offset above data.handwriting.jump";

  /** Of one line; IAM-OnDB's have up to 100 kB. */
  static final int MAX_BYTES = 8 << 20;

  private final DataSettings data;
  private final Location input;
  private final Items items;
  private final SortedMap<String, String> checksums;

  /**
   * Reads the lines.
   *
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public static CorpusReader read(SparkSession spark, Settings settings) {
    return new HandwritingCorpus(spark, settings).reader();
  }

  private HandwritingCorpus(SparkSession spark, Settings settings) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.data = settings.data();
    this.input =
        Location.of(
            "data.input",
            data.input(),
            "a directory with IAM-OnDB's archives",
            context.hadoopConfiguration());
    FileTree strokes = FileTree.of(input, "lineStrokes", ".xml", MAX_BYTES);
    this.checksums = new TreeMap<>(strokes.checksums(context));
    List<Item> leftOut = new ArrayList<>(strokes.leftOut());
    Map<String, List<String>> texts = Map.of();
    if (whole()) {
      FileTree ascii = FileTree.of(input, "ascii", ".txt", Transcriptions.MAX_BYTES);
      checksums.putAll(ascii.checksums(context));
      Transcriptions transcriptions = new Transcriptions(ascii, context);
      leftOut.addAll(transcriptions.leftOut());
      texts = transcriptions.texts();
    }
    JavaRDD<Item> lines =
        strokes.files(context).map(new InkReader(context, data, strokes.names(), texts));
    this.items = new Items(spark, settings, lines.union(context.parallelize(leftOut, 1)));
    setAsideJumps();
  }

  private boolean whole() {
    return data.handwriting().lines() == DataSettings.Lines.WHOLE;
  }

  /** One offset out of scale would weigh on every gradient and flatten all others. */
  private void setAsideJumps() {
    double limit = data.handwriting().jump();
    Moments[] moments = moments();
    float largestX = (float) (limit * moments[0].std());
    float largestY = (float) (limit * moments[1].std());
    items.setAside(JUMP, item -> jumps(item, largestX, largestY));
  }

  private static boolean jumps(Item item, float largestX, float largestY) {
    for (Sequence sequence : item.sequences()) {
      float[] steps = sequence.values();
      for (int i = 0; i < steps.length; i += InkReader.CHANNELS) {
        if (Math.abs(steps[i]) > largestX || Math.abs(steps[i + 1]) > largestY) {
          return true;
        }
      }
    }
    return false;
  }

  /** Of the training part's dx and dy, added up in the order of the lines' names. */
  private Moments[] moments() {
    Moments[] all = {Moments.NONE, Moments.NONE};
    for (Moments[] ofLine : items.each(Part.TRAIN, HandwritingCorpus::moments)) {
      Arrays.setAll(all, channel -> all[channel].plus(ofLine[channel]));
    }
    return all;
  }

  private static Moments[] moments(Item item) {
    Moments[] all = {Moments.NONE, Moments.NONE};
    for (Sequence sequence : item.sequences()) {
      Arrays.setAll(
          all,
          channel -> all[channel].plus(Moments.of(sequence.values(), channel, InkReader.CHANNELS)));
    }
    return all;
  }

  private CorpusReader reader() {
    Moments[] moments = moments();
    Channels channels =
        new Channels(
            List.of(
                channel("dx", moments[0]),
                channel("dy", moments[1]),
                new Channels.Channel("pen", 0, 1)));
    Vocabulary vocabulary = whole() ? vocabulary() : null;
    return new ItemCorpus(
        items,
        new CorpusDescriptor(
            DataSettings.Kind.HANDWRITING,
            new PenStrokes(channels),
            Optional.ofNullable(vocabulary),
            data.sequenceLength(),
            items.contents(InputFiles.source(input, checksums)),
            items.setAside()),
        sequence -> finish(sequence, channels, vocabulary));
  }

  private Channels.Channel channel(String name, Moments moments) {
    if (moments.std() == 0) {
      throw new UserError(
          "data.input %s: the training part's %s are all %s: give ink"
              .formatted(input, name, moments.mean()));
    }
    return new Channels.Channel(name, moments.mean(), moments.std());
  }

  private Vocabulary vocabulary() {
    Set<Integer> characters = new TreeSet<>();
    for (int[] text :
        items.each(
            Part.TRAIN,
            item ->
                item.sequences().stream()
                    .flatMapToInt(sequence -> Arrays.stream(sequence.condition()))
                    .distinct()
                    .toArray())) {
      Arrays.stream(text).forEach(characters::add);
    }
    return Vocabulary.open(characters);
  }

  /** Of a line without text, the vocabulary is null. */
  private static Sequence finish(Sequence sequence, Channels channels, Vocabulary vocabulary) {
    float[] values = sequence.values();
    double[] own = new double[values.length];
    Arrays.setAll(own, i -> values[i]);
    int[] text = sequence.condition();
    return Sequence.ofVectors(InkReader.CHANNELS, channels.normalise(own))
        .given(Arrays.stream(text).map(character -> vocabulary.encode(character)).toArray());
  }
}
