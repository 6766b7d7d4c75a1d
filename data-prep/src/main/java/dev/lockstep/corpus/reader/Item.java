package dev.lockstep.corpus.reader;

import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.input.Inventory;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.List;

/**
 * What a reader made of one item of raw data: a line of handwriting, a recording, an image, a pair.
 * It has sequences, or it was set aside for a reason that is in the nature of the data, or it could
 * not be read.
 *
 * @param group items of one group fall into the same part: those of one page, say
 * @param part the part it belongs to in the data itself; or null, where its group decides
 * @param name of the item, its own; items are numbered in the order of their names
 * @param sequences in their order; empty if it was set aside or could not be read
 * @param reason why it was set aside or could not be read, the same words for all items with that
 *     reason; or null
 * @param damage what is wrong, where, as one line for the user, if it could not be read; or null
 */
public record Item(
    String group, Part part, String name, List<Sequence> sequences, String reason, String damage)
    implements Serializable {
  /** What items that could not be read are counted under. */
  public static final String DAMAGED = "damaged";

  public static Item of(String group, String name, List<Sequence> sequences) {
    return new Item(group, null, name, List.copyOf(sequences), null, null);
  }

  public static Item setAside(String name, String reason) {
    return new Item(name, null, name, List.of(), reason, null);
  }

  public static Item damaged(String name, String line) {
    return damaged(name, DAMAGED, line);
  }

  /**
   * An item that could not be read.
   *
   * @param reason what is wrong with it, without its name
   * @param line the same for the user, with place and remedy
   */
  public static Item damaged(String name, String reason, String line) {
    return new Item(name, null, name, List.of(), reason, line);
  }

  /** Something beside the items that is left out. */
  public static Item of(Inventory.LeftOut thing) {
    return thing.damaged()
        ? damaged(thing.name(), thing.reason(), thing.line())
        : setAside(thing.name(), thing.reason());
  }

  /** The same, belonging to a part. */
  public Item in(Part own) {
    return new Item(group, own, name, sequences, reason, damage);
  }

  public long steps() {
    return sequences.stream().mapToLong(Sequence::length).sum();
  }
}
