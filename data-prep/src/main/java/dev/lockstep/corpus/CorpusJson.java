package dev.lockstep.corpus;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Choice;
import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Writes and reads {@code corpus.json}; the reader believes nothing that it can check. */
public final class CorpusJson {
  static final int FORMAT_VERSION = 2;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** What errors call the file. */
  private final String file;

  private CorpusJson(String file) {
    this.file = file;
  }

  /** The description as UTF-8 JSON. */
  public static byte[] write(CorpusDescriptor descriptor) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("format-version", FORMAT_VERSION);
    root.put("kind", descriptor.kind().key());
    StepFormatJson.write(descriptor.steps(), root);
    descriptor
        .condition()
        .ifPresent(condition -> StepFormatJson.write(condition, root.putObject("condition")));
    root.put("sequence-length", descriptor.sequenceLength());
    ObjectNode parts = root.putObject("parts");
    descriptor
        .parts()
        .forEach((part, contents) -> writeContents(contents, parts.putObject(part.key())));
    if (!descriptor.setAside().isEmpty()) {
      ObjectNode setAside = root.putObject("set-aside");
      descriptor.setAside().forEach(setAside::put);
    }
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(root);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeContents(CorpusDescriptor.Contents contents, ObjectNode node) {
    node.put("steps", contents.steps());
    node.put("sequences", contents.sequences());
    contents
        .source()
        .ifPresent(
            source ->
                node.putObject("source").put("file", source.file()).put("sha256", source.sha256()));
  }

  /**
   * Reads a description.
   *
   * @param file what errors call it
   * @throws UserError if anything is missing or cannot be
   */
  public static CorpusDescriptor read(byte[] json, String file) {
    return new CorpusJson(file).descriptor(json);
  }

  private CorpusDescriptor descriptor(byte[] json) {
    JsonNode root = parse(json);
    checkVersion(root);
    DataSettings.Kind kind = kind(text(root, "kind", "kind"));
    StepFormatJson formats = new StepFormatJson(this);
    StepFormat steps = formats.read(root, kind);
    Optional<Vocabulary> condition =
        root.has("condition")
            ? Optional.of(formats.vocabulary(root.get("condition"), "condition."))
            : Optional.empty();
    long length = count(root, "sequence-length", "sequence-length");
    require(length <= Integer.MAX_VALUE, "sequence-length", "fit in 32 bits");
    JsonNode partsNode = child(root, "parts", "parts");
    Map<Part, CorpusDescriptor.Contents> parts = Part.each(part -> contents(partsNode, part));
    CorpusDescriptor descriptor =
        new CorpusDescriptor(kind, steps, condition, (int) length, parts, setAside(root));
    parts.forEach((part, contents) -> checkSequences(descriptor, part, contents));
    return descriptor;
  }

  private void checkSequences(
      CorpusDescriptor descriptor, Part part, CorpusDescriptor.Contents contents) {
    String path = "parts." + part.key() + ".sequences";
    long fewest = CorpusDescriptor.sequences(contents.steps(), descriptor.sequenceLength());
    if (descriptor.isStream()) {
      require(
          contents.sequences() == fewest,
          path,
          "be the steps divided by sequence-length, rounded up");
    } else {
      require(
          contents.sequences() >= fewest && contents.sequences() <= contents.steps(),
          path,
          "be at least the steps divided by sequence-length and at most the steps");
    }
  }

  private Map<String, Long> setAside(JsonNode root) {
    Map<String, Long> counts = new TreeMap<>();
    root.path("set-aside")
        .fieldNames()
        .forEachRemaining(
            reason ->
                counts.put(reason, count(root.get("set-aside"), reason, "set-aside." + reason)));
    return counts;
  }

  private JsonNode parse(byte[] json) {
    try {
      JsonNode root = MAPPER.readTree(json);
      if (root.isObject()) {
        return root;
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      throw new UserError(
          "%s: line %d is not JSON: prepare the corpus again".formatted(file, line), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new UserError(file + ": is not a JSON object: prepare the corpus again");
  }

  private void checkVersion(JsonNode root) {
    JsonNode version = root.path("format-version");
    require(!version.isMissingNode(), "format-version", "be there");
    if (!version.isIntegralNumber() || version.longValue() != FORMAT_VERSION) {
      throw new UserError(
          "%s: has format version %s, but this Lockstep reads %d: prepare the corpus again"
              .formatted(file, version, FORMAT_VERSION));
    }
  }

  private DataSettings.Kind kind(String key) {
    return Choice.of(DataSettings.Kind.values(), key)
        .orElseThrow(() -> wrong("kind", "be one that this Lockstep knows"));
  }

  private CorpusDescriptor.Contents contents(JsonNode parts, Part part) {
    String path = "parts." + part.key();
    JsonNode node = child(parts, part.key(), path);
    long steps = count(node, "steps", path + ".steps");
    long sequences = count(node, "sequences", path + ".sequences");
    Optional<CorpusDescriptor.Source> source =
        node.has("source")
            ? Optional.of(source(node.get("source"), path + ".source"))
            : Optional.empty();
    return new CorpusDescriptor.Contents(steps, sequences, source);
  }

  private CorpusDescriptor.Source source(JsonNode node, String path) {
    String name = text(node, "file", path + ".file");
    String sha256 = text(node, "sha256", path + ".sha256");
    require(Checksum.isOne(sha256), path + ".sha256", "be 64 hexadecimal digits");
    return new CorpusDescriptor.Source(name, sha256);
  }

  JsonNode child(JsonNode parent, String name, String path) {
    JsonNode node = parent.path(name);
    require(!node.isMissingNode() && !node.isNull(), path, "be there");
    return node;
  }

  String text(JsonNode parent, String name, String path) {
    JsonNode node = child(parent, name, path);
    require(node.isTextual(), path, "be text");
    return node.textValue();
  }

  long count(JsonNode parent, String name, String path) {
    JsonNode node = child(parent, name, path);
    require(
        node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 1,
        path,
        "be a whole number of at least 1");
    return node.longValue();
  }

  void require(boolean holds, String path, String claim) {
    if (!holds) {
      throw wrong(path, claim);
    }
  }

  private UserError wrong(String path, String claim) {
    return new UserError("%s: %s must %s: prepare the corpus again".formatted(file, path, claim));
  }
}
