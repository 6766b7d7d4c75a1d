package dev.lockstep.corpus;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;
import org.apache.spark.util.TaskCompletionListener;

/** The task that reads one shard's characters and numbers them. */
final class TextEncoder implements FlatMapFunction<Integer, Row> {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final FileVersion surveyed;
  private final Shards shards;
  private final Vocabulary vocabulary;
  private final SerializableConfiguration hadoop;

  /** For each shard, the byte to begin at and how many characters after it the shard begins. */
  private final long[] offsets;

  private final int[] rests;

  TextEncoder(
      TextRange range, Shards shards, Vocabulary vocabulary, SerializableConfiguration hadoop) {
    // A relative path means something else to an executor.
    this.file = range.file().files().makeQualified(range.file().path()).toString();
    this.surveyed = range.survey().version();
    this.shards = shards;
    this.vocabulary = vocabulary;
    this.hadoop = hadoop;
    long[] begins =
        IntStream.range(0, shards.count())
            .mapToLong(shard -> range.first() + shards.first(shard) * shards.length())
            .toArray();
    this.offsets = LongStream.of(begins).map(range.survey()::markBefore).toArray();
    this.rests = LongStream.of(begins).mapToInt(TextSurvey::restAfterMark).toArray();
  }

  @Override
  public Iterator<Row> call(Integer shard) throws IOException {
    Utf8Reader reader = open(shard);
    return LongStream.range(shards.first(shard), shards.end(shard))
        .mapToObj(id -> StreamRows.row(id, read(reader, shards.lengthOf(id))))
        .iterator();
  }

  private Utf8Reader open(int shard) throws IOException {
    Path path = new Path(file);
    FileSystem files = path.getFileSystem(hadoop.value());
    if (!FileVersion.of(files.getFileStatus(path)).equals(surveyed)) {
      throw changed();
    }
    FSDataInputStream in = files.open(path);
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) context -> close(in));
    in.seek(offsets[shard]);
    Utf8Reader reader = new Utf8Reader(in, file);
    reader.skip(rests[shard]);
    return reader;
  }

  private int[] read(Utf8Reader reader, int length) {
    int[] tokens = new int[length];
    try {
      for (int t = 0; t < length; t++) {
        int character = reader.read();
        if (character < 0) {
          throw changed();
        }
        tokens[t] = vocabulary.encode(character);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tokens;
  }

  private IllegalStateException changed() {
    return new IllegalStateException(file + " changed while it was being prepared");
  }

  private static void close(FSDataInputStream in) {
    try {
      in.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
