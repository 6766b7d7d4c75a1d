package dev.lockstep.corpus.pairs;

import dev.lockstep.config.DataSettings;
import dev.lockstep.config.Settings;
import dev.lockstep.config.UserError;
import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.input.TextLineReader;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Items;
import dev.lockstep.model.Sequence;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Reads shards of files of pairs in tasks, one item a line. An item is named by its line, its group
 * is its part, its sequence holds code points; a line of white space is set aside.
 */
final class PairReader implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Why a line is set aside that nobody would take for a pair. */
  static final String EMPTY = "of white space";

  private final int longest;
  private final long seed;
  private final DataSettings.Split split;
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
  ItemIterator items(Shard shard) throws IOException {
    FSDataInputStream in = shard.lines().file().open(hadoop.value());
    SourceFile.closeWithTask(in);
    in.seek(shard.lines().begin());
    LineSurvey.Shard lines = shard.lines();
    return new ItemIterator(
        shard, new TextLineReader(in, lines.file().place(), lines.begin(), lines.firstLine()));
  }

  /** Goes through a shard's lines. */
  final class ItemIterator implements Iterator<Item> {
    private final Shard shard;
    private final TextLineReader reader;
    private final TreeSet<String> otherKeys = new TreeSet<>();

    ItemIterator(Shard shard, TextLineReader reader) {
      this.shard = shard;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      return reader.offset() < shard.lines().end();
    }

    @Override
    public Item next() {
      try {
        if (!hasNext() || !reader.next()) {
          throw new NoSuchElementException();
        }
        return item();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** The keys beside x and y in the lines read so far. */
    Set<String> otherKeys() {
      return otherKeys;
    }

    private Item item() {
      String name = Long.toString(reader.number());
      try {
        String line = reader.text();
        return line.isBlank()
            ? Item.setAside(name, EMPTY)
            : item(name, new PairParser(reader.place(), otherKeys).parse(line));
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
}
