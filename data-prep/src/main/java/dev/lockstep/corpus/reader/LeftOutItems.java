package dev.lockstep.corpus.reader;

import dev.lockstep.corpus.input.Inventory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** How many items were left out, for which reasons, and the first of each. */
public final class LeftOutItems {
  /** Reasons that a line tells. */
  private static final int TOLD = 4;

  private static final Comparator<Reason> MOST_FIRST =
      Comparator.comparingLong(Reason::count).reversed().thenComparing(Reason::text);

  private final Map<String, Reason> reasons = new TreeMap<>();
  private final List<String> damage = new ArrayList<>();

  private record Reason(String text, boolean damaged, long count, String example) {}

  LeftOutItems() {}

  /** What was found beside the files to read. */
  public LeftOutItems(Inventory inventory) {
    inventory.leftOut().forEach(one -> add(one.reason(), one.name()));
  }

  /** Items come in the order of their names. */
  void add(String reason, String name) {
    add(new Reason(reason, false, 1, name));
  }

  void addDamaged(String reason, String name, String line) {
    damage.add(line);
    add(new Reason(reason, true, 1, name));
  }

  /** The first of several in the order of their names. */
  void add(String reason, long count, String example) {
    add(new Reason(reason, false, count, example));
  }

  private void add(Reason one) {
    reasons.merge(
        one.text(),
        one,
        (all, more) ->
            new Reason(one.text(), all.damaged(), all.count() + more.count(), all.example()));
  }

  /** A line for each item that could not be read. */
  List<String> damage() {
    return damage;
  }

  /** How many, by the reason; what could not be read is one. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    reasons.values().forEach(one -> counts.merge(key(one), one.count(), Long::sum));
    return counts;
  }

  /** The first of each of those. */
  public Map<String, String> examples() {
    Map<String, String> examples = new TreeMap<>();
    reasons.values().forEach(one -> examples.merge(key(one), one.example(), LeftOutItems::first));
    return examples;
  }

  private static String key(Reason one) {
    return one.damaged() ? Item.DAMAGED : one.text();
  }

  private static String first(String a, String b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /** For an error: how many for which reasons, the most frequent first; empty if none. */
  String told() {
    if (reasons.isEmpty()) {
      return "";
    }
    List<Reason> sorted = reasons.values().stream().sorted(MOST_FIRST).toList();
    String rest =
        sorted.size() <= TOLD
            ? ""
            : ", %d for other reasons"
                .formatted(sorted.stream().skip(TOLD).mapToLong(Reason::count).sum());
    return sorted.stream()
            .limit(TOLD)
            .map(one -> "%d %s (%s)".formatted(one.count(), one.text(), one.example()))
            .collect(Collectors.joining(", ", "; left out: ", ""))
        + rest;
  }
}
