package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a corpus says of itself, in {@code corpus.json}.
 *
 * @param kind kind of data
 * @param vocabulary the symbols
 * @param sequenceLength symbols of a sequence; the last one of a part may be shorter
 * @param parts what each part holds
 */
public record CorpusDescriptor(
    Settings.Kind kind, Vocabulary vocabulary, int sequenceLength, Map<Part, Contents> parts) {

  /** Checks that every part is told and keeps a copy. */
  public CorpusDescriptor {
    parts = Collections.unmodifiableMap(new EnumMap<>(parts));
    if (parts.size() != Part.values().length) {
      throw new IllegalArgumentException("a corpus needs all parts, not only " + parts.keySet());
    }
  }

  /** What one part holds. */
  public Contents contents(Part part) {
    return parts.get(part);
  }

  /** The same for corpora whose symbols mean the same, so that a network fits both. */
  public String vocabularyChecksum() {
    return vocabulary.checksum();
  }

  /** How many sequences that many symbols are cut into. */
  static long sequences(long symbols, int sequenceLength) {
    return (symbols + sequenceLength - 1) / sequenceLength;
  }

  /**
   * What a part holds.
   *
   * @param symbols symbols in all
   * @param sequences sequences they are cut into
   * @param source what they were read from; empty if they were generated
   */
  public record Contents(long symbols, long sequences, Optional<Source> source) {}

  /**
   * A file that was read.
   *
   * @param file its name without folders
   * @param sha256 checksum of its bytes, in hexadecimal
   */
  public record Source(String file, String sha256) {}
}
