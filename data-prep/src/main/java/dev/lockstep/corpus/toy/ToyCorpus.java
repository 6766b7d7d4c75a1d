package dev.lockstep.corpus.toy;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Channels;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Moments;
import dev.lockstep.corpus.reader.Shards;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Generated points of the plane ({@link ToyPoints}), each a sequence of one step, normalised by the
 * mean and standard deviation of the training part.
 */
public final class ToyCorpus implements CorpusReader {
  private static final List<String> NAMES = List.of("x", "y");

  private final SparkSession spark;
  private final ToyPoints points;
  private final CorpusDescriptor descriptor;

  /**
   * @throws UserError if there is nothing to normalise by
   */
  public ToyCorpus(SparkSession spark, Settings settings) {
    DataSettings.Toy toy = settings.data().toy();
    this.spark = spark;
    this.points = new ToyPoints(toy, settings.training().seed());
    Map<Part, Integer> sizes =
        Map.of(Part.TRAIN, toy.train(), Part.VALID, toy.valid(), Part.TEST, toy.test());
    this.descriptor =
        new CorpusDescriptor(
            DataSettings.Kind.TOY,
            channels(sizes.get(Part.TRAIN)),
            Optional.empty(),
            settings.data().sequenceLength(),
            Part.each(part -> contents(sizes.get(part))),
            Map.of());
  }

  private static CorpusDescriptor.Contents contents(long size) {
    return new CorpusDescriptor.Contents(size, size, Optional.empty());
  }

  private Channels channels(long size) {
    Shards shards = new Shards(size, 1);
    ToyPoints own = points;
    List<Moments[]> moments =
        shards.each(spark).map(shard -> moments(points(own, Part.TRAIN, shards, shard))).collect();
    List<Channels.Channel> channels = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      int channel = i;
      Moments all = moments.stream().map(one -> one[channel]).reduce(Moments.NONE, Moments::plus);
      if (!(all.std() > 0)) {
        throw new UserError(
            "data.toy: %s is %s in all points of the training part: set a larger data.toy.train or noise"
                .formatted(NAMES.get(channel), all.mean()));
      }
      channels.add(new Channels.Channel(NAMES.get(channel), all.mean(), all.std()));
    }
    return new Channels(channels);
  }

  private static Moments[] moments(Stream<double[]> points) {
    Moments[] moments = {Moments.NONE, Moments.NONE};
    points.forEachOrdered(
        point -> {
          for (int i = 0; i < moments.length; i++) {
            moments[i] = moments[i].plus(new Moments(1, point[i], 0));
          }
        });
    return moments;
  }

  private static Stream<double[]> points(ToyPoints points, Part part, Shards shards, int shard) {
    return LongStream.range(shards.first(shard), shards.end(shard))
        .mapToObj(number -> points.point(part, number));
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public Dataset<Row> rows(Part part) {
    Shards shards = new Shards(descriptor.contents(part).steps(), 1);
    StepShape shape = descriptor.shape();
    Channels channels = (Channels) descriptor.steps();
    ToyPoints own = points;
    JavaRDD<Row> rows =
        shards
            .each(spark)
            .flatMap(
                shard ->
                    SequenceRows.numbered(
                        shape,
                        shards.first(shard),
                        points(own, part, shards, shard)
                            .map(point -> Sequence.ofVectors(2, channels.normalise(point)))
                            .iterator()));
    return spark.createDataFrame(rows, SequenceRows.schema(shape));
  }
}
