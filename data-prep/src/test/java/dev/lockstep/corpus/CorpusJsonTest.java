package dev.lockstep.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.StepShape;
import dev.lockstep.model.WordCounts;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CorpusJsonTest {
  private static final CorpusDescriptor.Source SOURCE =
      new CorpusDescriptor.Source("a b.txt", "0123456789abcdef".repeat(4));

  private static final CorpusDescriptor DESCRIPTOR =
      CorpusDescriptor.ofStream(
          DataSettings.Kind.CHARACTERS,
          Vocabulary.open(List.of(0, 10, 34, 97, 0x1F3B5)),
          5,
          Map.of(
              Part.TRAIN, new CorpusDescriptor.Contents(11, 3, Optional.of(SOURCE)),
              Part.VALID, new CorpusDescriptor.Contents(5, 1, Optional.of(SOURCE)),
              Part.TEST, new CorpusDescriptor.Contents(1L << 40, 219902325556L, Optional.empty())),
          Map.of());

  private static final String JSON =
      new String(CorpusJson.write(DESCRIPTOR), StandardCharsets.UTF_8);

  @Test
  void whatIsWrittenReadsBackEqual() {
    CorpusDescriptor read = CorpusJson.read(CorpusJson.write(DESCRIPTOR), "x");
    assertThat(read).isEqualTo(DESCRIPTOR);
    assertThat(read.formatChecksum()).isEqualTo(DESCRIPTOR.formatChecksum());
    assertThat(read.continues(Part.TRAIN)).isTrue();
  }

  /** They say how often, not what, so that a text with others of the same words is as good. */
  @Test
  void countsOfWordsReadBackAndAreNoPartOfWhatStepsMean() {
    CorpusDescriptor one = words(Map.of("a", 4L, "b", 0L, "?", 7L));
    CorpusDescriptor other = words(Map.of("a", 4L, "b", 1L, "?", 7L));
    assertThat(CorpusJson.read(CorpusJson.write(one), "x"))
        .isEqualTo(one)
        .isNotEqualTo(CorpusJson.read(CorpusJson.write(other), "x"));
    assertThat(one.shape().words()).isEqualTo(new WordCounts(4, 0, 7));
    assertThat(one.formatChecksum()).isEqualTo(other.formatChecksum());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "counts" : [ 4,  | "counted" : [ 4,  | x: vocabulary.counts must be there: prepare the corpus again
          "counts" : [ 4,  | "counts" : [      | x: vocabulary.counts must have one number for each word: prepare the corpus again
          "counts" : [ 4,  | "counts" : [ -1,  | x: vocabulary.counts must be whole numbers of at least 0: prepare the corpus again
          "counts" : [ 4,  | "counts" : [ 4.5, | x: vocabulary.counts must be whole numbers of at least 0: prepare the corpus again
          """)
  void countsOfWordsAreChecked(String good, String bad, String message) {
    byte[] written = CorpusJson.write(words(Map.of("a", 4L, "b", 0L, "?", 7L)));
    String json = new String(written, StandardCharsets.UTF_8);
    assertThat(json).contains(good);
    byte[] broken = json.replace(good, bad).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> CorpusJson.read(broken, "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void imagesReadBack() {
    CorpusDescriptor images = images();
    CorpusDescriptor read = CorpusJson.read(CorpusJson.write(images), "x");
    assertThat(read).isEqualTo(images);
    assertThat(read.shape().channels()).isEqualTo(24);
    assertThat(read.shape().image()).isEqualTo(new StepShape.Image(4, 2, 3, true));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "view" : "binary" | "view" : "grey" | x: raster.view must be one that this Lockstep knows: prepare the corpus again
          "planes" : 3 | "planes" : 2 | x: raster.planes must be 1 or 3: prepare the corpus again
          "width" : 4 | "width" : 0 | x: raster.width must be a whole number of at least 1: prepare the corpus again
          "width" : 4 | "width" : 400000000 | x: raster must have numbers that 32 bits count: prepare the corpus again
          """)
  void imagesAreChecked(String good, String bad, String message) {
    String json = new String(CorpusJson.write(images()), StandardCharsets.UTF_8);
    assertThat(json).contains(good);
    byte[] broken = json.replace(good, bad).getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> CorpusJson.read(broken, "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void whatNetworksNeedToKnowOfAPenReadsBack() {
    Channels channels =
        new Channels(
            List.of(
                new Channels.Channel("dx", 0.5, 2),
                new Channels.Channel("dy", 0, 3),
                new Channels.Channel("pen", 0, 1)));
    Vocabulary texts = Vocabulary.closed(List.of(97, 98));
    CorpusDescriptor pen =
        conditioned(DataSettings.Kind.HANDWRITING, new PenStrokes(channels), texts);
    assertThat(CorpusJson.read(CorpusJson.write(pen), "x")).isEqualTo(pen);
    assertThat(pen.shape()).isEqualTo(new StepShape(0, 3, true, 2, true, 0));
    CorpusDescriptor series = conditioned(DataSettings.Kind.SERIES, channels, null);
    assertThat(CorpusJson.read(CorpusJson.write(series), "x")).isEqualTo(series);
    assertThat(series.shape()).isEqualTo(new StepShape(0, 3, false, 0, false, 0));
  }

  @Test
  void labelsAreNoTexts() {
    CorpusDescriptor spoken =
        conditioned(
            DataSettings.Kind.AUDIO,
            new Amplitudes(256, DataSettings.AmplitudeScale.MU_LAW, 8000),
            Vocabulary.ofLabels(List.of("one", "two", "three")));
    assertThat(CorpusJson.read(CorpusJson.write(spoken), "x").shape())
        .isEqualTo(new StepShape(256, 0, false, 3, false, 0));
    assertThat(spoken.endSymbol()).isEmpty();
    CorpusDescriptor pairs =
        conditioned(
            DataSettings.Kind.PAIRS,
            Vocabulary.closed(List.of(10, 97)),
            Vocabulary.closed(List.of(97, 98, 99)));
    assertThat(pairs.shape()).isEqualTo(new StepShape(2, 0, false, 3, true, 0));
    assertThat(pairs.endSymbol()).hasValue(0);
  }

  private static CorpusDescriptor conditioned(
      DataSettings.Kind kind, DataFormat steps, Vocabulary conditionOrNull) {
    return new CorpusDescriptor(
        kind,
        steps,
        Optional.ofNullable(conditionOrNull),
        5,
        Part.each(part -> new CorpusDescriptor.Contents(5, 5, Optional.of(SOURCE))),
        Map.of());
  }

  private static CorpusDescriptor images() {
    return new CorpusDescriptor(
        DataSettings.Kind.IMAGES,
        new Raster(4, 2, 3, DataSettings.View.BINARY, false),
        Optional.empty(),
        1,
        Part.each(part -> new CorpusDescriptor.Contents(5, 5, Optional.of(SOURCE))),
        Map.of());
  }

  private static CorpusDescriptor words(Map<String, Long> counts) {
    return CorpusDescriptor.ofStream(
        DataSettings.Kind.WORDS, Vocabulary.ofText(counts, "?"), 5, DESCRIPTOR.parts(), Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "NOTHING",
      textBlock =
          """
          "format-version" : 2        | "format-version" : 1      | x: has format version 1, but this Lockstep reads 2: prepare the corpus again
          "format-version" : 2        | "format-version" : "2"    | x: has format version "2", but this Lockstep reads 2: prepare the corpus again
          "format-version"            | "version"                 | x: format-version must be there: prepare the corpus again
          "kind" : "characters"       | "kind" : "smells"         | x: kind must be one that this Lockstep knows: prepare the corpus again
          "kind" : "characters"       | "kind" : 3                | x: kind must be text: prepare the corpus again
          "vocabulary"                | "vocabulry"               | x: vocabulary must be there: prepare the corpus again
          "characters" : [            | "characters" : [ "zz",    | x: vocabulary.characters must be strings of one character: prepare the corpus again
          "characters" : [            | "characters" : [ 7,       | x: vocabulary.characters must be strings of one character: prepare the corpus again
          "characters" : [            | "characters" : [ "z",     | x: vocabulary.characters must be there, in the order of their code points: prepare the corpus again
          "characters" : [            | "characters" : [], "c": [ | x: vocabulary.characters must be there, in the order of their code points: prepare the corpus again
          "unseen" : true             | "unseen" : 1              | x: vocabulary.unseen must be true or false: prepare the corpus again
          "sequence-length" : 5       | "sequence-length" : 0     | x: sequence-length must be a whole number of at least 1: prepare the corpus again
          "sequence-length" : 5       | "sequence-length" : 3e9   | x: sequence-length must be a whole number of at least 1: prepare the corpus again
          "sequence-length" : 5       | "sequence-length" : 3000000000 | x: sequence-length must fit in 32 bits: prepare the corpus again
          "valid" : {                 | "validation" : {          | x: parts.valid must be there: prepare the corpus again
          "steps" : 11                | "steps" : -1              | x: parts.train.steps must be a whole number of at least 1: prepare the corpus again
          "steps" : 11                | "steps" : 16              | x: parts.train.sequences must be the steps divided by sequence-length, rounded up: prepare the corpus again
          "sha256" : "0               | "sha256" : "g             | x: parts.train.source.sha256 must be 64 hexadecimal digits: prepare the corpus again
          "file"                      | "name"                    | x: parts.train.source.file must be there: prepare the corpus again
          "kind" : "characters"       | "kind" : characters       | x: line 3 is not JSON: prepare the corpus again
          "kind" : "characters"       | "kind" : "a", "kind" : "b" | x: line 3 is not JSON: prepare the corpus again
          """)
  void everyClaimIsChecked(String good, String bad, String message) {
    assertThat(JSON).contains(good);
    String broken = JSON.replaceFirst(java.util.regex.Pattern.quote(good), bad);
    assertThatThrownBy(() -> CorpusJson.read(broken.getBytes(StandardCharsets.UTF_8), "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``     | x: is not a JSON object: prepare the corpus again
          []     | x: is not a JSON object: prepare the corpus again
          {} {}  | x: line 1 is not JSON: prepare the corpus again
          {      | x: line 1 is not JSON: prepare the corpus again
          {}     | x: format-version must be there: prepare the corpus again
          """)
  void whatIsNotADescriptionIsRefused(String text, String message) {
    assertThatThrownBy(() -> CorpusJson.read(text.getBytes(StandardCharsets.UTF_8), "x"))
        .isInstanceOf(UserError.class)
        .hasMessage(message);
  }

  @Test
  void aCutFileIsRefusedWhereverItIsCut() {
    byte[] whole = CorpusJson.write(DESCRIPTOR);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = java.util.Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> CorpusJson.read(cut, "x")).isInstanceOf(UserError.class);
    }
  }
}
