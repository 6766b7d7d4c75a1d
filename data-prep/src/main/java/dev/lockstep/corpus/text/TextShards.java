package dev.lockstep.corpus.text;

import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Gzip;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Shards;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.spark.sql.Row;
import org.apache.spark.util.SerializableConfiguration;

/**
 * A range of a text in shards, as tasks read it: each from the mark before its first symbol. Of a
 * packed text one task reads all, because unpacking has no middle to begin at.
 */
final class TextShards implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Vocabulary.Unit unit;
  private final SourceFile file;
  private final boolean packed;
  private final Shards shards;
  private final SerializableConfiguration hadoop;

  /** For each shard, the byte to begin at and how many symbols after it the shard begins. */
  private final long[] offsets;

  private final int[] rests;

  TextShards(TextRange range, int length) {
    this.unit = range.survey().unit();
    this.file = range.survey().file();
    this.packed = range.survey().packed();
    this.shards = packed ? new Shards(range.count(), length, 1) : new Shards(range.count(), length);
    this.hadoop = new SerializableConfiguration(range.survey().hadoop());
    long[] begins =
        IntStream.range(0, shards.count())
            .mapToLong(shard -> range.first() + shards.first(shard) * length)
            .toArray();
    this.offsets = LongStream.of(begins).map(range.survey()::markBefore).toArray();
    this.rests = LongStream.of(begins).mapToInt(TextSurvey::restAfterMark).toArray();
  }

  Shards shards() {
    return shards;
  }

  /** The symbols of a shard. */
  Iterator<String> symbols(int shard) throws IOException {
    SymbolReader reader = open(shard);
    return LongStream.range(0, shards.symbolsOf(shard))
        .mapToObj(symbol -> next(reader).text())
        .iterator();
  }

  /** The rows of a shard. */
  Iterator<Row> rows(int shard, Vocabulary vocabulary) throws IOException {
    SymbolReader reader = open(shard);
    return LongStream.range(shards.first(shard), shards.end(shard))
        .mapToObj(id -> StreamRows.row(id, numbers(reader, shards.lengthOf(id), vocabulary)))
        .iterator();
  }

  private SymbolReader open(int shard) throws IOException {
    SymbolReader reader =
        SymbolReader.of(unit, textFrom(offsets[shard]), file.place(), offsets[shard]);
    for (int i = 0; i < rests[shard]; i++) {
      next(reader);
    }
    return reader;
  }

  private InputStream textFrom(long offset) throws IOException {
    FSDataInputStream in = file.open(hadoop.value());
    SourceFile.closeWithTask(in);
    if (!packed) {
      in.seek(offset);
      return in;
    }
    InputStream text = Gzip.unpacked(in);
    text.skipNBytes(offset);
    return text;
  }

  private int[] numbers(SymbolReader reader, int length, Vocabulary vocabulary) {
    int[] numbers = new int[length];
    for (int t = 0; t < length; t++) {
      numbers[t] = next(reader).number(vocabulary);
    }
    return numbers;
  }

  private SymbolReader next(SymbolReader reader) {
    try {
      if (!reader.next()) {
        throw file.changed();
      }
      return reader;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
