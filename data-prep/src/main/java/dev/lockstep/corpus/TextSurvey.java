package dev.lockstep.corpus;

import dev.lockstep.config.UserError;
import dev.lockstep.storage.Location;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What one pass over a text file finds: that it is UTF-8, its checksum, its length, which
 * characters it has, and where in the bytes every so many characters are, so that tasks can begin
 * in the middle. Memory grows by 8 bytes for every {@link #STRIDE} characters and by the number of
 * different characters, not by the text.
 */
final class TextSurvey {
  /** Characters between two marks: the most that a task reads in vain. */
  static final int STRIDE = 1 << 16;

  private final Location file;
  private final FileVersion version;
  private final List<Long> marks = new ArrayList<>();
  private final BitSet seen = new BitSet();
  private final Map<Integer, Long> firstSeen = new TreeMap<>();
  private long characters;
  private String sha256 = "";

  private TextSurvey(Location file, FileVersion version) {
    this.file = file;
    this.version = version;
  }

  /**
   * @throws UserError if the file cannot be read, is empty or is not UTF-8
   */
  static TextSurvey of(Location file) {
    TextSurvey survey = new TextSurvey(file, version(file));
    MessageDigest digest = Checksum.digest();
    try (InputStream in = new DigestInputStream(file.open(), digest);
        Utf8Reader reader = new Utf8Reader(in, file.toString())) {
      survey.read(reader);
    } catch (IOException e) {
      throw file.explain(e);
    }
    survey.sha256 = Checksum.text(digest.digest());
    if (survey.characters == 0) {
      throw new UserError(file + ": is empty: give a file with text");
    }
    return survey;
  }

  private static FileVersion version(Location file) {
    return file.status()
        .map(FileVersion::of)
        .orElseThrow(() -> new UserError(file + ": is gone: give a file that stays"));
  }

  private void read(Utf8Reader reader) throws IOException {
    mark(reader);
    for (int c = reader.read(); c >= 0; c = reader.read()) {
      if (!seen.get(c)) {
        seen.set(c);
        firstSeen.put(c, characters);
      }
      characters++;
      mark(reader);
    }
  }

  private void mark(Utf8Reader reader) {
    if (characters % STRIDE == 0) {
      marks.add(reader.offset());
    }
  }

  Location file() {
    return file;
  }

  long characters() {
    return characters;
  }

  /** The file as it was before it was read. */
  FileVersion version() {
    return version;
  }

  CorpusDescriptor.Source source() {
    return new CorpusDescriptor.Source(file.path().getName(), sha256);
  }

  /** The different characters among the first so many. */
  Set<Integer> charactersBefore(long end) {
    return firstSeen.entrySet().stream()
        .filter(entry -> entry.getValue() < end)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** Byte offset of the last mark at or before a character. */
  long markBefore(long character) {
    return marks.get(Math.toIntExact(character / STRIDE));
  }

  /** How many characters after its mark a character is. */
  static int restAfterMark(long character) {
    return Math.toIntExact(character % STRIDE);
  }
}
