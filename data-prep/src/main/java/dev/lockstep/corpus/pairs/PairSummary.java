package dev.lockstep.corpus.pairs;

import dev.lockstep.corpus.Part;
import dev.lockstep.corpus.Vocabulary;
import dev.lockstep.corpus.input.Excerpt;
import dev.lockstep.corpus.input.SourceFile;
import dev.lockstep.corpus.reader.Item;
import dev.lockstep.corpus.reader.Tally;
import dev.lockstep.model.Sequence;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

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
  private final Tally lines = new Tally("lines");
  private final TreeSet<String> otherKeys = new TreeSet<>();
  private final ArrayList<String> damage = new ArrayList<>();

  /** Of a shard's items. */
  static PairSummary of(SourceFile file, PairReader.ItemIterator items) {
    PairSummary summary = new PairSummary();
    items.forEachRemaining(item -> summary.add(file, item));
    summary.otherKeys.addAll(items.otherKeys());
    long unnamed = summary.lines.leftOut().getOrDefault(Item.DAMAGED, 0L) - summary.damage.size();
    if (unnamed > 0) {
      summary.damage.add("%s: %d more damaged lines, soon after".formatted(file.place(), unnamed));
    }
    return summary;
  }

  private void add(SourceFile file, Item item) {
    if (item.damage() != null) {
      lines.leaveOut(Item.DAMAGED, item.damage());
      if (damage.size() < NAMED) {
        damage.add(item.damage());
      }
    } else if (item.reason() != null) {
      lines.leaveOut(item.reason(), "%s: line %s".formatted(Excerpt.of(file.name()), item.name()));
    } else {
      lines.learn(1);
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
    lines.add(next.lines);
    next.otherKeys.stream().limit(PairParser.MOST_KEYS - otherKeys.size()).forEach(otherKeys::add);
    damage.addAll(next.damage);
  }

  long sequences(Part part) {
    return sequences.getOrDefault(part, 0L);
  }

  long steps(Part part) {
    return steps.getOrDefault(part, 0L);
  }

  /** How many lines were left out that are not empty, by the reason. */
  Map<String, Long> setAside() {
    TreeMap<String, Long> setAside = new TreeMap<>(lines.leftOut());
    setAside.remove(PairReader.EMPTY);
    return setAside;
  }

  /** What became of the lines. */
  Tally lines() {
    return lines;
  }

  /** What became of the keys of the lines, which are a table's columns. */
  Tally keys() {
    Tally keys = new Tally("keys");
    keys.learn(2);
    if (!otherKeys.isEmpty()) {
      boolean all = otherKeys.size() < PairParser.MOST_KEYS;
      keys.leaveOut(
          all ? "neither x nor y" : "neither x nor y, and perhaps more",
          otherKeys.size(),
          List.copyOf(otherKeys));
    }
    return keys;
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
