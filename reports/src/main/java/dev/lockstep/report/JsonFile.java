package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** JSON of a run, read as records: keys that they do not name are ignored, types are checked. */
final class JsonFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private JsonFile() {}

  /**
   * Reads a file that is one object.
   *
   * @param remedy what to do if it is damaged
   */
  static <T> T read(Location file, Class<T> type, String remedy) {
    return parse(text(file), type, file, 0, remedy);
  }

  /** Reads a file of one object a line. */
  static <T> List<T> lines(Location file, Class<T> type, String remedy) {
    List<T> objects = new ArrayList<>();
    for (String line : text(file).lines().toList()) {
      objects.add(parse(line, type, file, objects.size(), remedy));
    }
    return objects;
  }

  private static String text(Location file) {
    return new String(file.bytes(), StandardCharsets.UTF_8);
  }

  /**
   * Reads an object.
   *
   * @param before lines of the file before it
   */
  private static <T> T parse(String json, Class<T> type, Location file, int before, String remedy) {
    try {
      T object = JSON.readValue(json, type);
      if (object != null) {
        return object;
      }
      throw damaged(file, before + 1, "is null, not an object", remedy, null);
    } catch (JsonMappingException e) {
      String key =
          e.getPath().stream()
              .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
              .collect(Collectors.joining("."));
      String what =
          key.isEmpty()
              ? "is not the object that belongs there"
              : key + " is missing or no such value";
      throw damaged(file, before + line(e.getLocation()), what, remedy, e);
    } catch (JsonProcessingException e) {
      throw damaged(file, before + line(e.getLocation()), "is not JSON", remedy, e);
    }
  }

  private static int line(JsonLocation location) {
    return location == null ? 1 : Math.max(1, location.getLineNr());
  }

  private static UserError damaged(
      Location file, int line, String what, String remedy, Exception cause) {
    return new UserError("%s line %d: %s: %s".formatted(file, line, what, remedy), cause);
  }
}
