package dev.lockstep.corpus.reader;

import dev.lockstep.corpus.CorpusDescriptor;
import java.io.Serializable;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * How the sequences of a part are spread over files: contiguous ranges of ids, one task and one
 * file each. It depends on the corpus alone, not on the cluster, so that preparing twice gives the
 * same files.
 *
 * @param symbols symbols of the part
 * @param length symbols of a sequence
 * @param mostFiles beyond which files grow instead
 */
public record Shards(long symbols, int length, long mostFiles) implements Serializable {
  /** Of a file: large enough that files are few, small enough that tasks are quick. */
  private static final long NUMBERS_PER_FILE = 1 << 20;

  /** More files than this help no cluster. */
  private static final long MOST_FILES = 1024;

  /** In as many files as there should be. */
  public Shards(long symbols, int length) {
    this(symbols, length, MOST_FILES);
  }

  /** The numbers of the shards, from 0, one Spark partition each. */
  public JavaRDD<Integer> each(SparkSession spark) {
    return JavaSparkContext.fromSparkContext(spark.sparkContext())
        .parallelize(IntStream.range(0, count()).boxed().toList(), count());
  }

  public long sequences() {
    return CorpusDescriptor.sequences(symbols, length);
  }

  public int count() {
    return Math.toIntExact((sequences() + perShard() - 1) / perShard());
  }

  /** The first id of a shard. */
  public long first(int shard) {
    return shard * perShard();
  }

  /** One more than the last id of a shard. */
  public long end(int shard) {
    return Math.min(sequences(), first(shard) + perShard());
  }

  /** How many symbols a shard has. */
  public long symbolsOf(int shard) {
    return Math.min(symbols, end(shard) * length) - first(shard) * length;
  }

  /** The length of a sequence: all the same but the last of the part. */
  public int lengthOf(long id) {
    return (int) Math.min(length, symbols - id * length);
  }

  /** How many files so many numbers fill. */
  public static int files(long numbers, long most) {
    return (int) Math.max(1, Math.min(most, numbers / NUMBERS_PER_FILE));
  }

  private long perShard() {
    long enough = (sequences() + mostFiles - 1) / mostFiles;
    return Math.max(enough, Math.max(1, NUMBERS_PER_FILE / length));
  }
}
