package dev.lockstep.corpus.series;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.InputFiles;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.ContiguousSplit;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.corpus.reader.Shards;
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
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Tables of numbers: CSV ({@link CsvRows}) or Parquet files ({@link ParquetRows}), each a series, a
 * row a step, or, where Parquet holds lists, a series a row. Every series' beginning is for
 * training, then come validation and test; each of these is cut into sequences. Channels are
 * normalised by the mean and standard deviation of the training part. A damaged file is left out
 * whole, because a hole in time would be a lie.
 *
 * <p>A file is read by one task at a time, once for each thing that must be known before the next:
 * its length, the training part's moments, the rows of each part. The moments are added up in the
 * order of rows and files, so that their bits do not depend on the cluster.
 */
public final class SeriesCorpus implements CorpusReader {
  private static final int MOST_TASKS = 1024;

  private final SparkSession spark;
  private final JavaSparkContext context;
  private final Location input;
  private final SeriesReader reader;
  private final List<SeriesFile> files = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final CorpusDescriptor descriptor;

  /**
   * A file without damage.
   *
   * @param splits of its series, in their order
   */
  private record SeriesFile(
      SourceFile file, SeriesReader.Survey survey, List<ContiguousSplit> splits) {
    static SeriesFile of(SourceFile file, SeriesReader.Survey survey, DataSettings.Split split) {
      return new SeriesFile(
          file,
          survey,
          Arrays.stream(survey.steps()).mapToObj(n -> ContiguousSplit.of(n, split)).toList());
    }

    SeriesReader.Range range(Part part) {
      List<SeriesReader.Stretch> stretches = new ArrayList<>();
      long begin = 0;
      for (int i = 0; i < splits.size(); i++) {
        ContiguousSplit split = splits.get(i);
        stretches.add(new SeriesReader.Stretch(begin + split.first(part), split.count(part)));
        begin += survey.steps()[i];
      }
      return new SeriesReader.Range(file, stretches);
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
    this.context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    this.input =
        InputFiles.input(spark, data.input(), "a CSV or Parquet file or a directory of them");
    boolean skip = !data.damaged().refuses();
    List<SourceFile> all = files();
    this.reader =
        new SeriesReader(
            columns(all, data.series(), skip),
            new SerializableConfiguration(context.hadoopConfiguration()));
    survey(all, data.split(), skip);
    checkParts();
    this.descriptor =
        new CorpusDescriptor(
            DataSettings.Kind.SERIES,
            channels(),
            Optional.empty(),
            data.sequenceLength(),
            contents(data.sequenceLength()),
            skipped.isEmpty() ? Map.of() : Map.of(Item.DAMAGED, (long) skipped.size()));
  }

  private List<SourceFile> files() {
    List<SourceFile> all = InputFiles.files(input, false, name -> true);
    if (all.isEmpty()) {
      throw new UserError("data.input %s: has no files: give CSV or Parquet".formatted(input));
    }
    return all;
  }

  /** Those that are named, or the first readable file's columns of numbers. */
  private List<String> columns(List<SourceFile> all, DataSettings.Series settings, boolean skip) {
    if (!settings.columns().isBlank()) {
      return named(settings.columns());
    }
    for (SourceFile file : all) {
      try (SeriesRows rows = SeriesRows.open(file, context.hadoopConfiguration())) {
        if (rows.numberColumns().isEmpty()) {
          throw SeriesRows.damage(file.place() + ":", "has no columns of numbers");
        }
        return rows.numberColumns();
      } catch (UserError e) {
        if (!skip) {
          throw e;
        }
      } catch (IOException e) {
        throw input.explain(e);
      }
    }
    throw noneLeft(all.size());
  }

  private static List<String> named(String setting) {
    List<String> names = Arrays.stream(setting.split(",", -1)).map(String::strip).toList();
    if (names.contains("") || names.stream().distinct().count() < names.size()) {
      throw new UserError(
          "data.series.columns must be different names with commas between, not \"%s\""
              .formatted(Excerpt.of(setting)));
    }
    return names;
  }

  private UserError noneLeft(int all) {
    return new UserError(
        "data.input %s: none of its %d files can be read: data.damaged = refuse says why"
            .formatted(input, all));
  }

  private void survey(List<SourceFile> all, DataSettings.Split split, boolean skip) {
    SeriesReader own = reader;
    Iterator<SeriesReader.Survey> surveys = parallel(all).map(own::survey).collect().iterator();
    for (SourceFile file : all) {
      SeriesReader.Survey survey = surveys.next();
      if (survey.damage() == null) {
        files.add(SeriesFile.of(file, survey, split));
      } else if (skip) {
        skipped.add(survey.damage());
      } else {
        throw new UserError(survey.damage());
      }
    }
    if (files.isEmpty()) {
      throw noneLeft(all.size());
    }
  }

  private <T> JavaRDD<T> parallel(List<T> list) {
    return context.parallelize(list, Math.min(list.size(), MOST_TASKS));
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
    return files.stream().mapToLong(one -> one.steps(part)).sum();
  }

  private Channels channels() {
    SeriesReader own = reader;
    List<Moments[]> moments =
        parallel(files.stream().map(one -> one.range(Part.TRAIN)).toList())
            .map(own::moments)
            .collect();
    List<Channels.Channel> channels = new ArrayList<>();
    for (int i = 0; i < reader.columns().size(); i++) {
      int column = i;
      Moments all = moments.stream().map(one -> one[column]).reduce(Moments.NONE, Moments::plus);
      channels.add(channel(column, all));
    }
    return new Channels(channels);
  }

  private Channels.Channel channel(int column, Moments moments) {
    String name = reader.columns().get(column);
    if (!(moments.std() > 0)) {
      throw new UserError(
          "data.input %s: column %s is %s in all of the training part: leave it out with data.series.columns"
              .formatted(input, Excerpt.of(name), moments.mean()));
    }
    double largest =
        files.stream().mapToDouble(one -> one.survey().largest()[column]).max().orElseThrow();
    if (!((largest + Math.abs(moments.mean())) / moments.std() <= Float.MAX_VALUE)) {
      throw new UserError(
          "data.input %s: column %s reaches %s, beyond 32 bits in standard deviations of the training part, %s: leave it out with data.series.columns"
              .formatted(input, Excerpt.of(name), largest, moments.std()));
    }
    return new Channels.Channel(name, moments.mean(), moments.std());
  }

  private Map<Part, CorpusDescriptor.Contents> contents(int length) {
    CorpusDescriptor.Source source = source();
    return Part.each(
        part ->
            new CorpusDescriptor.Contents(
                steps(part),
                files.stream().mapToLong(one -> one.sequences(part, length)).sum(),
                Optional.of(source)));
  }

  private CorpusDescriptor.Source source() {
    TreeMap<String, String> checksums = new TreeMap<>();
    for (SeriesFile one : files) {
      checksums.put(one.file().name(), one.survey().sha256());
    }
    return InputFiles.source(input, checksums);
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public List<String> skipped() {
    return skipped;
  }

  @Override
  public Dataset<Row> rows(Part part) {
    List<Numbered> numbered = new ArrayList<>();
    long next = 0;
    for (SeriesFile one : files) {
      numbered.add(new Numbered(one.range(part), next));
      next += one.sequences(part, descriptor.sequenceLength());
    }
    int files = Shards.files(steps(part) * reader.columns().size(), MOST_TASKS);
    SeriesReader own = reader;
    StepShape shape = descriptor.shape();
    int length = descriptor.sequenceLength();
    Channels channels = (Channels) descriptor.steps();
    JavaRDD<Row> rows =
        parallel(numbered)
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
