package dev.lockstep.corpus.pairs;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.input.TextLineReader;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.corpus.reader.Shards;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * JSON lines {@code {"x": "...", "y": "..."}}: a file, whose pairs fall into parts by chance, or a
 * directory with one for each part. A sequence is the characters of y and then the end symbol,
 * {@code '\n'}; it depends on the characters of x. Pairs with more than {@code
 * data.sequence-length} of either are set aside; a line has at most {@link TextLineReader#LONGEST}
 * bytes.
 *
 * <p>The driver reads the files once ({@link LineSurvey}); then tasks read a shard each, first for
 * the vocabularies and the counts that ids follow from, then for the rows. Nobody holds more than a
 * line, and what the driver knows grows with the shards, not with the pairs, unlike {@link Items}.
 */
public final class PairCorpus implements CorpusReader {
  private final JavaSparkContext context;
  private final SparkSession spark;
  private final PairReader reader;
  private final List<PairReader.Shard> shards = new ArrayList<>();
  private final List<PairSummary> summaries;
  private final PairSummary total = new PairSummary();
  private final Tally files = new Tally("files");
  private final CorpusDescriptor descriptor;

  /**
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public PairCorpus(SparkSession spark, Settings settings) {
    this.spark = spark;
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.reader =
        new PairReader(settings, new SerializableConfiguration(context.hadoopConfiguration()));
    DataSettings data = settings.data();
    Location input =
        InputFiles.input(spark, data.input(), "a file of JSON lines or a directory of them");
    Map<Part, CorpusDescriptor.Source> sources = survey(input);
    PairReader own = reader;
    this.summaries =
        context
            .parallelize(shards, shards.size())
            .map(shard -> PairSummary.of(shard.lines().file(), own.items(shard)))
            .collect();
    summaries.forEach(total::add);
    if (data.damaged().refuses() && !total.damage().isEmpty()) {
      throw new UserError(total.damage().get(0));
    }
    checkParts(input);
    this.descriptor =
        new CorpusDescriptor(
            DataSettings.Kind.PAIRS,
            total.yVocabulary(),
            Optional.of(total.xVocabulary()),
            data.sequenceLength(),
            contents(sources),
            total.setAside());
  }

  /** Where the lines of each part come from; and the shards, in the order of the pairs. */
  private Map<Part, CorpusDescriptor.Source> survey(Location input) {
    if (input.isDirectory()) {
      Map<Part, SourceFile> trio = InputFiles.trio(input);
      InputFiles.passedOver(input).forEach((name, why) -> files.leaveOut(why, Excerpt.of(name)));
      InputFiles.files(input, false, name -> true).stream()
          .filter(file -> !trio.containsValue(file))
          .forEach(file -> files.leaveOut("named after no part", Excerpt.of(file.name())));
      return Part.each(part -> survey(trio.get(part), part));
    }
    CorpusDescriptor.Source source = survey(SourceFile.of(input), null);
    return Part.each(part -> source);
  }

  private CorpusDescriptor.Source survey(SourceFile file, Part part) {
    files.learn(1);
    LineSurvey survey = LineSurvey.of(file, context.hadoopConfiguration());
    survey.shards().forEach(lines -> shards.add(new PairReader.Shard(lines, part)));
    return survey.source();
  }

  private void checkParts(Location input) {
    Tally lines = total.lines();
    if (lines.learned() == 0) {
      throw new UserError(
          "data.input %s: none of its %d lines can be learned: %s"
              .formatted(input, lines.found(), lines.reasons()));
    }
    String leftOut =
        lines.found() == lines.learned() ? "" : " (left out: %s)".formatted(lines.reasons());
    for (Part part : Part.values()) {
      if (total.sequences(part) == 0) {
        throw new UserError(
            "data.input %s: the %s part got none of the %d usable pairs in %d lines%s: give more pairs or, if they were too long, a larger data.sequence-length"
                .formatted(input, part.key(), lines.learned(), lines.found(), leftOut));
      }
    }
  }

  private Map<Part, CorpusDescriptor.Contents> contents(
      Map<Part, CorpusDescriptor.Source> sources) {
    return Part.each(
        part ->
            new CorpusDescriptor.Contents(
                total.steps(part), total.sequences(part), Optional.of(sources.get(part))));
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public List<String> skipped() {
    return total.damage();
  }

  @Override
  public List<Tally> tallies() {
    return List.of(files, total.keys(), total.lines());
  }

  @Override
  public Dataset<Row> rows(Part part) {
    List<Numbered> numbered = new ArrayList<>();
    long next = 0;
    for (int i = 0; i < shards.size(); i++) {
      numbered.add(new Numbered(shards.get(i), next));
      next += summaries.get(i).sequences(part);
    }
    JavaRDD<Row> rows =
        context
            .parallelize(numbered, numbered.size())
            .flatMap(new Encoder(reader, part, descriptor))
            .coalesce(Shards.files(total.steps(part), numbered.size()));
    return spark.createDataFrame(rows, SequenceRows.schema(descriptor.shape()));
  }

  /** A shard and the id of the first of a part's pairs in it. */
  private record Numbered(PairReader.Shard shard, long firstId) implements Serializable {}

  /** The task that makes rows of a shard's pairs that belong to a part. */
  private static final class Encoder implements FlatMapFunction<Numbered, Row> {
    private static final long serialVersionUID = 1L;

    private final PairReader reader;
    private final String group;
    private final Vocabulary x;
    private final Vocabulary y;
    private final StepShape shape;

    Encoder(PairReader reader, Part part, CorpusDescriptor descriptor) {
      this.reader = reader;
      this.group = part.name();
      this.x = descriptor.condition().orElseThrow();
      this.y = descriptor.vocabulary();
      this.shape = descriptor.shape();
    }

    @Override
    public Iterator<Row> call(Numbered numbered) throws IOException {
      Spliterator<Item> items =
          Spliterators.spliteratorUnknownSize(reader.items(numbered.shard()), Spliterator.ORDERED);
      Iterator<Sequence> sequences =
          StreamSupport.stream(items, false)
              .filter(item -> item.group().equals(group))
              .flatMap(item -> item.sequences().stream())
              .map(this::encode)
              .iterator();
      return SequenceRows.numbered(shape, numbered.firstId(), sequences);
    }

    private Sequence encode(Sequence pair) {
      return Sequence.ofSymbols(Arrays.stream(pair.symbols()).map(y::encode).toArray())
          .given(Arrays.stream(pair.condition()).map(x::encode).toArray());
    }
  }
}
