package dev.lockstep.metric;

import dev.lockstep.model.Sequence;
import dev.lockstep.results.FreeRunningStatistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What free-running output looks like beside held-out data, by statistics that need no likelihood:
 * those of a generator that holds up beyond the length it was trained on stay those of the data.
 *
 * <p>Some are values, which the data have too. Others are distances of the output from the data;
 * beside them stands the distance between the data's sequences of even and of odd number, which is
 * what finitely many sequences give where nothing differs.
 */
public final class FreeRunningStatistics {
  private record Statistic(
      String measure,
      ToDoubleFunction<List<Sequence>> inData,
      ToDoubleBiFunction<List<Sequence>, List<Sequence>> inOutput) {
    static Statistic value(String measure, ToDoubleFunction<List<Sequence>> of) {
      return new Statistic(measure, of, (output, data) -> of.applyAsDouble(output));
    }

    static Statistic distance(
        String measure, ToDoubleBiFunction<List<Sequence>, List<Sequence>> between) {
      return new Statistic(
          measure, data -> between.applyAsDouble(half(data, 0), half(data, 1)), between);
    }

    private static List<Sequence> half(List<Sequence> data, int parity) {
      return IntStream.range(0, data.size())
          .filter(n -> n % 2 == parity)
          .mapToObj(data::get)
          .toList();
    }
  }

  private final List<Statistic> statistics;

  private FreeRunningStatistics(List<Statistic> statistics) {
    this.statistics = statistics;
  }

  /**
   * Statistics of symbols: how far the distributions of symbols and of pairs of neighbours are
   * apart.
   */
  public static FreeRunningStatistics ofSymbols() {
    return new FreeRunningStatistics(divergences());
  }

  /**
   * Statistics of symbols that are amplitudes: those of symbols, and how far the power spectra are
   * apart.
   *
   * @param decode a symbol's amplitude, between −1 and 1
   */
  public static FreeRunningStatistics ofSound(IntToDoubleFunction decode) {
    List<Statistic> all = divergences();
    all.add(
        Statistic.distance(
            "log-spectral distance, dB",
            (output, data) -> PowerSpectrum.distance(decode, output, data)));
    return new FreeRunningStatistics(all);
  }

  /**
   * Statistics of vectors: mean, standard deviation and lag-1 autocorrelation of each channel, in
   * the numbers that the generator reads.
   *
   * @param channels W names
   */
  public static FreeRunningStatistics ofVectors(List<String> channels) {
    List<Statistic> all = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      addChannel(all, channels.get(c), c);
    }
    return new FreeRunningStatistics(all);
  }

  /**
   * Statistics of a pen's offsets and lifts: those of vectors for the two offsets; lifts a step;
   * and the mean length of a stroke, in the numbers that the generator reads.
   */
  public static FreeRunningStatistics ofPen() {
    List<Statistic> all = new ArrayList<>();
    addChannel(all, "x", 0);
    addChannel(all, "y", 1);
    all.add(Statistic.value("pen lifts a step", Strokes::liftsPerStep));
    all.add(Statistic.value("mean stroke length", Strokes::meanLength));
    return new FreeRunningStatistics(all);
  }

  private static List<Statistic> divergences() {
    List<Statistic> all = new ArrayList<>();
    all.add(Statistic.distance("unigram divergence, bits", SymbolDivergence::ofUnigrams));
    all.add(Statistic.distance("bigram divergence, bits", SymbolDivergence::ofBigrams));
    return all;
  }

  private static void addChannel(List<Statistic> all, String name, int c) {
    all.add(Statistic.value("mean of " + name, s -> ChannelMoments.mean(s, c)));
    all.add(Statistic.value("standard deviation of " + name, s -> ChannelMoments.std(s, c)));
    all.add(
        Statistic.value(
            "lag-1 autocorrelation of " + name, s -> ChannelMoments.autocorrelation(s, c)));
  }

  /**
   * Measures.
   *
   * @param data held-out sequences, at least two
   * @param output what ran free, at each multiple of the training length, as {@link
   *     FreeRunningSegments} takes it
   */
  public List<FreeRunningStatistic> measure(
      List<Sequence> data, Map<Integer, List<Sequence>> output) {
    List<FreeRunningStatistic> rows = new ArrayList<>();
    for (Statistic statistic : statistics) {
      SortedMap<Integer, Double> values = new TreeMap<>();
      output.forEach(
          (multiple, segments) ->
              values.put(multiple, finite(statistic.inOutput().applyAsDouble(segments, data))));
      rows.add(
          new FreeRunningStatistic(
              statistic.measure(), finite(statistic.inData().applyAsDouble(data)), values));
    }
    return rows;
  }

  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
