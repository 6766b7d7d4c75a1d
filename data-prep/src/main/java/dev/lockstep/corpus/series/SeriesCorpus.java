package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.reader.ContiguousSplit;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.corpus.reader.Shards;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.model.StepShape;
import dev.lockstep.storage.Location;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Tables of numbers: CSV ({@link CsvRows}) or Parquet files ({@link ParquetRows}), each a series, a
 * row a step, or, where Parquet holds lists, a series a row; the parts that Spark writes of a table
 * are one. Every series' beginning is for training, then come validation and test; each of these is
 * cut into sequences. Channels are normalised by the mean and standard deviation of the training
 * part. A damaged table is left out whole, because a hole in time would be a lie.
 *
 * <p>A table is read by one task at a time, once for each thing that must be known before the next:
 * its length, the training part's moments, the rows of each part. The moments are added up in the
 * order of rows and tables, so that their bits do not depend on the cluster.
 */
public final class SeriesCorpus implements CorpusReader {
  private static final int MOST_FILES = 1024;

  /** Most characters of the names that an error proposes. */
  private static final int LONGEST_PROPOSAL = 200;

  private final SparkSession spark;
  private final Location input;
  private final SeriesIntake intake;
  private final SeriesReader reader;
  private final List<Series> series;
  private final CorpusDescriptor descriptor;

  /**
   * A table's series.
   *
   * @param splits of the series, in their order
   */
  private record Series(
      SeriesTable table, SeriesReader.Survey survey, List<ContiguousSplit> splits) {
    static Series of(SeriesIntake.Found found, DataSettings.Split split) {
      return new Series(
          found.table(),
          found.survey(),
          Arrays.stream(found.survey().steps())
              .mapToObj(n -> ContiguousSplit.of(n, split))
              .toList());
    }

    SeriesReader.Range range(Part part) {
      List<SeriesReader.Stretch> stretches = new ArrayList<>();
      long begin = 0;
      for (int i = 0; i < splits.size(); i++) {
        ContiguousSplit split = splits.get(i);
        stretches.add(new SeriesReader.Stretch(begin + split.first(part), split.count(part)));
        begin += survey.steps()[i];
      }
      return new SeriesReader.Range(table, stretches);
    }

    long steps(Part part) {
      return splits.stream().mapToLong(split -> split.count(part)).sum();
    }

    long sequences(Part part, int length) {
      return splits.stream()
          .mapToLong(split -> CorpusDescriptor.sequences(split.count(part), length))
          .sum();
    }
  }

  /**
   * @throws UserError if the input is not what {@code data.input} promises
   */
  public SeriesCorpus(SparkSession spark, DataSettings data) {
    this.spark = spark;
    this.input =
        InputFiles.input(spark, data.input(), "a CSV or Parquet file or a directory of them");
    this.intake =
        new SeriesIntake(JavaSparkContext.fromSparkContext(spark.sparkContext()), input, data);
    this.reader = intake.reader();
    this.series = intake.found().stream().map(one -> Series.of(one, data.split())).toList();
    checkParts();
    this.descriptor =
        new CorpusDescriptor(
            DataSettings.Kind.SERIES,
            channels(),
            Optional.empty(),
            data.sequenceLength(),
            contents(data.sequenceLength()),
            intake.setAside());
  }

  private void checkParts() {
    for (Part part : Part.values()) {
      if (steps(part) == 0) {
        long all = Arrays.stream(Part.values()).mapToLong(this::steps).sum();
        throw new UserError(
            "data.input %s: data.split leaves none of its %d rows for the %s part: give longer series or a larger data.split.%s"
                .formatted(input, all, part.key(), part.key()));
      }
    }
  }

  private long steps(Part part) {
    return series.stream().mapToLong(one -> one.steps(part)).sum();
  }

