package dev.lockstep.metric;

import java.util.List;

/** What a text has more than once, from its {@link SuffixAutomaton}. */
final class Repetition {
  private final SuffixAutomaton automaton;
  private final int[] text;

  Repetition(int[] text) {
    this.automaton = new SuffixAutomaton(List.of(text));
    this.text = text;
  }

  /** Distinct substrings of n symbols over all of them; NaN if there are none. */
  double distinct(int n) {
    int distinct = 0;
    for (int s = 1; s < automaton.states(); s++) {
      // A state has one substring of each length from its longest down to its link's.
      boolean has = n <= automaton.longest(s) && n > automaton.longest(automaton.link(s));
      distinct += has ? 1 : 0;
    }
    int all = Math.max(0, text.length - n + 1);
    return all == 0 ? Double.NaN : (double) distinct / all;
  }

  /** Symbols of the longest substring that begins at two places; 0 if none does. */
  int longestRepeat() {
    int[] places = new int[automaton.states()];
    SuffixAutomaton.Reader reader = automaton.new Reader();
    for (int symbol : text) {
      reader.read(symbol);
      places[reader.state()] = 1;
    }
    int longest = 0;
    for (int s : automaton.longestFirst()) {
      if (places[s] > 1) {
        longest = Math.max(longest, automaton.longest(s));
      }
      if (automaton.link(s) >= 0) {
        places[automaton.link(s)] += places[s];
      }
    }
    return longest;
  }
}
