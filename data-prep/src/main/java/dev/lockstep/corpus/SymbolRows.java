package dev.lockstep.corpus;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Rows of corpora whose sequences are symbols: an id and the symbols' numbers. */
final class SymbolRows {
  static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.LongType, false)
          .add("tokens", DataTypes.createArrayType(DataTypes.IntegerType, false), false);

  private SymbolRows() {}

  static Row row(long id, int[] tokens) {
    return RowFactory.create(id, tokens);
  }

  /**
   * The rows of all shards, one Spark partition each, in the order of their ids.
   *
   * @param rows gives a shard's rows; runs in tasks
   */
  static Dataset<Row> of(SparkSession spark, Shards shards, FlatMapFunction<Integer, Row> rows) {
    List<Integer> indices = IntStream.range(0, shards.count()).boxed().toList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(indices, indices.size())
            .flatMap(rows),
        SCHEMA);
  }
}