  private Channels channels() {
    SeriesReader own = reader;
    List<Moments[]> moments =
        intake
            .parallel(series.stream().map(one -> one.range(Part.TRAIN)).toList())
            .map(own::moments)
            .collect();
    List<Moments> columns =
        IntStream.range(0, reader.columns().size())
            .mapToObj(i -> moments.stream().map(one -> one[i]).reduce(Moments.NONE, Moments::plus))
            .toList();
    checkChange(columns);
    return new Channels(
        IntStream.range(0, columns.size()).mapToObj(i -> channel(i, columns.get(i))).toList());
  }

  private void checkChange(List<Moments> columns) {
    List<Integer> constant =
        IntStream.range(0, columns.size())
            .filter(i -> !(columns.get(i).std() > 0))
            .boxed()
            .toList();
    if (!constant.isEmpty()) {
      int first = constant.get(0);
      throw new UserError(
          "data.input %s: column %s is %s in all of the training part: %s"
              .formatted(
                  input,
                  Excerpt.of(reader.columns().get(first)),
                  columns.get(first).mean(),
                  proposeWithout(constant)));
    }
  }

  private String proposeWithout(List<Integer> columns) {
    List<String> others =
        IntStream.range(0, reader.columns().size())
            .filter(i -> !columns.contains(i))
            .mapToObj(reader.columns()::get)
            .toList();
    String setting = Excerpt.line(CellSplitter.join(others));
    return others.isEmpty() || setting.length() > LONGEST_PROPOSAL
        ? "leave it out with data.series.columns"
        : "leave it out with data.series.columns = " + setting;
  }

  private Channels.Channel channel(int column, Moments moments) {
    String name = reader.columns().get(column);
    double largest =
        series.stream().mapToDouble(one -> one.survey().largest()[column]).max().orElseThrow();
    if (!((largest + Math.abs(moments.mean())) / moments.std() <= Float.MAX_VALUE)) {
      throw new UserError(
          "data.input %s: column %s reaches %s, beyond 32 bits in standard deviations of the training part, %s: %s"
              .formatted(
                  input,
                  Excerpt.of(name),
                  largest,
                  moments.std(),
                  proposeWithout(List.of(column))));
    }
    return new Channels.Channel(name, moments.mean(), moments.std());
  }

  private Map<Part, CorpusDescriptor.Contents> contents(int length) {
    CorpusDescriptor.Source source = source();
    return Part.each(
        part ->
            new CorpusDescriptor.Contents(
                steps(part),
                series.stream().mapToLong(one -> one.sequences(part, length)).sum(),
                Optional.of(source)));
  }

  private CorpusDescriptor.Source source() {
    TreeMap<String, String> checksums = new TreeMap<>();
    series.forEach(one -> checksums.putAll(one.survey().sha256()));
    return InputFiles.source(input, checksums);
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public List<String> skipped() {
    return intake.skipped();
  }

  @Override
  public List<Tally> tallies() {
    return intake.tallies();
  }

  @Override
  public Dataset<Row> rows(Part part) {
    List<Numbered> numbered = new ArrayList<>();
    long next = 0;
    for (Series one : series) {
      numbered.add(new Numbered(one.range(part), next));
      next += one.sequences(part, descriptor.sequenceLength());
    }
    int files = Shards.files(steps(part) * reader.columns().size(), MOST_FILES);
    SeriesReader own = reader;
    StepShape shape = descriptor.shape();
    int length = descriptor.sequenceLength();
    Channels channels = (Channels) descriptor.steps();
    JavaRDD<Row> rows =
        intake
            .parallel(numbered)
            .flatMap(
                one ->
                    SequenceRows.numbered(
                        shape, one.firstId(), own.sequences(one.range(), length, channels)))
            .coalesce(files);
    return spark.createDataFrame(rows, SequenceRows.schema(descriptor.shape()));
  }

  /** Rows of a part and the id of their first sequence. */
  private record Numbered(SeriesReader.Range range, long firstId) implements Serializable {}
}
