package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SequenceBatchTest {
  @Test
  void knowsItsSequences() {
    SequenceBatch batch = SequenceBatch.of(new int[] {3, 1}, new int[] {4, 2, 5}, new int[] {7});
    assertThat(batch.steps()).isEqualTo(3);
    assertThat(batch.sequences()).isEqualTo(3);
    assertThat(batch.symbols()).isEqualTo(6);
    assertThat(batch.length(0)).isEqualTo(2);
    assertThat(batch.token(1, 0)).isEqualTo(1);
    assertThat(batch.token(2, 1)).isEqualTo(5);
    assertThat(batch.token(0, 2)).isEqualTo(7);
  }

  @Test
  void maskRepeatsForEachCopy() {
    SequenceBatch batch = SequenceBatch.of(new int[] {3, 1}, new int[] {4});
    assertThat(batch.mask(1)).containsExactly(1, 1, 1, 0);
    assertThat(batch.mask(2)).containsExactly(1, 1, 1, 1, 1, 0, 1, 0);
  }

  @Test
  void equalLengthsNeedNoMask() {
    assertThat(SequenceBatch.of(new int[] {3, 1}, new int[] {4, 4}).mask(2)).isNull();
  }

  @Test
  void refusesABatchWithoutSymbols() {
    assertThatThrownBy(SequenceBatch::of)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a batch needs at least one sequence");
    assertThatThrownBy(() -> SequenceBatch.of(new int[] {1}, new int[0]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence 1 of the batch has no symbols");
  }
}
