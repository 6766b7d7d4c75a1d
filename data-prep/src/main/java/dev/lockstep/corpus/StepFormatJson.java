package dev.lockstep.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.lockstep.config.Choice;
import dev.lockstep.config.DataSettings;
import dev.lockstep.model.WordCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of {@code corpus.json} that says what a step is, under a key for each form of it. */
final class StepFormatJson {
  private static final String VOCABULARY = "vocabulary";
  private static final String AMPLITUDES = "amplitudes";
  private static final String BITMAP = "bitmap";
  private static final String RASTER = "raster";
  private static final String CHANNELS = "channels";

  private final CorpusJson json;

  StepFormatJson(CorpusJson json) {
    this.json = json;
  }

  static void write(StepFormat format, ObjectNode root) {
    format.accept(new Writer(root));
  }

  /** Puts a format into an object and returns that. */
  private record Writer(ObjectNode root) implements StepFormat.Visitor<ObjectNode> {
    @Override
    public ObjectNode visit(Vocabulary vocabulary) {
      write(vocabulary, root.putObject(VOCABULARY));
      return root;
    }

    @Override
    public ObjectNode visit(Amplitudes amplitudes) {
      root.putObject(AMPLITUDES)
          .put("bins", amplitudes.bins())
          .put("scale", amplitudes.scale().key())
          .put("rate", amplitudes.rate());
      return root;
    }

    @Override
    public ObjectNode visit(Bitmap bitmap) {
      root.putObject(BITMAP).put("width", bitmap.width()).put("height", bitmap.height());
      return root;
    }

    @Override
    public ObjectNode visit(Raster raster) {
      root.putObject(RASTER)
          .put("width", raster.width())
          .put("height", raster.height())
          .put("planes", raster.planes())
          .put("view", raster.view().key())
          .put("dequantised", raster.dequantised());
      return root;
    }

    @Override
    public ObjectNode visit(Channels channels) {
      ArrayNode list = root.putArray(CHANNELS);
      for (Channels.Channel channel : channels.list()) {
        list.addObject()
            .put("name", channel.name())
            .put("mean", channel.mean())
            .put("deviation", channel.deviation());
      }
      return root;
    }

    /** The kind of data tells a pen's numbers from others. */
    @Override
    public ObjectNode visit(PenStrokes strokes) {
      return visit(strokes.channels());
    }
  }

  private static void write(Vocabulary vocabulary, ObjectNode node) {
    boolean characters = vocabulary.unit() == Vocabulary.Unit.CHARACTER;
    vocabulary.known().forEach(node.putArray(characters ? "characters" : "words")::add);
    if (characters) {
      node.put("unseen", vocabulary.isOpen());
    } else if (vocabulary.isOpen()) {
      node.put("unknown", vocabulary.unseen());
    }
    vocabulary.counts().ifPresent(counts -> write(counts, node.putArray("counts")));
  }

  private static void write(WordCounts counts, ArrayNode list) {
    for (int word = 0; word < counts.vocabulary(); word++) {
      list.add(counts.count(word));
    }
  }

  /**
   * Reads a format.
   *
   * @param kind of the data
   */
  StepFormat read(JsonNode root, DataSettings.Kind kind) {
    if (root.has(AMPLITUDES)) {
      return amplitudes(root.get(AMPLITUDES));
    }
    if (root.has(BITMAP)) {
      JsonNode node = root.get(BITMAP);
      return new Bitmap(whole(node, BITMAP, "width"), whole(node, BITMAP, "height"));
    }
    if (root.has(RASTER)) {
      return raster(root.get(RASTER));
    }
    if (root.has(CHANNELS)) {
      Channels channels = channels(root.get(CHANNELS));
      return kind.hasPen() ? new PenStrokes(channels) : channels;
    }
    return vocabulary(root, "");
  }

  private int whole(JsonNode node, String section, String name) {
    String path = section + "." + name;
    long number = json.count(node, name, path);
    json.require(number <= Integer.MAX_VALUE, path, "fit in 32 bits");
    return (int) number;
  }

  /** The choice of that key. */
  private <C extends Choice> C choice(JsonNode node, String section, String name, C[] known) {
    String path = section + "." + name;
    String key = json.text(node, name, path);
    Optional<C> choice = Choice.of(known, key);
    json.require(choice.isPresent(), path, "be one that this Lockstep knows");
    return choice.orElseThrow();
  }

