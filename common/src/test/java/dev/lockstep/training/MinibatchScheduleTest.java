package dev.lockstep.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MinibatchScheduleTest {
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 1",
    "7, 1, 3, 2",
    "12, 1, 4, 5",
    "13, 2, 3, 4",
    "17, 3, 2, 100",
    "4, 3, 8, 1",
    "3, 5, 2, 1"
  })
  void everySequenceComesOnceInEachEpoch(long sequences, int workers, int batch, int frequency) {
    int epochs = 3;
    MinibatchSchedule schedule =
        new MinibatchSchedule(sequences, workers, batch, epochs, frequency, 5);

    List<List<Long>> seen = new ArrayList<>();
    for (int epoch = 0; epoch < epochs; epoch++) {
      seen.add(new ArrayList<>());
    }
    int index = 0;
    for (int round = 0; round < schedule.rounds(); round++) {
      for (int step = 0; step < schedule.batches(round); step++) {
        int epoch = index++ / schedule.batchesPerEpoch();
        for (int worker = 0; worker < workers; worker++) {
          for (int place : schedule.minibatch(worker, round, step)) {
            seen.get(epoch).add((long) place * workers + worker);
          }
        }
      }
    }

    assertThat(seen)
        .allSatisfy(
            ids ->
                assertThat(ids)
                    .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, sequences).boxed().toList()));
    assertThat(index).isEqualTo(epochs * schedule.batchesPerEpoch());
  }

  @Test
  void theLastMinibatchOfAnEpochIsShort() {
    MinibatchSchedule schedule = new MinibatchSchedule(10, 1, 4, 2, 100, 1);
    assertThat(lengths(schedule, 0, 6)).containsExactly(4, 4, 2, 4, 4, 2);
  }

  @Test
  void aWorkerWithFewerSequencesHasNothingInItsLastMinibatch() {
    MinibatchSchedule schedule = new MinibatchSchedule(9, 2, 2, 1, 100, 1);
    assertThat(List.of(schedule.owned(0), schedule.owned(1))).containsExactly(5, 4);
    assertThat(lengths(schedule, 0, 3)).containsExactly(2, 2, 1);
    assertThat(lengths(schedule, 1, 3)).containsExactly(2, 2, 0);
  }

  @Test
  void aWorkerMayOwnNothing() {
    MinibatchSchedule schedule = new MinibatchSchedule(2, 4, 1, 1, 1, 1);
    assertThat(IntStream.range(0, 4).map(schedule::owned)).containsExactly(1, 1, 0, 0);
    assertThat(schedule.minibatch(3, 0, 0)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    // sequences, batch, epochs, frequency, rounds, batches of the last round
    "12, 4, 2, 3, 2, 3",
    "12, 4, 2, 2, 3, 2",
    "12, 4, 2, 4, 2, 2",
    "13, 4, 2, 4, 2, 4",
    "12, 4, 1, 3, 1, 3",
    "12, 4, 1, 4, 1, 3",
    "1, 4, 1, 1, 1, 1"
  })
  void theLastRoundMayBeShort(
      long sequences, int batch, int epochs, int frequency, int rounds, int last) {
    MinibatchSchedule schedule = new MinibatchSchedule(sequences, 1, batch, epochs, frequency, 1);
    assertThat(schedule.rounds()).isEqualTo(rounds);
    assertThat(schedule.batches(rounds - 1)).isEqualTo(last);
    assertThat(IntStream.range(0, rounds - 1).map(schedule::batches))
        .allMatch(batches -> batches == frequency);
  }

  @Test
  void anEpochGoesOnFromOneRoundToTheNext() {
    MinibatchSchedule inOne = new MinibatchSchedule(20, 1, 3, 2, 14, 8);
    MinibatchSchedule inMany = new MinibatchSchedule(20, 1, 3, 2, 4, 8);
    for (int index = 0; index < 14; index++) {
      assertThat(inMany.minibatch(0, index / 4, index % 4)).isEqualTo(inOne.minibatch(0, 0, index));
    }
  }

  @Test
  void theOrderIsAFunctionOfSeedEpochAndWorker() {
    List<Integer> order = order(7, 0, 0);
    assertThat(order(7, 0, 0)).isEqualTo(order);
    assertThat(order(7, 0, 1)).isNotEqualTo(order);
    assertThat(order(7, 1, 0)).isNotEqualTo(order);
    assertThat(order(8, 0, 0)).isNotEqualTo(order);
    assertThat(order).isNotEqualTo(IntStream.range(0, 30).boxed().toList());
  }

  /** Of 60 sequences and two workers, all of an epoch in one round. */
  private static List<Integer> order(long seed, int worker, int epoch) {
    MinibatchSchedule schedule = new MinibatchSchedule(60, 2, 4, 2, 8, seed);
    return IntStream.range(0, schedule.batchesPerEpoch())
        .mapToObj(step -> schedule.minibatch(worker, epoch, step))
        .flatMapToInt(IntStream::of)
        .boxed()
        .toList();
  }

  /** Each row of a worker is a stream of its own, in order, and no two streams touch. */
  @ParameterizedTest
  @CsvSource({"12, 1, 3, 5", "29, 2, 3, 4", "24, 4, 1, 100", "6, 2, 3, 1", "9, 1, 1, 2"})
  void rowsAreContiguousStreams(long sequences, int workers, int batch, int frequency) {
    int epochs = 2;
    MinibatchSchedule schedule =
        new MinibatchSchedule(sequences, workers, batch, epochs, frequency, 5, true);
    int length = (int) sequences / (workers * batch);
    assertThat(schedule.batchesPerEpoch()).isEqualTo(length);
    assertThat(schedule.batches()).isEqualTo((long) epochs * length);
    int index = 0;
    for (int round = 0; round < schedule.rounds(); round++) {
      for (int step = 0; step < schedule.batches(round); step++) {
        int position = index++ % length;
        for (int worker = 0; worker < workers; worker++) {
          int[] places = schedule.minibatch(worker, round, step);
          assertThat(places).hasSize(batch);
          for (int row = 0; row < batch; row++) {
            long id = schedule.id(worker, places[row]);
            assertThat(id).isEqualTo(((long) worker * batch + row) * length + position);
            assertThat(schedule.owner(id)).isEqualTo(worker);
          }
        }
      }
    }
    assertThat(index).isEqualTo(epochs * length);
    for (long id = (long) workers * batch * length; id < sequences; id++) {
      assertThat(schedule.owner(id)).isEqualTo(workers);
    }
  }

  @Test
  void everyStreamNeedsASequence() {
    assertThatThrownBy(() -> new MinibatchSchedule(5, 2, 3, 1, 1, 1, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 sequences are no 6 streams");
  }

  @Test
  void sequencesThatStandByThemselvesBelongToThePlaceTheyLeave() {
    MinibatchSchedule schedule = new MinibatchSchedule(17, 3, 2, 1, 1, 1);
    for (int id = 0; id < 17; id++) {
      assertThat(schedule.owner(id)).isEqualTo(id % 3);
      assertThat(schedule.id(id % 3, id / 3)).isEqualTo(id);
    }
  }

  private static List<Integer> lengths(MinibatchSchedule schedule, int worker, int steps) {
    return IntStream.range(0, steps)
        .mapToObj(step -> schedule.minibatch(worker, 0, step).length)
        .toList();
  }
}
