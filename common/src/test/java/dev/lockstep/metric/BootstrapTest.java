package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.metric.Bootstrap.Interval;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  /** Units of other lengths, whose mean nll is 2 a step. */
  @Test
  void holdsTheTruthAboutNineteenTimesInTwenty() {
    int experiments = 400;
    int held = 0;
    for (int e = 0; e < experiments; e++) {
      SplittableRandom random = new SplittableRandom(e);
      double[] steps = random.doubles(80, 50, 150).map(Math::rint).toArray();
      double[] nats = new double[80];
      // A unit's own level is exponential: skewed, as nlls are.
      Arrays.setAll(nats, i -> steps[i] * -2 * Math.log(1 - random.nextDouble()));
      Interval interval = Bootstrap.ofRatio(nats, steps, random);
      held += interval.low() <= 2 && 2 <= interval.high() ? 1 : 0;
    }
    // 380 of 400, give or take 9; the percentile method is known to hold a little too little.
    assertThat(held).isBetween(355, 394);
  }

  /**
   * The mean of n fair coins has a standard deviation of 1 / (2 √n), and 95 % are within 1.96 of
   * these.
   */
  @Test
  void isAsWideAsTheNormalDistributionSays() {
    double[] coins = new double[1000];
    Arrays.setAll(coins, i -> i % 2);
    Interval interval = Bootstrap.ofMean(coins, new SplittableRandom(1));
    assertThat(interval.low()).isCloseTo(0.5 - 1.96 / 2 / Math.sqrt(1000), within(0.003));
    assertThat(interval.high()).isCloseTo(0.5 + 1.96 / 2 / Math.sqrt(1000), within(0.003));
  }

  @Test
  void aLongUnitWeighsMore() {
    double[] nats = {10, 3000};
    double[] steps = {10, 1000};
    Interval interval = Bootstrap.ofRatio(nats, steps, new SplittableRandom(1));
    assertThat(interval.low()).isEqualTo(1);
    assertThat(interval.high()).isEqualTo(3);
    assertThat(Bootstrap.ofMean(nats, new SplittableRandom(1)).high()).isEqualTo(3000);
  }

  @Test
  void unitsThatAreAllTheSameLeaveNoDoubt() {
    double[] same = {6, 6, 6};
    double[] steps = {2, 2, 2};
    assertThat(Bootstrap.ofRatio(same, steps, new SplittableRandom(1)))
        .isEqualTo(new Interval(3, 3));
  }

  @Test
  void isAFunctionOfTheStream() {
    double[] values = new SplittableRandom(5).doubles(30).toArray();
    assertThat(Bootstrap.ofMean(values, new SplittableRandom(1)))
        .isEqualTo(Bootstrap.ofMean(values, new SplittableRandom(1)))
        .isNotEqualTo(Bootstrap.ofMean(values, new SplittableRandom(2)));
  }

  @Test
  void whatRisesWithAStatisticHasItsEndsRaised() {
    Interval interval = new Interval(1, 2).map(Math::exp);
    assertThat(interval.ends()).containsExactly(Math.exp(1), Math.exp(2));
  }
}
