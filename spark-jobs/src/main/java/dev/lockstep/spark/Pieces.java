package dev.lockstep.spark;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import scala.Tuple2;

/** Cutting a stream of symbols that lies in stored sequences into pieces of another length. */
final class Pieces {
  /**
   * Some consecutive symbols of a piece.
   *
   * <p>{@code at} is where in the stream they begin.
   */
  static final class Fragment implements Serializable {
    private static final long serialVersionUID = 1L;

    final long at;
    final int[] symbols;

    Fragment(long at, int[] symbols) {
      this.at = at;
      this.symbols = symbols;
    }
  }

  private Pieces() {}

  /**
   * The fragments of a stored sequence that begins at {@code start}, each with the number of its
   * piece.
   */
  static List<Tuple2<Long, Fragment>> of(long start, int[] symbols, long length) {
    List<Tuple2<Long, Fragment>> fragments = new ArrayList<>();
    int from = 0;
    while (from < symbols.length) {
      long piece = (start + from) / length;
      int to = (int) Math.min(symbols.length, (piece + 1) * length - start);
      int[] some = Arrays.copyOfRange(symbols, from, to);
      fragments.add(new Tuple2<>(piece, new Fragment(start + from, some)));
      from = to;
    }
    return fragments;
  }

  /** A piece from its fragments, which come in no order. */
  static int[] join(Iterable<Fragment> fragments) {
    List<Fragment> list = new ArrayList<>();
    fragments.forEach(list::add);
    list.sort(Comparator.comparingLong(fragment -> fragment.at));
    return list.stream().flatMapToInt(fragment -> Arrays.stream(fragment.symbols)).toArray();
  }
}
