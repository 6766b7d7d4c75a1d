package dev.lockstep.corpus.reader;

import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Part;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A reader of {@link Items}, whatever they were read from.
 *
 * @param items what was read
 * @param descriptor what the corpus will say of itself
 * @param finish makes what is stored of what was read
 */
public record ItemCorpus(Items items, CorpusDescriptor descriptor, Items.Finish finish)
    implements CorpusReader {
  @Override
  public Dataset<Row> rows(Part part) {
    return items.rows(part, descriptor.shape(), finish);
  }

  @Override
  public List<String> skipped() {
    return items.skipped();
  }

  @Override
  public Map<String, String> examples() {
    return items.examples();
  }

  @Override
  public OptionalLong used() {
    return OptionalLong.of(items.used());
  }

  @Override
  public void close() {
    items.close();
  }
}
