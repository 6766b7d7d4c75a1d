package dev.lockstep.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The page that participants get, one file without references to any other: {@code study.html} with
 * {@code study.css}, {@code order.js}, {@code study.js} and the study as JSON in place of its
 * marks. What it holds of a sample is its content.
 */
final class StudyPage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ID_DIGITS = 12;

  private final String id;
  private final String data;

  StudyPage(Study study, Wording wording) {
    Map<String, Object> content = new LinkedHashMap<>();
    content.put("title", wording.title());
    content.put("instructions", wording.instructions());
    content.put("question", wording.question());
    content.put("choices", study.design().choices());
    content.put("medium", study.medium().id());
    content.put("trials", study.trials());
    content.put("samples", study.items().stream().map(item -> item.sample().content()).toList());
    id = digest(json(content)).substring(0, ID_DIGITS);
    content.put("study", id);
    data = json(content);
  }

  /** What tells this study from others: hexadecimal digits of all that the page holds. */
  String id() {
    return id;
  }

  /** The page. */
  byte[] html() {
    StringBuilder page = new StringBuilder();
    // The parts between the marks, so that nothing put in is searched for marks.
    List<String> parts = List.of(resource("study.html").split("\\{\\{\\w+\\}\\}", -1));
    List<String> put =
        List.of(resource("study.css"), data, resource("order.js"), resource("study.js"));
    for (int i = 0; i < put.size(); i++) {
      page.append(parts.get(i)).append(put.get(i));
    }
    page.append(parts.get(put.size()));
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** JSON that no script element ends in: a less-than sign is in strings alone. */
  private static String json(Object content) {
    try {
      return JSON.writeValueAsString(content).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = StudyPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