  private Amplitudes amplitudes(JsonNode node) {
    return new Amplitudes(
        whole(node, AMPLITUDES, "bins"),
        choice(node, AMPLITUDES, "scale", DataSettings.AmplitudeScale.values()),
        whole(node, AMPLITUDES, "rate"));
  }

  private Raster raster(JsonNode node) {
    int width = whole(node, RASTER, "width");
    int height = whole(node, RASTER, "height");
    int planes = whole(node, RASTER, "planes");
    json.require(planes == 1 || planes == 3, RASTER + ".planes", "be 1 or 3");
    json.require(
        (long) width * height <= Integer.MAX_VALUE / planes,
        RASTER,
        "have numbers that 32 bits count");
    JsonNode dequantised = json.child(node, "dequantised", RASTER + ".dequantised");
    json.require(dequantised.isBoolean(), RASTER + ".dequantised", "be true or false");
    return new Raster(
        width,
        height,
        planes,
        choice(node, RASTER, "view", DataSettings.View.values()),
        dequantised.booleanValue());
  }

  private Channels channels(JsonNode list) {
    List<Channels.Channel> channels = new ArrayList<>();
    json.require(list.isArray() && !list.isEmpty(), CHANNELS, "be a list that is not empty");
    for (JsonNode node : list) {
      String name = json.text(node, "name", CHANNELS + ".name");
      JsonNode mean = json.child(node, "mean", CHANNELS + ".mean");
      JsonNode deviation = json.child(node, "deviation", CHANNELS + ".deviation");
      json.require(mean.isNumber(), CHANNELS + ".mean", "be a number");
      json.require(
          deviation.isNumber() && deviation.doubleValue() > 0,
          CHANNELS + ".deviation",
          "be a number above 0");
      channels.add(new Channels.Channel(name, mean.doubleValue(), deviation.doubleValue()));
    }
    return new Channels(channels);
  }

  /**
   * The vocabulary of a section.
   *
   * @param prefix of paths, such as {@code condition.}
   */
  Vocabulary vocabulary(JsonNode parent, String prefix) {
    String path = prefix + VOCABULARY;
    JsonNode node = json.child(parent, VOCABULARY, path);
    return node.has("words") ? words(node, path) : characters(node, path);
  }

  private Vocabulary characters(JsonNode node, String path) {
    List<Integer> codePoints = new ArrayList<>();
    for (JsonNode character : json.child(node, "characters", path + ".characters")) {
      String text = character.asText();
      json.require(
          character.isTextual() && text.codePointCount(0, text.length()) == 1,
          path + ".characters",
          "be strings of one character");
      codePoints.add(text.codePointAt(0));
    }
    json.require(
        !codePoints.isEmpty()
            && codePoints.stream().sorted().distinct().toList().equals(codePoints),
        path + ".characters",
        "be there, in the order of their code points");
    JsonNode unseen = json.child(node, "unseen", path + ".unseen");
    json.require(unseen.isBoolean(), path + ".unseen", "be true or false");
    return unseen.booleanValue() ? Vocabulary.open(codePoints) : Vocabulary.closed(codePoints);
  }

  private Vocabulary words(JsonNode node, String path) {
    List<String> words = new ArrayList<>();
    for (JsonNode word : node.get("words")) {
      json.require(word.isTextual() && !word.textValue().isEmpty(), path + ".words", "be strings");
      words.add(word.textValue());
    }
    json.require(
        !words.isEmpty() && words.stream().sorted().distinct().toList().equals(words),
        path + ".words",
        "be there, in their order");
    if (!node.has("unknown")) {
      return Vocabulary.ofLabels(words);
    }
    Vocabulary vocabulary =
        Vocabulary.ofWords(words, json.text(node, "unknown", path + ".unknown"));
    return vocabulary.counted(counts(node, path + ".counts", vocabulary.size()));
  }

  private WordCounts counts(JsonNode node, String path, int size) {
    JsonNode list = json.child(node, "counts", path);
    json.require(list.isArray() && list.size() == size, path, "have one number for each word");
    long[] counts = new long[size];
    for (int word = 0; word < size; word++) {
      JsonNode count = list.get(word);
      json.require(
          count.isIntegralNumber() && count.canConvertToLong() && count.longValue() >= 0,
          path,
          "be whole numbers of at least 0");
      counts[word] = count.longValue();
    }
    return new WordCounts(counts);
  }
}
