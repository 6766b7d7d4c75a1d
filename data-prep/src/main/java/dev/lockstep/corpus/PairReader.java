package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads shards of files of pairs in tasks, one item a line; lines of white space are none. An item
 * is named by its line, its group is its part, its sequence holds code points.
 */
final class PairReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final int longest;
  private final long seed;
  private final Settings.Split split;
  private final SerializableConfiguration hadoop;

  PairReader(Settings settings, SerializableConfiguration hadoop) {
    this.longest = settings.data().sequenceLength();
    this.seed = settings.training().seed();
    this.split = settings.data().split();
    this.hadoop = hadoop;
  }

  /**
   * Some lines and where they belong.
   *
   * @param lines the lines
   * @param part of all of them; or null if chance decides for each
   */
  record Shard(LineSurvey.Shard lines, Part part) implements Serializable {}

  /** The items of a shard, in the order of their lines. */
  Iterator<Item> items(Shard shard) throws IOException {
    FSDataInputStream in = shard.lines().file().open(hadoop.value());
    SourceFile.closeWithTask(in);
    in.seek(shard.lines().begin());
    return new ItemIterator(shard, new ByteLineReader(in, shard.lines().begin()));
  }

  private final class ItemIterator implements Iterator<Item> {
    private final Shard shard;
    private final ByteLineReader reader;
    private long line;
    private Item upcoming;

    ItemIterator(Shard shard, ByteLineReader reader) {
      this.shard = shard;
      this.reader = reader;
      this.line = shard.lines().firstLine() - 1;
    }

    @Override
    public boolean hasNext() {
      try {
        while (upcoming == null && reader.offset() < shard.lines().end() && reader.next()) {
          line++;
          upcoming = reader.isBlank() ? null : item();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return upcoming != null;
    }

    @Override
    public Item next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Item item = upcoming;
      upcoming = null;
      return item;
    }

    private Item item() {
      String name = Long.toString(line);
      PairParser parser =
          new PairParser("%s: line %d".formatted(shard.lines().file().name(), line));
      try {
        if (reader.isTooLong()) {
          throw parser.wrong("is longer than %d bytes".formatted(ByteLineReader.LONGEST));
        }
        return item(name, parser.parse(line == 1 ? withoutMark(reader.bytes()) : reader.bytes()));
      } catch (UserError e) {
        return Item.damaged(name, e.getMessage());
      }
    }

    private Item item(String name, Sequence pair) {
      if (pair.length() > longest) {
        return Item.setAside(name, "y longer than data.sequence-length");
      }
      if (pair.condition().length > longest) {
        return Item.setAside(name, "x longer than data.sequence-length");
      }
      Part part = shard.part() != null ? shard.part() : Items.part(name, seed, split);
      return Item.of(part.name(), name, List.of(pair));
    }
  }

  /** A file of UTF-8 may begin with a byte order mark. */
  private static byte[] withoutMark(byte[] line) {
    int mark = BYTE_ORDER_MARK.length;
    return Arrays.mismatch(line, BYTE_ORDER_MARK) == mark
        ? Arrays.copyOfRange(line, mark, line.length)
        : line;
  }
}
