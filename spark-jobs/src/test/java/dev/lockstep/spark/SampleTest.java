package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.Sequence;
import org.junit.jupiter.api.Test;

class SampleTest {
  private static final Sequence FOUR = Sequence.ofSymbols(5, 6, 7, 8);

  @Test
  void endsWhereTheWindowSeesMostPastTheText() {
    double[][] phi = {{0.9, 0.1, 0}, {0.2, 0.9, 0.8}, {0.1, 0.3, 0.4}, {0.5, 0, 0}};

    Sample sample = Sample.untilTheTextEnds(FOUR, phi);

    assertThat(sample.sequence().symbols()).containsExactly(5, 6);
    assertThat(sample.attention()).isEqualTo(new double[][] {{0.9, 0.1}, {0.2, 0.9}});
  }

  @Test
  void goesOnToItsLengthWhileTheWindowIsOnTheText() {
    double[][] phi = {{1, 0}, {1, 1}, {0, 0}, {2, 1}};

    assertThat(Sample.untilTheTextEnds(FOUR, phi).sequence().length()).isEqualTo(4);
  }

  @Test
  void keepsAStepOfAWindowThatJumps() {
    double[][] phi = {{0, 1}, {0, 1}, {0, 1}, {0, 1}};

    assertThat(Sample.untilTheTextEnds(FOUR, phi).sequence().symbols()).containsExactly(5);
  }
}
