package dev.lockstep.random;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.random.RandomStreams.Purpose;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RandomStreamsTest {
  @Test
  void sameKeyGivesTheSameStream() {
    long[] once = RandomStreams.stream(7, Purpose.DATA_ORDER, 3).longs(50).toArray();
    long[] again = RandomStreams.stream(7, Purpose.DATA_ORDER, 3).longs(50).toArray();
    assertThat(again).isEqualTo(once);
  }

  /** Seeds, rounds and workers are small consecutive numbers: their neighbours must not meet. */
  @Test
  void everySeedPurposeAndIdentityHasItsOwnKey() {
    Map<Long, String> owners = new HashMap<>();
    for (long seed = -2; seed < 10; seed++) {
      for (Purpose purpose : Purpose.values()) {
        claim(owners, RandomStreams.key(seed, purpose), seed + " " + purpose);
        for (long a = 0; a < 20; a++) {
          claim(owners, RandomStreams.key(seed, purpose, a), seed + " " + purpose + " " + a);
          for (long b = 0; b < 20; b++) {
            String user = seed + " " + purpose + " " + a + " " + b;
            claim(owners, RandomStreams.key(seed, purpose, a, b), user);
          }
        }
      }
    }
    assertThat(owners).hasSize(12 * Purpose.values().length * (1 + 20 + 400));
  }

  private static void claim(Map<Long, String> owners, long key, String user) {
    assertThat(owners.put(key, user)).as("the other owner of the key of %s", user).isNull();
  }

  @Test
  void streamsOfNeighboursAreUnrelated() {
    double[] x = RandomStreams.stream(1, Purpose.FREE_RUNNING, 5, 0).doubles(20_000).toArray();
    double[] y = RandomStreams.stream(1, Purpose.FREE_RUNNING, 5, 1).doubles(20_000).toArray();
    double covariance = 0;
    for (int i = 0; i < x.length; i++) {
      covariance += (x[i] - 0.5) * (y[i] - 0.5) / x.length;
    }
    // Four standard deviations of the covariance of independent uniform numbers, 1/12 · 1/√n.
    assertThat(covariance).isBetween(-4 / (12 * Math.sqrt(20_000)), 4 / (12 * Math.sqrt(20_000)));
  }

  /**
   * Computed outside Java from the definition: published runs can be repeated only as long as these
   * stay.
   */
  @Test
  void keysKeepTheirMeaning() {
    assertThat(RandomStreams.key(1, Purpose.FREE_RUNNING, 0, 0)).isEqualTo(0xb7f65c3f6d9650bcL);
    assertThat(RandomStreams.key(1, Purpose.FREE_RUNNING, 12, 3)).isEqualTo(0xd668ebeae4e5be8fL);
    assertThat(RandomStreams.key(42, Purpose.GENERATOR_PARAMETERS)).isEqualTo(0xbdd732262feb6e95L);
    assertThat(RandomStreams.key(-7, Purpose.DATA_ORDER, 5)).isEqualTo(0xc6bc8ed4af2ea3daL);
    assertThat(RandomStreams.key(42, Purpose.DISCRIMINATOR_PARAMETERS))
        .isEqualTo(0x28efe333b266f103L);
    assertThat(RandomStreams.stream(1, Purpose.FREE_RUNNING, 12, 3).longs(3).toArray())
        .containsExactly(2145524274515915176L, -8082392331087425221L, -3944155846134717600L);
  }
}
