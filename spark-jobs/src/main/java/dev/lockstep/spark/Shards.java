package dev.lockstep.spark;

import dev.lockstep.corpus.CorpusPart;
import dev.lockstep.model.Sequence;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.training.MinibatchSchedule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * The training part, each worker's sequences in a partition of their own that stays cached on its
 * executor, so a round can pick any of them.
 */
final class Shards implements AutoCloseable {
  private final MinibatchSchedule schedule;
  private final JavaRDD<Sequence[]> sequences;

  Shards(CorpusPart part, MinibatchSchedule schedule) {
    this.schedule = schedule;
    this.sequences =
        part.sequencesById()
            .filter(sequence -> schedule.owner(sequence._1()) < schedule.workers())
            .partitionBy(new ByOwner(schedule))
            .mapPartitions(Shards::inOrder, true)
            .persist(StorageLevel.MEMORY_AND_DISK());
  }

  /** All sequences of a partition as one element, in the order of their ids. */
  private static Iterator<Sequence[]> inOrder(Iterator<Tuple2<Long, Sequence>> rows) {
    List<Tuple2<Long, Sequence>> list = new ArrayList<>();
    rows.forEachRemaining(list::add);
    list.sort(Comparator.comparingLong(Tuple2::_1));
    return Collections.singleton(list.stream().map(Tuple2::_2).toArray(Sequence[]::new)).iterator();
  }

  /** The minibatches of a round, one partition a worker; made where they are used. */
  JavaRDD<DataSet> round(int round) {
    MinibatchSchedule plan = schedule;
    return sequences.mapPartitionsWithIndex(
        (worker, shard) -> minibatches(plan, shard.next(), worker, round), true);
  }

  private static Iterator<DataSet> minibatches(
      MinibatchSchedule schedule, Sequence[] shard, int worker, int round) {
    return IntStream.range(0, schedule.batches(round))
        .mapToObj(step -> schedule.minibatch(worker, round, step))
        .filter(places -> places.length > 0)
        .map(places -> IntStream.of(places).mapToObj(i -> shard[i]).toList())
        .map(batch -> Minibatches.toDataSet(SequenceBatch.of(batch)))
        .iterator();
  }

  @Override
  public void close() {
    sequences.unpersist();
  }

  /** A partition for each worker. */
  private static final class ByOwner extends Partitioner {
    private static final long serialVersionUID = 1L;

    private final MinibatchSchedule schedule;

    ByOwner(MinibatchSchedule schedule) {
      this.schedule = schedule;
    }

    @Override
    public int numPartitions() {
      return schedule.workers();
    }

    @Override
    public int getPartition(Object id) {
      return schedule.owner((Long) id);
    }
  }
}
