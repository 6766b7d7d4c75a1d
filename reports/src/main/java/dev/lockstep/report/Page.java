package dev.lockstep.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * Puts {@code page.html} together. Its content security policy allows the scripts and the style by
 * their checksums and nothing else: no network, and no script that data could bring. Data come in
 * as JSON, which scripts put on the page as text.
 */
final class Page {
  private Page() {}

  static String html(Report report) {
    String style = resource("page.css");
    String charts = "/*!\n" + resource("d3/LICENSE") + "*/\n" + resource("d3/d3.min.js");
    String script = resource("chart.js") + resource("table.js") + resource("page.js");
    return resource("page.html")
        .replace("{{style-checksum}}", checksum(style))
        .replace("{{charts-checksum}}", checksum(charts))
        .replace("{{script-checksum}}", checksum(script))
        .replace("{{style}}", style)
        .replace("{{charts}}", charts)
        .replace("{{script}}", script)
        // Last, so that data that say {{style}} stay what they are.
        .replace("{{data}}", json(report));
  }

  /** Without any {@code <}, which only strings of JSON hold: no text ends the element. */
  private static String json(Report report) {
    try {
      return new ObjectMapper().writeValueAsString(report).replace("<", "\\u003c");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String checksum(String text) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return "'sha256-" + Base64.getEncoder().encodeToString(sum) + "'";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
