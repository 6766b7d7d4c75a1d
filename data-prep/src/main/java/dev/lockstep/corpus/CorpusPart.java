package dev.lockstep.corpus;

import dev.lockstep.model.Sequence;
import dev.lockstep.model.StepShape;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import scala.Tuple2;

/**
 * The sequences of one part.
 *
 * @param part which
 * @param steps steps in all
 * @param sequences how many sequences
 * @param shape of a step
 * @param rows {@code (id bigint, tokens array<int> or values array<float>)}, with {@code condition
 *     array<int>} where the sequences depend on something; ids from 0 without gaps; in no order,
 *     because Spark reads the largest files first: sort by id where the order matters
 */
public record CorpusPart(
    Part part, long steps, long sequences, StepShape shape, Dataset<Row> rows) {

  /** The part's name, which is its directory's. */
  public String name() {
    return part.key();
  }

  /** The sequences by their ids, in no order. */
  public JavaPairRDD<Long, Sequence> sequencesById() {
    StepShape own = shape;
    return rows.javaRDD()
        .mapToPair(row -> new Tuple2<>(row.getLong(0), SequenceRows.sequence(own, row)));
  }
}
