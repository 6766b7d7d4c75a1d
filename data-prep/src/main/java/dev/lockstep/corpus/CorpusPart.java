package dev.lockstep.corpus;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The sequences of one part.
 *
 * @param part which
 * @param symbols symbols in all
 * @param sequences how many sequences
 * @param rows {@code (id bigint, tokens array<int>)}, ids from 0 without gaps; in no order, because
 *     Spark reads the largest files first: sort by id where the order matters
 */
public record CorpusPart(Part part, long symbols, long sequences, Dataset<Row> rows) {

  /** The part's name, which is its directory's. */
  public String name() {
    return part.key();
  }

  /** A row's id. */
  public static long id(Row row) {
    return row.getLong(0);
  }

  /** A row's symbols. */
  public static int[] tokens(Row row) {
    List<Integer> tokens = row.getList(1);
    return tokens.stream().mapToInt(Integer::intValue).toArray();
  }
}
