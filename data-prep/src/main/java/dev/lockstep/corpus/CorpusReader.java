package dev.lockstep.corpus;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads one kind of data. An implementation has checked its input when it is constructed, so that
 * mistakes surface before anything is written.
 */
interface CorpusReader {
  /** What the corpus will say of itself. */
  CorpusDescriptor descriptor();

  /** The sequences of a part, in the order of their ids across the dataset's partitions. */
  Dataset<Row> rows(Part part);
}
