package dev.lockstep.corpus.pairs;

import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the driver wants to know of pairs: counts, characters and damage, not the pairs. */
final class PairSummary implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Damaged lines of a shard that are named; a file that is no text at all has millions. */
  static final int NAMED = 100;

  /** No EnumMap, which Kryo cannot make. */
  private final TreeMap<Part, Long> sequences = new TreeMap<>();

  private final TreeMap<Part, Long> steps = new TreeMap<>();
  private final BitSet x = new BitSet();
  private final BitSet y = new BitSet();
  private final TreeMap<String, Long> setAside = new TreeMap<>();
  private final ArrayList<String> damage = new ArrayList<>();

  /** Of a shard's items. */
  static PairSummary of(String file, Iterator<Item> items) {
    PairSummary summary = new PairSummary();
    items.forEachRemaining(summary::add);
    long unnamed = summary.damaged() - summary.damage.size();
    if (unnamed > 0) {
      summary.damage.add("%s: %d more damaged lines, soon after".formatted(file, unnamed));
    }
    return summary;
  }

  private void add(Item item) {
    if (item.damage() != null) {
      setAside.merge(Item.DAMAGED, 1L, Long::sum);
      if (damage.size() < NAMED) {
        damage.add(item.damage());
      }
    } else if (item.reason() != null) {
      setAside.merge(item.reason(), 1L, Long::sum);
    } else {
      add(Part.valueOf(item.group()), item);
    }
  }

  private void add(Part part, Item item) {
    sequences.merge(part, 1L, Long::sum);
    steps.merge(part, item.steps(), Long::sum);
    if (part == Part.TRAIN) {
      Sequence pair = item.sequences().get(0);
      Arrays.stream(pair.condition()).forEach(x::set);
      Arrays.stream(pair.symbols()).forEach(y::set);
    }
  }

  /** Adds what is known of the pairs that come after. */
  void add(PairSummary next) {
    for (Part part : Part.values()) {
      sequences.merge(part, next.sequences(part), Long::sum);
      steps.merge(part, next.steps(part), Long::sum);
    }
    x.or(next.x);
    y.or(next.y);
    next.setAside.forEach((reason, count) -> setAside.merge(reason, count, Long::sum));
    damage.addAll(next.damage);
  }

  long sequences(Part part) {
    return sequences.getOrDefault(part, 0L);
  }

  long steps(Part part) {
    return steps.getOrDefault(part, 0L);
  }

  /** How many lines were left out, by the reason. */
  Map<String, Long> setAside() {
    return setAside;
  }

  private long damaged() {
    return setAside.getOrDefault(Item.DAMAGED, 0L);
  }

  /** How many pairs have a place in a part. */
  long usable() {
    return sequences.values().stream().mapToLong(n -> n).sum();
  }

  /** How many lines there are. */
  long all() {
    return usable() + setAside.values().stream().mapToLong(n -> n).sum();
  }

  /** What is wrong with lines that cannot be read. */
  List<String> damage() {
    return damage;
  }

  /** The characters of the training part's x. */
  Vocabulary xVocabulary() {
    return Vocabulary.open(x.stream().boxed().toList());
  }

  /** The characters of the training part's y, the end symbol with them. */
  Vocabulary yVocabulary() {
    return Vocabulary.open(y.stream().boxed().toList());
  }
}
