package dev.lockstep.metric;

import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The suffix automaton of some texts (Blumer et al. 1985; for several texts Mohri, Moreno &
 * Weinstein 2009): the smallest automaton that reads every substring of them, and nothing else,
 * without failing. A state stands for the substrings that end at the same places; they are the
 * suffixes of its longest that are longer than the longest of its link, which is the state of the
 * next shorter suffix. It has at most two states a symbol and is built in linear time.
 */
final class SuffixAutomaton {
  private static final int NONE = -1;
  private static final int ROOT = 0;

  /** From a state and a symbol to a state. */
  private final Long2IntOpenHashMap edges = new Long2IntOpenHashMap();

  /** The edges of a state as a list, to copy them: of each its symbol and the one before it. */
  private final int[] lastEdge;

  private final int[] edgeBefore;
  private final int[] edgeSymbol;
  private int edgeCount;

  private final int[] longest;
  private final int[] link;
  private int states = 1;

  /** The automaton of all suffixes of some texts. */
  SuffixAutomaton(List<int[]> texts) {
    int symbols = texts.stream().mapToInt(text -> text.length).sum();
    int most = Math.max(2, 2 * symbols);
    longest = new int[most];
    link = new int[most];
    lastEdge = new int[most];
    Arrays.fill(lastEdge, NONE);
    link[ROOT] = NONE;
    edgeBefore = new int[Math.max(1, 3 * symbols)];
    edgeSymbol = new int[edgeBefore.length];
    edges.defaultReturnValue(NONE);
    for (int[] text : texts) {
      int last = ROOT;
      for (int symbol : text) {
        last = append(last, symbol);
      }
    }
  }

  /** How many states; the first is that of the empty text, and links lead to shorter ones. */
  int states() {
    return states;
  }

  /** Symbols of a state's longest substring. */
  int longest(int state) {
    return longest[state];
  }

  /** The state of the next shorter suffix; negative for the empty text. */
  int link(int state) {
    return link[state];
  }

  /** The states in the order of their longest substrings, the longest first. */
  int[] longestFirst() {
    int[] counts = new int[IntStream.of(longest).max().orElse(0) + 2];
    for (int s = 0; s < states; s++) {
      counts[longest[s]]++;
    }
    int[] order = new int[states];
    Arrays.parallelPrefix(counts, Integer::sum);
    for (int s = 0; s < states; s++) {
      order[states - counts[longest[s]]--] = s;
    }
    return order;
  }

  /** A place in it while it reads a text, which need not be one of its own. */
  final class Reader {
    private int state = ROOT;
    private int matched;

    /** Reads a symbol, and forgets as many at the start as have to be. */
    void read(int symbol) {
      int next = edges.get(key(state, symbol));
      while (next == NONE && state != ROOT) {
        state = link[state];
        matched = longest[state];
        next = edges.get(key(state, symbol));
      }
      if (next != NONE) {
        state = next;
        matched++;
      }
    }

    /** That of the last symbols read, as far as they are a substring. */
    int state() {
      return state;
    }

    /** How many symbols these are. */
    int matched() {
      return matched;
    }
  }

  /** Adds a symbol after what the state {@code last} has read; the state of the whole. */
  private int append(int last, int symbol) {
    int known = edges.get(key(last, symbol));
    if (known != NONE) {
      return longest[known] == longest[last] + 1 ? known : split(last, symbol, known);
    }
    int added = states++;
    longest[added] = longest[last] + 1;
    int from = last;
    int to = NONE;
    while (from != NONE) {
      to = edges.get(key(from, symbol));
      if (to != NONE) {
        break;
      }
      connect(from, symbol, added);
      from = link[from];
    }
    if (from == NONE) {
      link[added] = ROOT;
    } else {
      link[added] = longest[to] == longest[from] + 1 ? to : split(from, symbol, to);
    }
    return added;
  }

  /**
   * Gives the substrings of a state that are no longer than through {@code from} one of their own.
   */
  private int split(int from, int symbol, int state) {
    int shorter = states++;
    longest[shorter] = longest[from] + 1;
    link[shorter] = link[state];
    link[state] = shorter;
    for (int edge = lastEdge[state]; edge != NONE; edge = edgeBefore[edge]) {
      connect(shorter, edgeSymbol[edge], edges.get(key(state, edgeSymbol[edge])));
    }
    for (int s = from; s != NONE && edges.get(key(s, symbol)) == state; s = link[s]) {
      edges.put(key(s, symbol), shorter);
    }
    return shorter;
  }

  private void connect(int from, int symbol, int to) {
    edges.put(key(from, symbol), to);
    edgeSymbol[edgeCount] = symbol;
    edgeBefore[edgeCount] = lastEdge[from];
    lastEdge[from] = edgeCount++;
  }

  private static long key(int state, int symbol) {
    return (long) state << Integer.SIZE | symbol;
  }
}
