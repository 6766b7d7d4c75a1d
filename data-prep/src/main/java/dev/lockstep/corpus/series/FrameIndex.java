package dev.lockstep.corpus.series;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which columns of a Parquet file are a data frame's index, by what pandas writes beside them. */
final class FrameIndex {
  private static final String METADATA = "pandas";
  private static final JsonMapper MAPPER = new JsonMapper();

  private FrameIndex() {}

  /**
   * The names of those columns. An index that counts rows is in no column, so it is not named.
   *
   * @param footer key and value pairs of the file
   * @throws JsonProcessingException if what pandas wrote is damaged
   */
  static Set<String> names(Map<String, String> footer) throws JsonProcessingException {
    Set<String> names = new TreeSet<>();
    for (JsonNode index :
        MAPPER.readTree(footer.getOrDefault(METADATA, "{}")).path("index_columns")) {
      if (index.isTextual()) {
        names.add(index.textValue());
      }
    }
    return names;
  }
}
