package dev.lockstep.corpus.reader;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of one sort of things in the input, such as its columns or its lines: how many are
 * learned, and how many are left out for which reason, the first of them by name. What was found is
 * the sum.
 */
public final class Tally implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Most things that are named for a reason. */
  public static final int NAMED = 100;

  private final String things;
  private long learned;
  private final TreeMap<String, Long> counts = new TreeMap<>();
  private final TreeMap<String, ArrayList<String>> names = new TreeMap<>();

  /**
   * Of nothing so far.
   *
   * @param things what they are called, in the plural
   */
  public Tally(String things) {
    this.things = things;
  }

  /** Counts things that the corpus has. */
  public void learn(long more) {
    learned += more;
  }

  /** Counts a thing that the corpus has not. */
  public void leaveOut(String reason, String name) {
    leaveOut(reason, 1, List.of(name));
  }

  /**
   * Counts things that the corpus has not.
   *
   * @param count how many, more than none
   * @param some of their names, or what holds several of them
   */
  public void leaveOut(String reason, long count, List<String> some) {
    counts.merge(reason, count, Long::sum);
    List<String> named = names.computeIfAbsent(reason, none -> new ArrayList<>());
    some.stream().limit(NAMED - named.size()).forEach(named::add);
  }

  /** Counts what another one counted. */
  public void add(Tally next) {
    learn(next.learned);
    next.counts.forEach((reason, count) -> leaveOut(reason, count, next.names(reason)));
  }

  /** What they are called, in the plural. */
  public String things() {
    return things;
  }

  /** How many there are. */
  public long found() {
    return learned + counts.values().stream().mapToLong(n -> n).sum();
  }

  /** How many of them the corpus has. */
  public long learned() {
    return learned;
  }

  /** How many of them it has not, by the reason. */
  public Map<String, Long> leftOut() {
    return Collections.unmodifiableMap(counts);
  }

  /** The names of those left out for a reason, the first {@link #NAMED} of them. */
  public List<String> names(String reason) {
    return Collections.unmodifiableList(names.getOrDefault(reason, new ArrayList<>()));
  }

  /** Why things are left out, with one example each, for a message of one line. */
  public String reasons() {
    return counts.entrySet().stream()
        .map(e -> "%d %s, as %s".formatted(e.getValue(), e.getKey(), names(e.getKey()).get(0)))
        .collect(Collectors.joining("; "));
  }
}
