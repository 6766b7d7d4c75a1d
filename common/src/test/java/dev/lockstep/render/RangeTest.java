package dev.lockstep.render;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RangeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 1 | 5 | 0.0 0.2 0.4 0.6 0.8 1.0",
        "-3.2 | 9 | 6 | \u22122 0 2 4 6 8",
        "0 | 15 | 5 | 0 2 4 6 8 10 12 14",
        "0 | 48000 | 5 | 0 10000 20000 30000 40000",
        "0.0011 | 0.0032 | 4 | 0.0015 0.0020 0.0025 0.0030",
        "-0.1 | 0.1 | 2 | \u22120.1 0.0 0.1",
        "1e9 | 3e9 | 4 | 1E+9 1.5E+9 2E+9 2.5E+9 3E+9",
      })
  void ticksAreRoundAndTheirLabelsDiffer(double low, double high, int wanted, String labels) {
    Range range = new Range(low, high);
    assertThat(Arrays.stream(range.ticks(wanted)).mapToObj(tick -> range.label(tick, wanted)))
        .containsExactly(labels.split(" ", -1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.04 | 30 | 6 | 0.05 0.1 0.2 0.5 1 2 5 10 20",
        "0.004 | 3000 | 4 | 0.01 0.1 1 10 100 1000",
        "90 | 1600 | 4 | 100 200 500 1000",
        "1e-8 | 1e-7 | 4 | 1E-8 2E-8 5E-8 1E-7"
      })
  void ticksOfRatiosAreRoundToo(double low, double high, int wanted, String labels) {
    Range range = new Range(low, high, true);
    assertThat(Arrays.stream(range.ticks(wanted)).mapToObj(tick -> range.label(tick, wanted)))
        .containsExactly(labels.split(" ", -1));
  }

  @Test
  void equalRatiosAreEqualLengths() {
    Range range = Range.logarithmic(DoubleStream.of(1, 100, 0, -3, Double.NaN));
    assertThat(range.share(10)).isCloseTo(0.5, within(1e-12));
    assertThat(range.share(100) - range.share(10))
        .isCloseTo(range.share(10) - range.share(1), within(1e-12));
    assertThat(range.share(1)).isBetween(0.0, 0.1);
  }

  @Test
  void aRangeSpansWhatIsFinite() {
    double[] values = {3, Double.NaN, -1, 1 / 0d, 7, -1 / 0d};
    assertThat(Range.of(DoubleStream.of(values))).isEqualTo(new Range(-1, 7));
    Range around = Range.around(DoubleStream.of(values));
    assertThat(around.low()).isCloseTo(-1.4, within(1e-12));
    assertThat(around.high()).isCloseTo(7.4, within(1e-12));
  }

  @Test
  void oneValueOrNoneHasARangeToo() {
    for (double value : new double[] {0, 3, -1e20}) {
      Range range = Range.of(DoubleStream.of(value, value));
      assertThat(range.low()).isLessThan(value);
      assertThat(range.share(value)).isCloseTo(0.5, within(1e-9));
      assertThat(range.ticks(4)).hasSizeBetween(2, 9);
    }
    assertThat(Range.of(DoubleStream.empty())).isEqualTo(new Range(0, 1));
  }
}
