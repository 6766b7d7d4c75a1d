package dev.lockstep.decode;

/** The best so many of many candidates, without looking at most of them twice. */
final class BestCandidates {
  private final double[] values;
  private final int[] numbers;
  private int most;
  private int size;

  BestCandidates(int room) {
    this.values = new double[room];
    this.numbers = new int[room];
  }

  /** Forgets all; at most so many will be kept. */
  void clear(int atMost) {
    most = atMost;
    size = 0;
  }

  /**
   * A candidate.
   *
   * @param value the higher, the better; of equals the one that is offered first is better
   * @param number higher than that of any offered before
   */
  void offer(double value, int number) {
    if (size < most) {
      values[size] = value;
      numbers[size] = number;
      rise(size++);
    } else if (value > values[0]) {
      values[0] = value;
      numbers[0] = number;
      sink(size);
    }
  }

  /** Sorts what was kept, the best first; nothing is to be offered after this. */
  void sort() {
    for (int last = size - 1; last > 0; last--) {
      swap(0, last);
      sink(last);
    }
  }

  int size() {
    return size;
  }

  double value(int rank) {
    return values[rank];
  }

  int number(int rank) {
    return numbers[rank];
  }

  /** A heap with the worst first. */
  private void rise(int from) {
    int at = from;
    while (at > 0 && isWorse(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void sink(int end) {
    int at = 0;
    while (2 * at + 1 < end) {
      int child = 2 * at + 1;
      if (child + 1 < end && isWorse(child + 1, child)) {
        child++;
      }
      if (!isWorse(child, at)) {
        return;
      }
      swap(child, at);
      at = child;
    }
  }

  private boolean isWorse(int a, int b) {
    return values[a] < values[b] || (values[a] == values[b] && numbers[a] > numbers[b]);
  }

  private void swap(int a, int b) {
    double value = values[a];
    values[a] = values[b];
    values[b] = value;
    int number = numbers[a];
    numbers[a] = numbers[b];
    numbers[b] = number;
  }
}
