package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorActivations;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WalkErrorTest {
  private static final WalkError WALK = new WalkError(1, -1, 0, 2, -3);

  private final Generator generator = TinyNetworks.generator(2);

  @Test
  void theLevelIsOffByItsShareOfTheTrueChange() {
    int[] up = {0, 0, 0, 0};
    assertThat(WALK.level(up, up)).isZero();
    assertThat(WALK.level(new int[] {0, 0, 0, 1}, up)).isEqualTo(0.5);
    assertThat(WALK.level(new int[] {1, 1, 1, 1}, up)).isEqualTo(2);
    assertThat(WALK.level(new int[] {3, 3, 3, 3}, up)).isEqualTo(1);
    // The order of the steps is of no account, and neither is the sign of the truth.
    assertThat(WALK.level(new int[] {1, 0, 0, 0}, up)).isEqualTo(0.5);
    assertThat(WALK.level(new int[] {1, 1, 2, 2}, new int[] {1, 1, 1, 1})).isEqualTo(0.5);
  }

  @Test
  void aStepIsWrongWhereAnotherSymbolIsLikelier() {
    int warmUp = 3;
    int[][] sequences = TinyNetworks.sequences(5, 12, 9, 3);
    int wrong = 0;
    for (int[] sequence : sequences) {
      int[] likeliest = likeliest(sequence);
      for (int t = warmUp; t < sequence.length; t++) {
        wrong += likeliest[t] == sequence[t] ? 0 : 1;
      }
    }
    int counted = (12 - warmUp) + (9 - warmUp);
    assertThat(wrong).isBetween(1, counted - 1);
    assertThat(WALK.oneStep(generator, sequences, warmUp))
        .isCloseTo((double) wrong / counted, within(1e-12));
  }

  @Test
  void aSequenceOfTheLikeliestSymbolsHasNoWrongStep() {
    int[] sequence =
        SymbolSequences.generate(generator, new int[0], 20, 0, new SplittableRandom(1))[0];
    assertThat(WALK.oneStep(generator, new int[][] {sequence}, 0)).isZero();
    int last = sequence.length - 1;
    sequence[last] = (sequence[last] + 1) % TinyNetworks.VOCABULARY;
    assertThat(WALK.oneStep(generator, new int[][] {sequence}, 0)).isEqualTo(1.0 / 20);
    assertThat(WALK.oneStep(generator, new int[][] {sequence}, last)).isEqualTo(1);
  }

  @Test
  void freeRunningIsTheMeanOverWalksThatContinueWhatWasRead() {
    int[] sequence = TinyNetworks.sequences(3, 30)[0];
    Arrays.fill(sequence, 10, 30, 0);
    int[] prefix = Arrays.copyOf(sequence, 10);
    int[] truth = Arrays.copyOfRange(sequence, 10, 30);
    int[][] walks = SymbolSequences.generate(generator, prefix, 20, 1, streams());
    double expected = (WALK.level(walks[0], truth) + WALK.level(walks[1], truth)) / 2;
    assertThat(expected).isPositive();
    assertThat(WALK.freeRunning(generator, sequence, 10, streams()))
        .isCloseTo(expected, within(1e-12));
  }

  private static SplittableRandom[] streams() {
    return new SplittableRandom[] {new SplittableRandom(1), new SplittableRandom(2)};
  }

  /** The likeliest symbol at each step of reading a sequence. */
  private int[] likeliest(int[] sequence) {
    GeneratorActivations activations = generator.activations(sequence.length, 1);
    activations.start();
    generator.run(activations, (step, row, p, offset) -> sequence[step]);
    double[] p = activations.probabilities().toArray();
    int[] likeliest = new int[sequence.length];
    for (int t = 0; t < likeliest.length; t++) {
      int at = t * TinyNetworks.VOCABULARY;
      for (int v = 1; v < TinyNetworks.VOCABULARY; v++) {
        likeliest[t] = p[at + v] > p[at + likeliest[t]] ? v : likeliest[t];
      }
    }
    return likeliest;
  }
}
