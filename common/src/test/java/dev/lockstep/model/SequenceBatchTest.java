package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.output.SamplingOptions;
import java.util.List;
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
    assertThat(batch.mask(1).orElseThrow()).containsExactly(1, 1, 1, 0);
    assertThat(batch.mask(2).orElseThrow()).containsExactly(1, 1, 1, 1, 1, 0, 1, 0);
  }

  @Test
  void equalLengthsNeedNoMask() {
    assertThat(SequenceBatch.of(new int[] {3, 1}, new int[] {4, 4}).mask(2)).isEmpty();
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

  @Test
  void keepsVectorsAndWhatTheyDependOn() {
    Sequence longer = Sequence.ofVectors(2, 1, 2, 3, 4).given(5, 6, 7);
    Sequence shorter = Sequence.ofVectors(2, 8, 9).given(1);
    SequenceBatch batch = SequenceBatch.of(List.of(longer, shorter));
    assertThat(batch.steps()).isEqualTo(2);
    assertThat(batch.symbols()).isEqualTo(3);
    assertThat(batch.length(1)).isEqualTo(1);
    assertThat(batch.sequence(0)).isEqualTo(longer);
    assertThat(batch.conditions()).isDeepEqualTo(new int[][] {{5, 6, 7}, {1}});
    assertThat(batch.mask(2).orElseThrow()).containsExactly(1, 1, 1, 1, 1, 0, 1, 0);
    assertThat(emitted(batch, 0, 0)).containsExactly(1, 2);
    assertThat(emitted(batch, 0, 1)).containsExactly(8, 9);
    assertThat(emitted(batch, 1, 0)).containsExactly(3, 4);
    assertThat(emitted(batch, 1, 1)).as("padding").containsExactly(0, 0);
  }

  @Test
  void emitsSymbolsAndPadsThem() {
    SequenceBatch batch = SequenceBatch.of(new int[] {3, 1}, new int[] {4});
    assertThat(emitted(batch, 1, 0)).containsExactly(1);
    assertThat(emitted(batch, 1, 1)).as("padding").containsExactly(0);
    assertThat(batch.conditions()).isDeepEqualTo(new int[2][0]);
  }

  @Test
  void aPartOfASequenceDependsOnTheSame() {
    Sequence sequence = Sequence.ofVectors(2, 1, 2, 3, 4, 5, 6).given(7, 8);
    assertThat(sequence.steps(1, 3)).isEqualTo(Sequence.ofVectors(2, 3, 4, 5, 6).given(7, 8));
    assertThat(sequence.steps(1, 3)).isNotEqualTo(Sequence.ofVectors(2, 3, 4, 5, 6).given(7));
    assertThat(Sequence.ofSymbols(4, 5, 6).given(1).steps(0, 2))
        .isEqualTo(Sequence.ofSymbols(4, 5).given(1));
    assertThat(Sequence.ofVectors(2, 1, 2)).isNotEqualTo(Sequence.ofVectors(1, 1, 2));
    assertThatThrownBy(() -> Sequence.ofVectors(2, 1, 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 numbers are no vectors of 2");
  }

  @Test
  void refusesSequencesWithoutStepsInCommon() {
    Sequence pair = Sequence.ofVectors(2, 1, 2);
    for (Sequence other : List.of(Sequence.ofVectors(1, 3), Sequence.ofSymbols(3))) {
      assertThatThrownBy(() -> SequenceBatch.of(List.of(pair, other)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("sequence 1 of the batch has steps of another kind than sequence 0");
    }
  }

  /** What a row emits, a symbol or a vector of two. */
  private static double[] emitted(SequenceBatch batch, int step, int sequence) {
    double[] seen = new double[batch.sequence(sequence).channels() == 0 ? 1 : 2];
    batch.emit(
        step,
        sequence,
        new StepOutput() {
          @Override
          public void emit(int symbol) {
            seen[0] = symbol;
          }

          @Override
          public void emit(float[] values, int at) {
            seen[0] = values[at];
            seen[1] = values[at + 1];
          }

          @Override
          public void draw(double[] uniforms, int at, SamplingOptions sampling) {
            throw new UnsupportedOperationException("data are not drawn");
          }

          @Override
          public void read(double[] uniforms, int at, SamplingOptions sampling) {
            throw new UnsupportedOperationException("data are read");
          }

          @Override
          public double[] probabilities() {
            throw new UnsupportedOperationException("data have none");
          }

          @Override
          public int offset() {
            throw new UnsupportedOperationException("data have none");
          }
        });
    return seen;
  }
}
