package dev.lockstep.metric;

import java.util.stream.IntStream;

/** Computes what {@link HiddenDrift} tells of one step. */
final class StepDistances {
  /** Of more sequences than these, only so many are looked at for the discrepancy. */
  private static final int MOST_FOR_DISCREPANCY = 512;

  private final int n;
  private final int width;
  private final PairDistances all;
  private final MaximumMeanDiscrepancy discrepancy;
  private final int[] some;
  private final PairDistances ofSome;
  private final PairDistances ofHalves;

  /**
   * For N states of either mode.
   *
   * @param width of a state
   * @param bandwidth of the discrepancy
   * @param threads that compute
   */
  StepDistances(int n, int width, double bandwidth, int threads) {
    this.n = n;
    this.width = width;
    this.all = new PairDistances(n, width, threads);
    this.discrepancy = new MaximumMeanDiscrepancy(bandwidth);
    this.some = forDiscrepancy(n);
    this.ofSome = new PairDistances(some.length, width, threads);
    this.ofHalves = new PairDistances(some.length / 2, width, threads);
  }

  /** The sequences that the discrepancy is estimated from, evenly spaced among N. */
  static int[] forDiscrepancy(int n) {
    int count = Math.min(n, MOST_FOR_DISCREPANCY);
    return IntStream.range(0, count).map(i -> (int) ((long) i * n / count)).toArray();
  }

  /** Adds a step's to a result. */
  void add(ModeStates states, HiddenDrift.Result result) {
    double[] a = states.teacherForced();
    double[] b = states.freeRunning();
    double[] meanA = mean(a);
    result.centroid().add(Math.sqrt(square(meanA, 0, mean(b))));
    double squares = IntStream.range(0, n).mapToDouble(row -> square(a, row, meanA)).sum();
    result.centroidWithin().add(Math.sqrt(2 * squares / (n - 1) / n));
    all.read(a, b);
    result.pair().add(all.between(Math::sqrt));
    result.pairWithin().add(all.withinFirst(Math::sqrt));
    ofSome.read(pick(a, some), pick(b, some));
    result.mmd().add(discrepancy.squared(ofSome));
    ofHalves.read(pick(a, everyOther(0)), pick(a, everyOther(1)));
    result.mmdWithin().add(discrepancy.squared(ofHalves));
  }

  private int[] everyOther(int first) {
    return IntStream.range(0, some.length / 2).map(i -> some[2 * i + first]).toArray();
  }

  private double[] pick(double[] states, int[] rows) {
    double[] picked = new double[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(states, rows[i] * width, picked, i * width, width);
    }
    return picked;
  }

  private double[] mean(double[] states) {
    double[] mean = new double[width];
    for (int row = 0; row < n; row++) {
      for (int j = 0; j < width; j++) {
        mean[j] += states[row * width + j] / n;
      }
    }
    return mean;
  }

  /** The squared distance of a row and a vector. */
  private double square(double[] states, int row, double[] vector) {
    double sum = 0;
    for (int j = 0; j < width; j++) {
      double difference = states[row * width + j] - vector[j];
      sum += difference * difference;
    }
    return sum;
  }
}
