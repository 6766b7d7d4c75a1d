package dev.lockstep.training;

import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Which sequences a worker trains on when.
 *
 * <p>Of sequences that stand by themselves, worker w of W owns those whose id leaves w when divided
 * by W; in each epoch it goes through them in an order that is a function of (seed, epoch, worker),
 * a minibatch at a time. The last minibatch of an epoch may be smaller.
 *
 * <p>Of a part that is one stream, cut into sequences in the order of their ids, a state can be
 * carried from minibatch to minibatch: it is read as W times the batch's N contiguous streams, all
 * of as many sequences L, of which row n of worker w is stream w·N + n. Minibatch k of an epoch has
 * the k-th sequence of each. The last sequences of the part, fewer than there are streams, are left
 * out.
 *
 * @param sequences of the whole training part
 * @param workers W
 * @param batch sequences of a minibatch
 * @param epochs passes over the data
 * @param frequency minibatches of a round
 * @param seed of the run
 * @param streams whether each row is a contiguous stream
 */
public record MinibatchSchedule(
    long sequences, int workers, int batch, int epochs, int frequency, long seed, boolean streams)
    implements Serializable {
  /** A schedule of sequences that stand by themselves. */
  public MinibatchSchedule(
      long sequences, int workers, int batch, int epochs, int frequency, long seed) {
    this(sequences, workers, batch, epochs, frequency, seed, false);
  }

  /** Checks that every stream has a sequence. */
  public MinibatchSchedule {
    if (streams && sequences < (long) workers * batch) {
      throw new IllegalArgumentException(
          "%d sequences are no %d streams".formatted(sequences, (long) workers * batch));
    }
  }

  /** How many sequences a worker owns. */
  public int owned(int worker) {
    return streams
        ? Math.multiplyExact(batch, streamLength())
        : Math.toIntExact((sequences - worker + workers - 1) / workers);
  }

  /** L, sequences of a stream. */
  private int streamLength() {
    return Math.toIntExact(sequences / ((long) workers * batch));
  }

  /** Which worker owns a sequence; W for none. */
  public int owner(long id) {
    return streams ? (int) Math.min(workers, id / owned(0)) : (int) (id % workers);
  }

  /** The id of the sequence at a place in a worker's own list. */
  public long id(int worker, int place) {
    return streams ? (long) worker * owned(0) + place : (long) place * workers + worker;
  }

  /** Minibatches of an epoch: as many as the workers with the most sequences need. */
  public int batchesPerEpoch() {
    return streams ? streamLength() : (owned(0) + batch - 1) / batch;
  }

  /** Minibatches of the whole training, of one worker. */
  public long batches() {
    return (long) epochs * batchesPerEpoch();
  }

  /** Rounds of the whole training; the last may be shorter. */
  public int rounds() {
    return Math.toIntExact((batches() + frequency - 1) / frequency);
  }

  /** Minibatches of a round. */
  public int batches(int round) {
    long done = (long) round * frequency;
    return (int) Math.min(frequency, batches() - done);
  }

  /**
   * The sequences of one minibatch, as places in the worker's own list, which is in the order of
   * {@link #id}; empty if this worker has none left in the epoch.
   *
   * @param round counted from 0
   * @param step counted from 0 within the round
   */
  public int[] minibatch(int worker, int round, int step) {
    long index = (long) round * frequency + step;
    if (streams) {
      int position = (int) (index % batchesPerEpoch());
      return IntStream.range(0, batch).map(row -> row * streamLength() + position).toArray();
    }
    int epoch = (int) (index / batchesPerEpoch());
    int from = (int) (index % batchesPerEpoch()) * batch;
    int owned = owned(worker);
    if (from >= owned) {
      return new int[0];
    }
    return Arrays.copyOfRange(order(worker, epoch), from, Math.min(from + batch, owned));
  }

  private int[] order(int worker, int epoch) {
    SplittableRandom random = RandomStreams.stream(seed, Purpose.DATA_ORDER, epoch, worker);
    int[] order = new int[owned(worker)];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
