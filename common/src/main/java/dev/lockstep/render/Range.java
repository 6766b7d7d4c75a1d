package dev.lockstep.render;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * The values that an axis spans; {@code low < high}.
 *
 * @param logarithmic whether equal lengths are equal ratios; then both are above 0
 */
record Range(double low, double high, boolean logarithmic) {
  /** With equal lengths for equal differences. */
  Range(double low, double high) {
    this(low, high, false);
  }

  /** The values that are finite and above 0, by their ratios, and a little more at each end. */
  static Range logarithmic(DoubleStream values) {
    Range exponents = around(values.filter(value -> value > 0).map(Math::log10));
    return new Range(Math.pow(10, exponents.low), Math.pow(10, exponents.high), true);
  }

  /** From the least to the largest of the values that are finite. */
  static Range of(DoubleStream values) {
    DoubleSummaryStatistics finite = values.filter(Double::isFinite).summaryStatistics();
    return finite.getCount() == 0 ? new Range(0, 1) : wide(finite.getMin(), finite.getMax());
  }

  /** The range of some values, with a twentieth of it more at each end. */
  static Range around(DoubleStream values) {
    Range exact = of(values);
    double padding = (exact.high - exact.low) / 20;
    return new Range(exact.low - padding, exact.high + padding);
  }

  /** An axis needs some extent, also for one value, and one that numbers can resolve. */
  private static Range wide(double low, double high) {
    double largest = Math.max(Math.abs(low), Math.abs(high));
    double padding = high - low > 1e-9 * largest ? 0 : largest > 0 ? largest / 20 : 1;
    return new Range(low - padding, high + padding);
  }

  /** Where a value is: 0 at the low end, 1 at the high end. */
  double share(double value) {
    return logarithmic
        ? Math.log(value / low) / Math.log(high / low)
        : (value - low) / (high - low);
  }

  /**
   * Multiples of 1, 2 or 5 times a power of ten inside the range, about {@code wanted} of them; of
   * a logarithmic one 1, 2 and 5 times each power, or the powers alone.
   */
  double[] ticks(int wanted) {
    if (logarithmic) {
      double[] all = decades(1, 2, 5);
      return all.length <= 2 * wanted ? all : decades(1);
    }
    double step = step(wanted);
    long first = (long) Math.ceil(low / step - 1e-9);
    long last = (long) Math.floor(high / step + 1e-9);
    double[] ticks = new double[(int) (last - first + 1)];
    for (int i = 0; i < ticks.length; i++) {
      ticks[i] = (first + i) * step;
    }
    return ticks;
  }

  private double[] decades(int... digits) {
    int first = (int) Math.floor(Math.log10(low));
    int last = (int) Math.floor(Math.log10(high));
    return IntStream.rangeClosed(first, last)
        .boxed()
        .flatMapToDouble(
            power -> Arrays.stream(digits).mapToDouble(digit -> digit * Math.pow(10, power)))
        .filter(tick -> tick >= low && tick <= high)
        .toArray();
  }

  private double step(int wanted) {
    double raw = (high - low) / wanted;
    double power = Math.pow(10, Math.floor(Math.log10(raw)));
    double digit = raw / power;
    return power * (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10);
  }

  /** A tick's label, with the decimals that its neighbours need to differ. */
  String label(double tick, int wanted) {
    if (logarithmic) {
      BigDecimal rounded = BigDecimal.valueOf(tick).round(new MathContext(1));
      return Math.abs(Math.log10(tick)) < 6
          ? rounded.stripTrailingZeros().toPlainString()
          : rounded.toString();
    }
    double step = step(wanted);
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    boolean plain = Math.max(Math.abs(low), Math.abs(high)) < 1e6 && decimals < 6;
    BigDecimal exact = BigDecimal.valueOf(tick + 0d);
    String label =
        plain
            ? exact.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString()
            : exact.round(new MathContext(6)).stripTrailingZeros().toString();
    return label.replace('-', '\u2212');
  }
}
