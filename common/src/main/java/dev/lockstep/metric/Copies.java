package dev.lockstep.metric;

import java.util.Arrays;
import java.util.List;

/**
 * What some texts have in common with others that stream past and are too large to be kept: for
 * each place of each text the longest substring that ends there and is in one of the others. The
 * texts' {@link SuffixAutomaton} reads the others, and each state remembers how much of its longest
 * substring it has read.
 */
public final class Copies {
  private final List<int[]> texts;
  private final SuffixAutomaton automaton;

  /** At most, of each state's longest substring. */
  private final int[] seen;

  /** For texts. */
  public Copies(List<int[]> texts) {
    this.texts = texts;
    this.automaton = new SuffixAutomaton(texts);
    this.seen = new int[automaton.states()];
  }

  /** Reads another text. */
  public void read(int[] other) {
    SuffixAutomaton.Reader reader = automaton.new Reader();
    for (int symbol : other) {
      reader.read(symbol);
      seen[reader.state()] = Math.max(seen[reader.state()], reader.matched());
    }
  }

  /** All that was read, to be {@link #merge merged} elsewhere; not a copy. */
  public int[] seen() {
    return seen;
  }

  /** Counts as read what another one for the same texts has read. */
  public void merge(int[] elsewhere) {
    Arrays.setAll(seen, s -> Math.max(seen[s], elsewhere[s]));
  }

  /**
   * What is copied.
   *
   * @return for each of the texts and each place the length of the longest substring that ends with
   *     it and was read
   */
  public List<int[]> copied() {
    int[] longest = longestRead();
    return texts.stream().map(text -> copied(text, longest)).toList();
  }

  private int[] copied(int[] text, int[] longest) {
    SuffixAutomaton.Reader reader = automaton.new Reader();
    int[] copied = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      reader.read(text[i]);
      copied[i] = longest[reader.state()];
    }
    return copied;
  }

  /** For each state, the length of the longest suffix of its longest substring that was read. */
  private int[] longestRead() {
    int[] order = automaton.longestFirst();
    int[] longest = seen.clone();
    for (int s : order) {
      if (longest[s] > 0 && automaton.link(s) >= 0) {
        longest[automaton.link(s)] = automaton.longest(automaton.link(s));
      }
    }
    for (int i = order.length - 1; i >= 0; i--) {
      int s = order[i];
      if (longest[s] == 0 && automaton.link(s) >= 0) {
        longest[s] = longest[automaton.link(s)];
      }
    }
    return longest;
  }
}
