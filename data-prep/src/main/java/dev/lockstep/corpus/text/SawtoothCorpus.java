package dev.lockstep.corpus.text;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.reader.CorpusReader;
import dev.lockstep.corpus.reader.Shards;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A generated corpus for demonstrations: up nine steps ({@code /}), down one ({@code \}), over and
 * over. Each sequence stands by itself and begins somewhere in that cycle of ten, drawn from (seed,
 * part, id), so that all ten beginnings are learnt; one stream would have the same one in every
 * piece whose length is a multiple of ten.
 */
public final class SawtoothCorpus implements CorpusReader {
  private static final int PERIOD = 10;
  private static final int UP = '/';
  private static final int DOWN = '\\';
  private static final Vocabulary VOCABULARY = Vocabulary.closed(List.of(UP, DOWN));

  private final SparkSession spark;
  private final long seed;
  private final CorpusDescriptor descriptor;

  public SawtoothCorpus(SparkSession spark, Settings settings) {
    DataSettings.Sawtooth sizes = settings.data().sawtooth();
    int length = settings.data().sequenceLength();
    Map<Part, CorpusDescriptor.Contents> parts = new EnumMap<>(Part.class);
    parts.put(Part.TRAIN, contents(sizes.train(), length));
    parts.put(Part.VALID, contents(sizes.valid(), length));
    parts.put(Part.TEST, contents(sizes.test(), length));
    this.spark = spark;
    this.seed = settings.training().seed();
    this.descriptor =
        new CorpusDescriptor(
            DataSettings.Kind.SAWTOOTH, VOCABULARY, Optional.empty(), length, parts, Map.of());
  }

  private static CorpusDescriptor.Contents contents(long sequences, int length) {
    return new CorpusDescriptor.Contents(sequences * length, sequences, Optional.empty());
  }

  @Override
  public CorpusDescriptor descriptor() {
    return descriptor;
  }

  @Override
  public Dataset<Row> rows(Part part) {
    Shards shards = new Shards(descriptor.contents(part).steps(), descriptor.sequenceLength());
    Wave wave = new Wave(seed, part, descriptor.sequenceLength());
    return StreamRows.of(
        spark,
        shards,
        shard ->
            LongStream.range(shards.first(shard), shards.end(shard))
                .mapToObj(id -> StreamRows.row(id, wave.tokens(id)))
                .iterator());
  }

  /** The sequences of one part, each a function of its id. */
  private record Wave(long seed, Part part, int length) implements Serializable {
    int[] tokens(long id) {
      int phase = phase(id);
      int[] tokens = new int[length];
      for (int t = 0; t < length; t++) {
        tokens[t] = VOCABULARY.encode((phase + t) % PERIOD < PERIOD - 1 ? UP : DOWN);
      }
      return tokens;
    }

    private int phase(long id) {
      long partSeed = new SplittableRandom(seed).nextLong() + part.key().hashCode();
      long sequenceSeed = new SplittableRandom(partSeed).nextLong() + id;
      return new SplittableRandom(sequenceSeed).nextInt(PERIOD);
    }
  }
}
