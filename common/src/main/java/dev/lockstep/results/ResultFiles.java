package dev.lockstep.results;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The files of results in a run's directory, and their JSON. */
public final class ResultFiles {
  /** A line of {@link RoundMetrics} for each round. */
  public static final String ROUNDS = "metrics.jsonl";

  /** An {@link EvaluationReport}. */
  public static final String EVALUATION = "evaluation/metrics.json";

  /** A {@link TsnePicture}. */
  public static final String TSNE = "evaluation/tsne.json";

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private ResultFiles() {}

  /**
   * Reads results.
   *
   * @return null for the text {@code null}
   * @throws JsonProcessingException if the text is not JSON, lacks a number that is always there or
   *     has a key that the type does not
   */
  public static <T> T read(String json, Class<T> type) throws JsonProcessingException {
    return JSON.readValue(json, type);
  }

  /** Results on one line. */
  public static String line(Object results) {
    try {
      return JSON.writeValueAsString(results);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Results as a file for people too, in UTF-8. */
  public static byte[] pretty(Object results) {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(results);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
