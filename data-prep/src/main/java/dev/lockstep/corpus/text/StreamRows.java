package dev.lockstep.corpus.text;

import dev.lockstep.corpus.SequenceRows;
import dev.lockstep.corpus.reader.Shards;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Rows of corpora of symbols: each shard is made by a task of its own. */
final class StreamRows {
  private StreamRows() {}

  static Row row(long id, int[] symbols) {
    return SequenceRows.row(StepShape.ofSymbols(1), id, Sequence.ofSymbols(symbols));
  }

  /**
   * The rows of all shards, one Spark partition each, in the order of their ids.
   *
   * @param rows gives a shard's rows; runs in tasks
   */
  static Dataset<Row> of(SparkSession spark, Shards shards, FlatMapFunction<Integer, Row> rows) {
    return spark.createDataFrame(
        shards.each(spark).flatMap(rows), SequenceRows.schema(StepShape.ofSymbols(1)));
  }
}
