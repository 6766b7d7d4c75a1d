package dev.lockstep.benchmarks.versus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.model.SequenceBatch;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MarkovSourceTest {
  private static final int V = 5;
  private static final int STEPS = 4000;
  private static final int SEQUENCES = 20;

  @Test
  void likeliestSuccessorOfAPairFollowsMostOfTheTime() {
    int[][][] counts = new int[V][V][V];
    SequenceBatch batch = batch(1);
    for (int n = 0; n < SEQUENCES; n++) {
      for (int t = 2; t < STEPS; t++) {
        counts[batch.token(t - 2, n)][batch.token(t - 1, n)][batch.token(t, n)]++;
      }
    }
    int followed = 0;
    for (int[][] before : counts) {
      for (int[] last : before) {
        followed += Arrays.stream(last).max().getAsInt();
      }
    }
    // At least the first successor's share and its part of what is spread; more where two coincide.
    double share = followed / (double) (SEQUENCES * (STEPS - 2));
    assertThat(share).isBetween(0.6, 0.85);
  }

  @Test
  void oneSymbolAloneDoesNotTellTheNext() {
    double[][] counts = new double[V][V];
    SequenceBatch batch = batch(1);
    for (int n = 0; n < SEQUENCES; n++) {
      for (int t = 1; t < STEPS; t++) {
        counts[batch.token(t - 1, n)][batch.token(t, n)]++;
      }
    }
    double followed =
        Arrays.stream(counts).mapToDouble(c -> Arrays.stream(c).max().orElse(0)).sum();
    assertThat(followed / (SEQUENCES * (STEPS - 1))).isLessThan(0.6);
  }

  @Test
  void batchIsAFunctionOfItsStream() {
    assertThat(tokens(batch(1))).isEqualTo(tokens(batch(1))).isNotEqualTo(tokens(batch(2)));
    assertThat(Arrays.stream(tokens(batch(1))).average().orElse(-1))
        .isCloseTo((V - 1) / 2.0, within(1.0));
  }

  private static SequenceBatch batch(long seed) {
    return new MarkovSource(V, 3).batch(new SplittableRandom(seed), STEPS, SEQUENCES);
  }

  private static int[] tokens(SequenceBatch batch) {
    int[] tokens = new int[STEPS * SEQUENCES];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = batch.token(i / SEQUENCES, i % SEQUENCES);
    }
    return tokens;
  }
}
