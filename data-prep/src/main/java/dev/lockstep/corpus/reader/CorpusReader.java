package dev.lockstep.corpus.reader;

import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Reads one kind of data. An implementation has checked its input when it is constructed, so that
 * mistakes surface before anything is written.
 */
public interface CorpusReader extends AutoCloseable {
  /** What the corpus will say of itself. */
  CorpusDescriptor descriptor();

  /** The sequences of a part, in the order of their ids across the dataset's partitions. */
  Dataset<Row> rows(Part part);

  /** A line for each item of the input that was left out because it could not be read. */
  default List<String> skipped() {
    return List.of();
  }

  /** What became of the sorts of things in the input of which each that is found is told. */
  default List<Tally> tallies() {
    return List.of();
  }

  /** One of the items that the descriptor counts as set aside, by the reason. */
  default Map<String, String> examples() {
    return Map.of();
  }

  /** How many items of the input are in the corpus; empty where it does not come as items. */
  default OptionalLong used() {
    return OptionalLong.empty();
  }

  /** Lets go of what was kept between the passes over the input. */
  @Override
  default void close() {}
}
