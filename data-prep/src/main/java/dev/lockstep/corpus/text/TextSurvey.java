package dev.lockstep.corpus.text;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Damage;
import dev.lockstep.corpus.input.Gzip;
import dev.lockstep.corpus.input.SourceFile;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;

/**
 * What one pass over a text file, plain or packed by gzip, finds: that it is UTF-8, its checksum,
 * how many symbols it has, and where in the bytes every so many symbols are, so that tasks can
 * begin in the middle. Memory grows by 8 bytes for every {@link #STRIDE} symbols, not by the text.
 */
final class TextSurvey {
  /** Symbols between two marks: the most that a task reads in vain. */
  static final int STRIDE = 1 << 16;

  private final SourceFile file;
  private final Vocabulary.Unit unit;
  private final Configuration hadoop;
  private final List<Long> marks = new ArrayList<>();
  private boolean packed;
  private long symbols;
  private String sha256 = "";

  private TextSurvey(SourceFile file, Vocabulary.Unit unit, Configuration hadoop) {
    this.file = file;
    this.unit = unit;
    this.hadoop = hadoop;
  }

  /**
   * @param unit what a symbol is
   * @throws UserError if the file cannot be read, is empty or is not UTF-8
   */
  static TextSurvey of(SourceFile file, Vocabulary.Unit unit, Configuration hadoop) {
    TextSurvey survey = new TextSurvey(file, unit, hadoop);
    try (DigestInputStream in = file.openDigested(hadoop);
        InputStream text = Gzip.unpacked(in);
        SymbolReader reader = SymbolReader.of(unit, text, file.place(), 0)) {
      survey.packed = Gzip.isUnpacked(text);
      survey.read(reader);
      survey.sha256 = SourceFile.checksum(in);
    } catch (ZipException e) {
      throw new UserError(Damage.refusal(file, "its compressed data are wrong or break off"), e);
    } catch (IOException e) {
      throw file.explain(e);
    }
    if (survey.symbols == 0) {
      throw new UserError(file.place() + ": is empty: give a file with text");
    }
    return survey;
  }

  private void read(SymbolReader reader) throws IOException {
    mark(reader);
    while (reader.next()) {
      symbols++;
      mark(reader);
    }
  }

  private void mark(SymbolReader reader) {
    if (symbols % STRIDE == 0) {
      marks.add(reader.offset());
    }
  }

  /** What a symbol is. */
  Vocabulary.Unit unit() {
    return unit;
  }

  /** The file as it was before it was read. */
  SourceFile file() {
    return file;
  }

  /** Whether it is packed, so that whoever begins in the middle must unpack what is before. */
  boolean packed() {
    return packed;
  }

  Configuration hadoop() {
    return hadoop;
  }

  /** How many symbols there are. */
  long symbols() {
    return symbols;
  }

  CorpusDescriptor.Source source() {
    return new CorpusDescriptor.Source(file.name(), sha256);
  }

  /** Byte offset in the text of the last mark at or before a symbol. */
  long markBefore(long symbol) {
    return marks.get(Math.toIntExact(symbol / STRIDE));
  }

  /** How many symbols after its mark a symbol is. */
  static int restAfterMark(long symbol) {
    return Math.toIntExact(symbol % STRIDE);
  }
}
