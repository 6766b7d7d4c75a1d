package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.model.SequenceBatch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

class MinibatchesTest {
  @Test
  void sequencesComeBackAsTheyWere() {
    int[][] sequences = {{3, 1, 4}, {1, 5, 0}};
    DataSet data = Minibatches.toDataSet(SequenceBatch.of(sequences));
    assertThat(data.getFeaturesMaskArray()).isNull();
    assertThat(data.getFeatures().toIntMatrix()).isDeepEqualTo(sequences);
    assertThat(roundTrip(sequences)).isEqualTo(lists(SequenceBatch.of(sequences)));
  }

  @Test
  void paddingIsNoSymbol() {
    int[][] sequences = {{0, 0}, {7, 8, 9, 10, 0}, {5}};
    DataSet data = Minibatches.toDataSet(SequenceBatch.of(sequences));
    assertThat(data.getFeaturesMaskArray().toIntMatrix())
        .isDeepEqualTo(new int[][] {{1, 1, 0, 0, 0}, {1, 1, 1, 1, 1}, {1, 0, 0, 0, 0}});
    assertThat(roundTrip(sequences))
        .containsExactly(List.of(0, 0), List.of(7, 8, 9, 10, 0), List.of(5));
  }

  @Test
  void oneSequenceIsABatch() {
    assertThat(roundTrip(new int[] {4, 2, 0})).containsExactly(List.of(4, 2, 0));
    assertThat(roundTrip(new int[] {6})).containsExactly(List.of(6));
  }

  @Test
  void largeSymbolsKeepTheirNumber() {
    // Beyond what a float counts by ones.
    assertThat(roundTrip(new int[] {16_777_217, 1}, new int[] {2}))
        .containsExactly(List.of(16_777_217, 1), List.of(2));
  }

  private static List<List<Integer>> roundTrip(int[]... sequences) {
    return lists(Minibatches.toBatch(Minibatches.toDataSet(SequenceBatch.of(sequences))));
  }

  private static List<List<Integer>> lists(SequenceBatch batch) {
    return IntStream.range(0, batch.sequences())
        .mapToObj(
            n -> IntStream.range(0, batch.length(n)).mapToObj(t -> batch.token(t, n)).toList())
        .toList();
  }
}
