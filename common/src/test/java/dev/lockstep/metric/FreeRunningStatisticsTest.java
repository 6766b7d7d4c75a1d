package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.model.Sequence;
import dev.lockstep.results.FreeRunningStatistic;
import dev.lockstep.testing.SymbolSequences;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreeRunningStatisticsTest {
  private static final String UNIGRAMS = "unigram divergence, bits";
  private static final String BIGRAMS = "bigram divergence, bits";
  private static final String SPECTRA = "log-spectral distance, dB";

  @Test
  void whatIsTheSameIsNotApart() {
    List<Sequence> some = SymbolSequences.of(new int[] {0, 1, 2, 1}, new int[] {2, 1, 0, 0});
    assertThat(symbols(UNIGRAMS, some, some)).isZero();
    assertThat(symbols(BIGRAMS, some, some)).isZero();
  }

  @Test
  void whatHasNothingInCommonIsOneBitApart() {
    List<Sequence> low = SymbolSequences.of(new int[] {0, 1, 2}, new int[] {0, 1});
    List<Sequence> high = SymbolSequences.of(new int[] {70_000, 80_000, 90_000});
    assertThat(symbols(UNIGRAMS, low, high)).isCloseTo(1, within(1e-15));
    assertThat(symbols(BIGRAMS, low, high)).isCloseTo(1, within(1e-15));
  }

  /** A fair coin beside one that always shows heads: p = (½, ½), q = (1, 0), m = (¾, ¼). */
  @Test
  void aDivergenceIsThatOfTheSharesFromTheirMean() {
    double expected = (0.5 * log2(2.0 / 3) + 0.5 * log2(2) + log2(4.0 / 3)) / 2;
    assertThat(expected).isCloseTo(0.31128, within(1e-5));
    List<Sequence> fair = SymbolSequences.of(new int[] {0, 1}, new int[] {1, 0, 0, 1});
    List<Sequence> heads = SymbolSequences.of(new int[] {0, 0, 0});
    assertThat(symbols(UNIGRAMS, fair, heads)).isCloseTo(expected, within(1e-15));
    assertThat(symbols(UNIGRAMS, heads, fair)).isCloseTo(expected, within(1e-15));
  }

  /** 01 10 01 beside 00 01 11. */
  @Test
  void theSameSymbolsInAnotherOrderAreOtherPairs() {
    List<Sequence> a = SymbolSequences.of(new int[] {0, 1, 0, 1});
    List<Sequence> b = SymbolSequences.of(new int[] {0, 0, 1, 1});
    double expected =
        (2.0 / 3 * log2(4.0 / 3) + 1.0 / 3) / 2 + (1.0 / 3 * log2(2.0 / 3) + 2.0 / 3) / 2;
    assertThat(symbols(UNIGRAMS, a, b)).isZero();
    assertThat(symbols(BIGRAMS, a, b)).isCloseTo(expected, within(1e-15));
  }

  @Test
  void noPairReachesFromOneSequenceIntoTheNext() {
    List<Sequence> apart = SymbolSequences.of(new int[] {0, 0}, new int[] {1, 1});
    List<Sequence> swapped = SymbolSequences.of(new int[] {1, 1}, new int[] {0, 0});
    assertThat(symbols(BIGRAMS, apart, swapped)).isZero();
    List<Sequence> single = SymbolSequences.of(new int[] {0}, new int[] {1});
    assertThat(symbols(BIGRAMS, single, single)).isNull();
  }

  @Test
  void besideADistanceStandsThatBetweenTheDatasHalves() {
    List<Sequence> data =
        SymbolSequences.of(new int[] {0, 0}, new int[] {1, 1}, new int[] {0, 0}, new int[] {1, 1});
    assertThat(row(FreeRunningStatistics.ofSymbols(), UNIGRAMS, data, data).data()).isEqualTo(1);
    List<Sequence> even =
        SymbolSequences.of(new int[] {0, 1}, new int[] {1, 0}, new int[] {1, 1}, new int[] {1, 1});
    assertThat(row(FreeRunningStatistics.ofSymbols(), UNIGRAMS, even, even).data()).isZero();
  }

  /** At 10 steps one window of 8 fits; at 600 there are three of 256. */
  @ParameterizedTest
  @ValueSource(ints = {10, 256, 600})
  void twiceTheAmplitudeIsSixDecibels(int length) {
    List<Sequence> sine = sound(0, length);
    assertThat(spectra(sine, sine)).isZero();
    assertThat(spectra(sine, sound(1000, length)))
        .isCloseTo(20 * Math.log10(2), within(1e-6))
        .isCloseTo(6.02, within(1e-3));
  }

  @Test
  void theMeanIsOverThePowerOfTheWindows() {
    List<Sequence> half = List.of(sound(0, 256).get(0), sound(2000, 256).get(0));
    assertThat(spectra(half, sound(0, 256))).isCloseTo(10 * Math.log10(2), within(1e-6));
  }

  /**
   * 16 periods a window: 0 dB there, half of the amplitude on both sides, and elsewhere nothing.
   */
  @Test
  void silenceIsFarFromASine() {
    List<Sequence> sine = sound(0, 256);
    List<Sequence> silence = sound(2000, 256);
    IntToDoubleFunction sixteen = s -> s < 2000 ? Math.sin(2 * Math.PI * s / 16) : 0;
    double side = 200 - 20 * Math.log10(2);
    double expected = Math.sqrt((200.0 * 200 + 2 * side * side) / 129);
    Double distance =
        row(FreeRunningStatistics.ofSound(sixteen), SPECTRA, twice(sine), silence).values().get(1);
    assertThat(distance).isCloseTo(expected, within(1e-6));
  }

  @Test
  void soundHasTheDivergencesToo() {
    List<Sequence> sine = twice(sound(0, 20));
    assertThat(
            FreeRunningStatistics.ofSound(FreeRunningStatisticsTest::sine)
                .measure(sine, Map.of(1, sine)))
        .extracting(FreeRunningStatistic::measure)
        .containsExactly(UNIGRAMS, BIGRAMS, SPECTRA);
  }

  @Test
  void momentsAreThoseOfEachChannelOverAllSteps() {
    List<Sequence> data =
        List.of(
            Sequence.ofVectors(2, 1, -5, 2, 5, 3, -5, 4, 5), Sequence.ofVectors(2, 4, 5, 3, -5));
    List<FreeRunningStatistic> rows =
        FreeRunningStatistics.ofVectors(List.of("a", "b")).measure(data, Map.of(1, data));
    assertThat(rows)
        .extracting(FreeRunningStatistic::measure)
        .containsExactly(
            "mean of a",
            "standard deviation of a",
            "lag-1 autocorrelation of a",
            "mean of b",
            "standard deviation of b",
            "lag-1 autocorrelation of b");
    assertThat(rows.get(0).data()).isCloseTo(17.0 / 6, within(1e-12));
    assertThat(rows.get(1).data()).isCloseTo(Math.sqrt(55.0 / 6 - 289.0 / 36), within(1e-12));
    // The pairs (1, 2), (2, 3), (3, 4) and (4, 3): means 2.5 and 3, covariance 2 / 4.
    assertThat(rows.get(2).data()).isCloseTo(0.5 / Math.sqrt(5.0 / 4 * 2 / 4), within(1e-12));
    assertThat(rows.get(3).data()).isZero();
    assertThat(rows.get(4).data()).isEqualTo(5);
    assertThat(rows.get(5).data()).isEqualTo(-1);
    assertThat(rows).allSatisfy(row -> assertThat(row.values()).containsEntry(1, row.data()));
  }

  @Test
  void aConstantHasNoDeviationAndNoCorrelation() {
    List<Sequence> data = List.of(Sequence.ofVectors(1, 1, 2, 3), Sequence.ofVectors(1, 1, 2, 3));
    List<Sequence> constant = List.of(Sequence.ofVectors(1, 0.1F, 0.1F, 0.1F));
    var channel = FreeRunningStatistics.ofVectors(List.of("a"));
    assertThat(row(channel, "mean of a", data, constant).values()).containsEntry(1, (double) 0.1F);
    assertThat(row(channel, "standard deviation of a", data, constant).values())
        .containsEntry(1, 0.0);
    assertThat(row(channel, "lag-1 autocorrelation of a", data, constant).values())
        .containsEntry(1, null);
    assertThat(row(channel, "lag-1 autocorrelation of a", data, constant).data()).isEqualTo(1);
  }

  @Test
  void whatIsNoNumberIsNull() {
    List<Sequence> data = List.of(Sequence.ofVectors(1, 1, 2), Sequence.ofVectors(1, 3, 4));
    List<Sequence> lost = List.of(Sequence.ofVectors(1, Float.POSITIVE_INFINITY, 0));
    assertThat(row(FreeRunningStatistics.ofVectors(List.of("a")), "mean of a", data, lost).values())
        .containsEntry(1, null);
  }

  /** The steps after lifts, of length 100, are in the air; the last stroke has no end. */
  @Test
  void aStrokeIsTheInkBetweenTwoLifts() {
    Sequence line =
        Sequence.ofVectors(
            3, 7, 0, 0, 7, 0, 1, 60, 80, 0, 3, 4, 0, 0, -5, 1, 100, 0, 0, 1, 0, 1, 0, 100, 0, 2, 2,
            0);
    Sequence dot = Sequence.ofVectors(3, 9, 9, 1, 100, 0, 1);
    assertThat(pen("mean stroke length", line)).isEqualTo((10 + 1) / 2.0);
    assertThat(pen("mean stroke length", line, dot)).isCloseTo(11 / 3.0, within(1e-12));
    assertThat(pen("pen lifts a step", line)).isCloseTo(3 / 9.0, within(1e-12));
    assertThat(pen("pen lifts a step", line, dot)).isCloseTo(5 / 11.0, within(1e-12));
    assertThat(pen("mean of x", dot)).isEqualTo(54.5);
    assertThat(pen("mean of y", dot)).isEqualTo(4.5);
  }

  @Test
  void aPenThatIsNeverLiftedMakesNoStroke() {
    Sequence scrawl = Sequence.ofVectors(3, 1, 0, 0, 1, 0, 0);
    assertThat(pen("pen lifts a step", scrawl)).isZero();
    assertThat(pen("mean stroke length", scrawl)).isNull();
  }

  private static Double symbols(String measure, List<Sequence> output, List<Sequence> data) {
    return row(FreeRunningStatistics.ofSymbols(), measure, twice(data), output).values().get(1);
  }

  private static Double spectra(List<Sequence> output, List<Sequence> data) {
    return row(
            FreeRunningStatistics.ofSound(FreeRunningStatisticsTest::sine),
            SPECTRA,
            twice(data),
            output)
        .values()
        .get(1);
  }

  private static Double pen(String measure, Sequence... lines) {
    return row(FreeRunningStatistics.ofPen(), measure, List.of(lines), List.of()).data();
  }

  private static FreeRunningStatistic row(
      FreeRunningStatistics statistics,
      String measure,
      List<Sequence> data,
      List<Sequence> output) {
    Map<Integer, List<Sequence>> outputs =
        output.isEmpty() ? Map.of() : new TreeMap<>(Map.of(1, output));
    return statistics.measure(data, outputs).stream()
        .filter(row -> row.measure().equals(measure))
        .findFirst()
        .orElseThrow();
  }

  /** The same shares, in halves. */
  private static List<Sequence> twice(List<Sequence> data) {
    return Collections.nCopies(2, data).stream().flatMap(List::stream).toList();
  }

  private static List<Sequence> sound(int from, int length) {
    return SymbolSequences.of(IntStream.range(from, from + length).toArray());
  }

  /** Symbol t is sample t of a sine; from 1000 on, twice that; from 2000 on, silence. */
  private static double sine(int symbol) {
    double sample = Math.sin(0.37 * (symbol % 1000));
    return symbol < 1000 ? sample : symbol < 2000 ? 2 * sample : 0;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }
}
