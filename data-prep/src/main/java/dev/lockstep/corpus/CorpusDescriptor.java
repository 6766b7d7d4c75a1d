package dev.lockstep.corpus;

import dev.lockstep.config.DataSettings;
import dev.lockstep.model.StepShape;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a corpus says of itself, in {@code corpus.json}.
 *
 * @param kind kind of data
 * @param steps what a step is
 * @param condition what that which a sequence depends on is written in; empty if it depends on
 *     nothing
 * @param sequenceLength most steps of a sequence
 * @param parts what each part holds
 * @param setAside how many items were left out, by the reason
 */
public record CorpusDescriptor(
    DataSettings.Kind kind,
    DataFormat steps,
    Optional<Vocabulary> condition,
    int sequenceLength,
    Map<Part, Contents> parts,
    Map<String, Long> setAside) {

  /** Checks that every part is told and keeps copies. */
  public CorpusDescriptor {
    parts = Collections.unmodifiableMap(new EnumMap<>(parts));
    setAside = Collections.unmodifiableMap(new TreeMap<>(setAside));
    if (parts.size() != Part.values().length) {
      throw new IllegalArgumentException("a corpus needs all parts, not only " + parts.keySet());
    }
  }

  /** Of a corpus that is one stream of symbols. */
  public static CorpusDescriptor ofStream(
      DataSettings.Kind kind,
      Vocabulary vocabulary,
      int sequenceLength,
      Map<Part, Contents> parts,
      Map<String, Long> setAside) {
    return new CorpusDescriptor(
        kind, vocabulary, Optional.empty(), sequenceLength, parts, setAside);
  }

  /** What one part holds. */
  public Contents contents(Part part) {
    return parts.get(part);
  }

  /**
   * Whether the sequences of a part, in the order of their ids, are one stream cut into pieces, so
   * that a state may be carried from one to the next.
   */
  public boolean isStream() {
    return switch (kind.order()) {
      case STREAM -> true;
      case SERIES, SEPARATE -> false;
    };
  }

  /**
   * Whether the sequences are numbers over time, so that one can be forecast from the one before.
   */
  public boolean isSeries() {
    return switch (kind.order()) {
      case SERIES -> true;
      case STREAM, SEPARATE -> false;
    };
  }

  /**
   * Whether each sequence of a part, in the order of their ids, goes on where the one before it
   * ended: of a stream, and of a single series. (Series that are each cut into whole sequences
   * cannot be told from a single one, and pass for it, as the texts in a file do.)
   */
  public boolean continues(Part part) {
    Contents contents = contents(part);
    return switch (kind.order()) {
      case STREAM -> true;
      case SERIES -> contents.sequences() == sequences(contents.steps(), sequenceLength);
      case SEPARATE -> false;
    };
  }

  /** The last symbol of every sequence, where sequences end by themselves with one. */
  public OptionalInt endSymbol() {
    return kind.hasEndSymbol()
        ? OptionalInt.of(vocabulary().encode(Vocabulary.END))
        : OptionalInt.empty();
  }

  /** What networks need to know. */
  public StepShape shape() {
    boolean texts =
        switch (kind.conditioning()) {
          case NONE, LABEL -> false;
          case TEXT -> condition.isPresent();
        };
    return steps.shape(condition.map(Vocabulary::size).orElse(0), texts);
  }

  /**
   * The vocabulary of a corpus whose symbols are text.
   *
   * @throws IllegalStateException if they are not
   */
  public Vocabulary vocabulary() {
    if (steps instanceof Vocabulary vocabulary) {
      return vocabulary;
    }
    throw new IllegalStateException("a corpus of " + kind.key() + " has no vocabulary");
  }

  /** The same for corpora whose steps mean the same, so that a network fits both. */
  public String formatChecksum() {
    return steps.checksum() + condition.map(Vocabulary::checksum).orElse("");
  }

  /** How many sequences a stream of that many steps is cut into. */
  public static long sequences(long steps, int sequenceLength) {
    return (steps + sequenceLength - 1) / sequenceLength;
  }

  /**
   * What a part holds.
   *
   * @param steps steps in all
   * @param sequences sequences they are in
   * @param source what they were read from; empty if they were generated
   */
  public record Contents(long steps, long sequences, Optional<Source> source) {}

  /**
   * A file that was read, or a directory of them.
   *
   * @param file its name without folders
   * @param sha256 checksum of its bytes, in hexadecimal; of a directory, that of the list of its
   *     files' names and checksums
   */
  public record Source(String file, String sha256) {}
}
