package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import dev.lockstep.config.UserError;
import dev.lockstep.results.ResultFiles;
import dev.lockstep.storage.Location;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** JSON of a run, read as records: keys that they do not name are refused, types are checked. */
final class JsonFile {
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
      T object = ResultFiles.read(json, type);
      if (object != null) {
        return object;
      }
      throw damaged(file, before + 1, "is null, not an object", remedy, null);
    } catch (UnrecognizedPropertyException e) {
      throw damaged(file, line(before, e), key(e) + " is no key of this version", remedy, e);
    } catch (JsonMappingException e) {
      String key = key(e);
      String what =
          key.isEmpty()
              ? "is not the object that belongs there"
              : key + " is missing or no such value";
      throw damaged(file, line(before, e), what, remedy, e);
    } catch (JsonProcessingException e) {
      throw damaged(file, line(before, e), "is not JSON", remedy, e);
    }
  }

  private static String key(JsonMappingException e) {
    return e.getPath().stream()
        .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
        .collect(Collectors.joining("."));
  }

  /** 0 if it is not known, as of a value that is not read in its place in the file. */
  private static int line(int before, JsonProcessingException e) {
    JsonLocation location = e.getLocation();
    boolean known = location != null && location.getLineNr() > 0;
    return known ? before + location.getLineNr() : before > 0 ? before + 1 : 0;
  }

  private static UserError damaged(
      Location file, int line, String what, String remedy, Exception cause) {
    String place = line > 0 ? "%s line %d".formatted(file, line) : file.toString();
    return new UserError("%s: %s: %s".formatted(place, what, remedy), cause);
  }
}
