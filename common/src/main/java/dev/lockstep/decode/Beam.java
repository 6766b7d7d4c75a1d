package dev.lockstep.decode;

import dev.lockstep.model.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;

/**
 * The hypotheses of one sequence. Those that have not ended, W at most, are in slots, the likeliest
 * first; each is known by its last symbol and the slot, one step earlier, of what is before it.
 */
final class Beam {
  private final BeamSearch.Options options;
  private final int vocabulary;
  private final int[] condition;
  private final OptionalInt end;
  private final BestCandidates candidates;
  private final double[] logProbabilities;
  private final int[] parents;
  private final int[] symbols;
  private final List<Hypothesis> ended = new ArrayList<>();
  private int length;
  private int live = 1;

  /**
   * One hypothesis of no symbols.
   *
   * @param condition what its sequence depends on
   */
  Beam(BeamSearch.Options options, int vocabulary, int[] condition, OptionalInt end) {
    this.options = options;
    this.condition = condition;
    this.vocabulary = vocabulary;
    this.end = end;
    this.candidates = new BestCandidates(2 * options.width());
    this.logProbabilities = new double[options.width()];
    this.parents = new int[Math.multiplyExact(options.length(), options.width())];
    this.symbols = new int[parents.length];
  }

  /** Slots in use: none once the search is over. */
  int live() {
    return live;
  }

  /** Where a slot's hypothesis was before its last symbol. */
  int parent(int slot) {
    return parents[place(length - 1, slot)];
  }

  /** A slot's last symbol. */
  int symbol(int slot) {
    return symbols[place(length - 1, slot)];
  }

  private int place(int step, int slot) {
    return step * options.width() + slot;
  }

  /**
   * One symbol more. Each hypothesis that has not ended is followed by every symbol; those of the W
   * likeliest of all these that end have ended, and the W likeliest that do not end go on.
   *
   * @param next the log-probability of symbol v after the hypothesis in slot b is at {@code b ·
   *     stride + first + v}
   */
  void extend(double[] next, int first, int stride) {
    choose(next, first, stride);
    length++;
    live = 0;
    for (int rank = 0; rank < candidates.size(); rank++) {
      int parent = candidates.number(rank) / vocabulary;
      int symbol = candidates.number(rank) % vocabulary;
      double total = candidates.value(rank);
      if (end.isPresent() && symbol == end.getAsInt()) {
        if (rank < options.width()) {
          ended.add(hypothesis(parent, symbol, total, true));
        }
      } else if (live < options.width()) {
        logProbabilities[live] = total;
        parents[place(length - 1, live)] = parent;
        symbols[place(length - 1, live)] = symbol;
        live++;
      }
    }
    if (isOver()) {
      stop();
    }
  }

  private void choose(double[] next, int first, int stride) {
    // One of each hypothesis' candidates ends: of twice as many at least W do not.
    candidates.clear(end.isPresent() ? 2 * options.width() : options.width());
    for (int slot = 0; slot < live; slot++) {
      int at = slot * stride + first;
      for (int v = 0; v < vocabulary; v++) {
        candidates.offer(logProbabilities[slot] + next[at + v], slot * vocabulary + v);
      }
    }
    candidates.sort();
  }

  private boolean isOver() {
    return live == 0
        || length == options.length()
        || ended.size() >= options.width()
        || (ended.size() >= options.best() && !canStillImprove());
  }

  /**
   * Whether a hypothesis that goes on, if all that follows were certain, could be among the best.
   */
  private boolean canStillImprove() {
    double bound = options.score(logProbabilities[0], options.length());
    return ended.stream().filter(e -> e.score() >= bound).count() < options.best();
  }

  private void stop() {
    if (length == options.length()) {
      for (int slot = 0; slot < live; slot++) {
        ended.add(hypothesis(parent(slot), symbol(slot), logProbabilities[slot], false));
      }
    }
    live = 0;
  }

  private Hypothesis hypothesis(int parent, int last, double total, boolean ends) {
    int[] all = new int[length];
    all[length - 1] = last;
    int slot = parent;
    for (int t = length - 2; t >= 0; t--) {
      all[t] = symbols[place(t, slot)];
      slot = parents[place(t, slot)];
    }
    Sequence sequence = Sequence.ofSymbols(all).given(condition);
    return new Hypothesis(sequence, total, options.score(total, length), ends);
  }

  /** The best that ended, or came to the greatest length, the best first. */
  List<Hypothesis> best() {
    // A stable sort: of equals the one that ended first.
    return ended.stream()
        .sorted(Comparator.comparingDouble(Hypothesis::score).reversed())
        .limit(options.best())
        .toList();
  }
}
