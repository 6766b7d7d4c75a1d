package dev.lockstep.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.hipparchus.stat.inference.WilcoxonSignedRankTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tests and intervals against published examples and against counting all cases. */
class StatisticsTest {
  /** Exact intervals of Newcombe (1998), table I. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2527, 0.3676",
    "15, 148, 0.0578, 0.1617",
    "0, 20, 0.0000, 0.1684",
    "1, 29, 0.0009, 0.1776"
  })
  void sharesHaveTheExactInterval(int count, int of, double low, double high) {
    Share share = Share.of(count, of);
    assertThat(share.share()).isEqualTo(count / (double) of);
    assertThat(share.interval().low()).isCloseTo(low, within(5e-5));
    assertThat(share.interval().high()).isCloseTo(high, within(5e-5));
  }

  /** Of each share the interval mirrors that of the rest, at either end. */
  @Test
  void intervalsOfAShareAndOfItsRestAreMirrored() {
    for (int n = 1; n <= 60; n++) {
      for (int k = 0; k <= n; k++) {
        Interval one = Share.of(k, n).interval();
        Interval rest = Share.of(n - k, n).interval();
        assertThat(one.low()).as("%d of %d", k, n).isCloseTo(1 - rest.high(), within(1e-8));
      }
    }
    assertThat(Share.of(0, 0)).isNull();
  }

  /** 8 of 10 deer with the longer left hind leg (Zar, Biostatistical Analysis, example 24.11). */
  @Test
  void signTestIsExact() {
    assertThat(SignTest.p(8, 2)).isCloseTo(112 / 1024d, within(1e-12));
    assertThat(SignTest.p(0, 6)).isCloseTo(2 / 64d, within(1e-12));
    assertThat(SignTest.p(5, 5)).isEqualTo(1);
    assertThat(SignTest.p(0, 0)).isEqualTo(1);
    for (int n = 1; n < 80; n++) {
      for (int k = 0; k <= n; k++) {
        assertThat(SignTest.p(k, n - k)).isEqualTo(SignTest.p(n - k, k));
      }
    }
  }

  /** Darwin's pairs of maize, crossed less self-fertilised, in eighths of an inch. */
  @Test
  void signedRankTestOfDarwinsMaize() {
    double[] differences = {49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48};
    SignedRankTest test = SignedRankTest.of(differences);

    assertThat(test.plus()).isEqualTo(96);
    assertThat(test.minus()).isEqualTo(24);
    assertThat(test.used()).isEqualTo(15);
    assertThat(test.p()).isCloseTo(0.04126, within(5e-6));
    assertThat(test.p())
        .isCloseTo(
            new WilcoxonSignedRankTest().wilcoxonSignedRankTest(new double[15], differences, true),
            within(1e-12));
    assertThat(test.effect()).isCloseTo(72 / 120d, within(1e-12));
  }

  /** With ties and zeros, against all choices of signs. */
  @Test
  void signedRankTestWithTiesIsThatOfAllSigns() {
    Random random = new Random(4);
    for (int repeat = 0; repeat < 40; repeat++) {
      double[] differences = random.ints(9, -3, 4).asDoubleStream().toArray();
      SignedRankTest test = SignedRankTest.of(differences);
      assertThat(test.p()).isCloseTo(byAllSigns(differences), within(1e-12));
      assertThat(test.plus() + test.minus()).isEqualTo(test.used() * (test.used() + 1) / 2d);
    }
    assertThat(SignedRankTest.of(new double[3])).isEqualTo(new SignedRankTest(0, 0, 0, 1));
  }

  /** The share of sign choices whose rank sums are at least as far apart. */
  private static double byAllSigns(double[] differences) {
    double[] used = Arrays.stream(differences).filter(d -> d != 0).toArray();
    double observed = Math.abs(balance(used));
    int further = 0;
    for (int signs = 0; signs < 1 << used.length; signs++) {
      double[] signed = new double[used.length];
      for (int i = 0; i < used.length; i++) {
        signed[i] = (signs >> i & 1) == 1 ? Math.abs(used[i]) : -Math.abs(used[i]);
      }
      further += Math.abs(balance(signed)) >= observed ? 1 : 0;
    }
    return further / (double) (1 << used.length);
  }

  /** Ranks of positive less those of negative ones; a rank is one, others below, half of equals. */
  private static double balance(double[] differences) {
    double balance = 0;
    for (double one : differences) {
      double rank = 0.5;
      for (double other : differences) {
        rank += Math.abs(other) < Math.abs(one) ? 1 : Math.abs(other) == Math.abs(one) ? 0.5 : 0;
      }
      balance += Math.signum(one) * rank;
    }
    return balance;
  }

  @Test
  void signedRankTestOfManyIsFinite() {
    double[] differences = new double[300];
    Arrays.setAll(differences, i -> i % 2 == 0 ? i : -i);
    assertThat(SignedRankTest.of(differences).p()).isBetween(0.5, 1.0);
  }

  /** Student's sleep data, the differences of two drugs. */
  @Test
  void intervalOfTheMeanOfStudentsSleep() {
    Interval interval =
        Interval.ofMean(new double[] {1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4});
    assertThat(interval.low()).isCloseTo(0.7001142, within(5e-7));
    assertThat(interval.high()).isCloseTo(2.4598858, within(5e-7));
    assertThat(Interval.ofMean(new double[] {1})).isNull();
  }

  @Test
  void holmStepsDown() {
    assertThat(Holm.adjust(0.01, 0.04, 0.03, 0.005))
        .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-12));
    assertThat(Holm.adjust(0.9, 0.8)).containsExactly(1, 1);
  }
}
