package dev.lockstep.corpus.pairs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.util.Set;

/**
 * Makes a sequence of code points of a line {@code {"x": "...", "y": "..."}}: those of y and the
 * end symbol, given those of x. Of other keys only the names are kept, whatever they hold.
 */
final class PairParser {
  private static final int DEEPEST = 100;

  /** Most other keys that are kept: a file that is no table may have another one in each line. */
  static final int MOST_KEYS = 1000;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Both keep the keys of all lines, whoever made them.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();

  private final String place;
  private final Set<String> otherKeys;

  /**
   * @param place file and line, which errors begin with
   * @param otherKeys receives the keys that are neither x nor y, up to {@link #MOST_KEYS}
   */
  PairParser(String place, Set<String> otherKeys) {
    this.place = place;
    this.otherKeys = otherKeys;
  }

  /**
   * @throws UserError if that is not a pair
   */
  Sequence parse(String line) {
    String x = null;
    String y = null;
    try (JsonParser json = JSON.createParser(line)) {
      require(json.nextToken() == JsonToken.START_OBJECT, "is not a JSON object");
      for (json.nextToken(); json.currentToken() == JsonToken.FIELD_NAME; json.nextToken()) {
        switch (json.currentName()) {
          case "x" -> x = text(json);
          case "y" -> y = text(json);
          default -> passOver(json);
        }
        json.skipChildren();
      }
      require(json.nextToken() == null, "goes on after its JSON object");
    } catch (JsonProcessingException e) {
      throw wrong(notJson(e));
    } catch (IOException e) {
      throw new IllegalStateException("a string is read without trouble", e);
    }
    require(x != null, "has no \"x\"");
    require(y != null, "has no \"y\"");
    require(!x.isEmpty(), "has an empty \"x\"");
    require(y.indexOf(Vocabulary.END) < 0, "has a line's end, the end symbol, in \"y\"");
    return Sequence.ofSymbols((y + (char) Vocabulary.END).codePoints().toArray())
        .given(x.codePoints().toArray());
  }

  private void passOver(JsonParser json) throws IOException {
    if (otherKeys.size() < MOST_KEYS) {
      otherKeys.add(Excerpt.of(json.currentName()));
    }
    json.nextToken();
  }

  private String text(JsonParser json) throws IOException {
    String key = json.currentName();
    require(json.nextToken() == JsonToken.VALUE_STRING, "has no string for \"%s\"".formatted(key));
    String text = json.getText();
    require(
        text.codePoints()
            .noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE),
        "has half of a surrogate pair in \"%s\"".formatted(key));
    return text;
  }

  /** Jackson's own words as far as they are about the line and not about Jackson. */
  private static String notJson(JsonProcessingException e) {
    // Too deep a nesting has no place.
    String place =
        e.getLocation() == null ? "" : " at its character " + e.getLocation().getColumnNr();
    String reason = e.getOriginalMessage();
    int more = reason.indexOf(" (");
    return "is not JSON%s: %s"
        .formatted(place, Excerpt.of(more < 0 ? reason : reason.substring(0, more)));
  }

  private void require(boolean holds, String otherwise) {
    if (!holds) {
      throw wrong(otherwise);
    }
  }

  private UserError wrong(String what) {
    return new UserError(
        "%s %s: write {\"x\": \"...\", \"y\": \"...\"}, or leave such lines out with data.damaged = skip"
            .formatted(place, what));
  }
}
