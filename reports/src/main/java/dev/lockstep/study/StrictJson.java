package dev.lockstep.study;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamReadException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.stream.Collectors;

/** JSON that must be exactly what a record has: nothing missing, unknown, twice or converted. */
final class StrictJson {
  private StrictJson() {}

  static ObjectMapper mapper() {
    return JsonMapper.builder()
        .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
        .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
        .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
        .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
        .build();
  }

  /**
   * What is wrong, in a few words.
   *
   * @param what the file should be
   */
  static String explain(JsonProcessingException e, String what) {
    Throwable cause = e;
    while (cause.getCause() instanceof JsonProcessingException deeper) {
      cause = deeper;
    }
    if (cause instanceof StreamReadException unreadable) {
      return "is not JSON: see line %d".formatted(unreadable.getLocation().getLineNr());
    }
    String path =
        e instanceof JsonMappingException mapping
            ? mapping.getPath().stream().map(StrictJson::step).collect(Collectors.joining())
            : "";
    return path.isEmpty()
        ? "is JSON, but not " + what
        : "is not %s: see %s".formatted(what, path.substring(1));
  }

  private static String step(JsonMappingException.Reference step) {
    return step.getFieldName() == null
        ? "[%d]".formatted(step.getIndex())
        : "." + step.getFieldName();
  }
}
