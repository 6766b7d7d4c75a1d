package dev.lockstep.metric;

import dev.lockstep.model.Sequence;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Jensen-Shannon divergence (Lin 1991) of the symbols of two sets of sequences, in bits: with p and
 * q the shares of a symbol, or of a pair of neighbours within a sequence, and m = (p + q) / 2,
 *
 * <pre>
 *   ½ Σ p log₂(p / m) + ½ Σ q log₂(q / m),
 * </pre>
 *
 * 0 where they are the same, 1 where they have nothing in common. Only what occurs is counted, so
 * memory does not depend on the vocabulary.
 */
final class SymbolDivergence {
  /** How often each symbol, or pair, occurs on either side. */
  private final Map<Long, long[]> counts = new HashMap<>();

  private final long[] totals = new long[2];

  private SymbolDivergence() {}

  /** Divergence of the distributions of symbols; NaN if either side has none. */
  static double ofUnigrams(List<Sequence> a, List<Sequence> b) {
    return of(1, a, b);
  }

  /** Divergence of the distributions of pairs of neighbours; NaN if either side has none. */
  static double ofBigrams(List<Sequence> a, List<Sequence> b) {
    return of(2, a, b);
  }

  private static double of(int order, List<Sequence> a, List<Sequence> b) {
    SymbolDivergence divergence = new SymbolDivergence();
    a.forEach(sequence -> divergence.count(0, order, sequence.symbols()));
    b.forEach(sequence -> divergence.count(1, order, sequence.symbols()));
    return divergence.bits();
  }

  private void count(int side, int order, int[] symbols) {
    for (int t = order - 1; t < symbols.length; t++) {
      long before = order == 1 ? 0 : symbols[t - 1];
      counts.computeIfAbsent(before << Integer.SIZE | symbols[t], key -> new long[2])[side]++;
      totals[side]++;
    }
  }

  private double bits() {
    double nats = 0;
    for (long[] count : counts.values()) {
      double p = (double) count[0] / totals[0];
      double q = (double) count[1] / totals[1];
      nats += (part(p, p + q) + part(q, p + q)) / 2;
    }
    return totals[0] == 0 || totals[1] == 0 ? Double.NaN : nats / Math.log(2);
  }

  private static double part(double share, double both) {
    return share == 0 ? 0 : share * Math.log(2 * share / both);
  }
}
