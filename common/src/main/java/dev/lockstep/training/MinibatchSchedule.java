package dev.lockstep.training;

import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import java.io.Serializable;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which sequences a worker trains on when. Worker w of W owns the sequences whose id leaves w when
 * divided by W; in each epoch it goes through them in an order that is a function of (seed, epoch,
 * worker), a minibatch at a time. The last minibatch of an epoch may be smaller.
 *
 * @param sequences of the whole training part
 * @param workers W
 * @param batch sequences of a minibatch
 * @param epochs passes over the data
 * @param frequency minibatches of a round
 * @param seed of the run
 */
public record MinibatchSchedule(
    long sequences, int workers, int batch, int epochs, int frequency, long seed)
    implements Serializable {

  /** How many sequences a worker owns. */
  public int owned(int worker) {
    return Math.toIntExact((sequences - worker + workers - 1) / workers);
  }

  /** Minibatches of an epoch: as many as the workers with the most sequences need. */
  public int batchesPerEpoch() {
    return (owned(0) + batch - 1) / batch;
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
   * The sequences of one minibatch, as places in the worker's own list (place i is id {@code i·W +
   * w}); empty if this worker has none left in the epoch.
   *
   * @param round counted from 0
   * @param step counted from 0 within the round
   */
  public int[] minibatch(int worker, int round, int step) {
    long index = (long) round * frequency + step;
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
