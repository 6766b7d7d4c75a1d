package dev.lockstep.corpus.pairs;

import dev.lockstep.config.UserError;
import dev.lockstep.corpus.CorpusDescriptor;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.input.TextLineReader;
import dev.lockstep.corpus.reader.Shards;
import java.io.IOException;
import java.io.Serializable;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/**
 * What one pass over a file of lines finds: its checksum, and where tasks may begin.
 *
 * @param source the file and its checksum
 * @param shards its lines, spread over tasks; a shard is the lines that begin in a range of bytes
 */
record LineSurvey(CorpusDescriptor.Source source, List<Shard> shards) {
  /**
   * Some lines of a file.
   *
   * @param file as it was before it was read
   * @param begin byte where the first line begins
   * @param end one more than the byte where the last line ends
   * @param firstLine number of the first line, from 1
   */
  record Shard(SourceFile file, long begin, long end, long firstLine) implements Serializable {}

  /**
   * @throws UserError if the file is empty or cannot be read
   */
  static LineSurvey of(SourceFile file, Configuration hadoop) {
    if (file.bytes() == 0) {
      throw new UserError(file.place() + ": is empty: give a file with lines");
    }
    try (DigestInputStream in = file.openDigested(hadoop);
        TextLineReader reader = new TextLineReader(in, file.place())) {
      List<Shard> shards = shards(file, reader);
      return new LineSurvey(
          new CorpusDescriptor.Source(file.name(), SourceFile.checksum(in)), shards);
    } catch (IOException e) {
      throw file.explain(e);
    }
  }

  private static List<Shard> shards(SourceFile file, TextLineReader reader) throws IOException {
    Shards ranges = new Shards(file.bytes(), 1);
    List<Shard> shards = new ArrayList<>();
    long begin = 0;
    long firstLine = 1;
    int range = 1;
    while (reader.next()) {
      if (range < ranges.count() && reader.offset() >= ranges.first(range)) {
        shards.add(new Shard(file, begin, reader.offset(), firstLine));
        begin = reader.offset();
        firstLine = reader.number() + 1;
        while (range < ranges.count() && begin >= ranges.first(range)) {
          range++;
        }
      }
    }
    if (begin < reader.offset()) {
      shards.add(new Shard(file, begin, reader.offset(), firstLine));
    }
    return shards;
  }
}
