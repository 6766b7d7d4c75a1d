package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.Sequence;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HiddenDriftTest {
  private static final int STEPS = 9;

  private final Generator generator = TinyNetworks.generator(2);
  private final HiddenDrift drift = new HiddenDrift(generator, 2);

  @Test
  void matchesDistancesComputedPairByPair() {
    int n = 5;
    int[][] sequences = TinyNetworks.sequences(6, STEPS, STEPS, STEPS, STEPS, STEPS);
    HiddenDrift.Result result =
        drift.measure(SymbolSequences.of(sequences), new SplittableRandom(1));

    int[][] sampled = samples(n, new SplittableRandom(1));
    double[][][] teacherForced = states(sequences);
    double[][][] freeRunning = states(sampled);
    assertThat(result.sequences()).isEqualTo(n);
    assertThat(result.centroid()).hasSize(STEPS);
    assertThat(result.pair()).hasSize(STEPS);
    assertThat(result.pairWithin()).hasSize(STEPS);
    for (int t = 0; t < STEPS; t++) {
      double[][] a = teacherForced[t];
      double[][] b = freeRunning[t];
      assertThat(result.centroid().get(t)).isCloseTo(distance(mean(a), mean(b)), within(1e-9));
      double variance =
          Arrays.stream(a).mapToDouble(h -> Math.pow(distance(h, mean(a)), 2)).sum() / (n - 1);
      assertThat(result.centroidWithin().get(t))
          .isCloseTo(Math.sqrt(2 * variance / n), within(1e-9));
      assertThat(result.pair().get(t)).isCloseTo(sum(a, b) / (n * n), within(1e-6));
      assertThat(result.pairWithin().get(t)).isCloseTo(sum(a, a) / (n * (n - 1)), within(1e-6));
    }
    // The first step has read the start symbol only; later ones differ.
    assertThat(result.pair().get(0)).isCloseTo(0, within(1e-6));
    assertThat(result.pair().get(STEPS - 1)).isGreaterThan(0.1);
    assertThat(result.bandwidth()).isCloseTo(median(teacherForced[STEPS - 1]), within(1e-6));
    for (int t = 0; t < STEPS; t++) {
      double[][] a = teacherForced[t];
      assertThat(result.mmd().get(t))
          .isCloseTo(mmd(a, freeRunning[t], result.bandwidth()), within(1e-9));
      assertThat(result.mmdWithin().get(t))
          .isCloseTo(
              mmd(new double[][] {a[0], a[2]}, new double[][] {a[1], a[3]}, result.bandwidth()),
              within(1e-9));
    }
    assertThat(Math.abs(result.mmd().get(STEPS - 1))).isGreaterThan(1e-3);
  }

  @Test
  void teacherForcingOnTheGeneratorsOwnSamplesIsNoDrift() {
    int n = 400;
    HiddenDrift.Result result =
        drift.measure(
            SymbolSequences.of(samples(n, new SplittableRandom(1))), new SplittableRandom(2));
    for (int t = 1; t < STEPS; t++) {
      double spread = result.pairWithin().get(t);
      // Both means are of n states, each about spread / √2 from its mean.
      assertThat(result.centroid().get(t)).isBetween(0.0, 3 * spread / Math.sqrt(n));
      assertThat(result.pair().get(t)).isCloseTo(spread, within(0.05 * spread));
    }
  }

  @Test
  void readingOneSymbolForEverIsDrift() {
    int n = 40;
    int[][] constant = new int[n][STEPS];
    HiddenDrift.Result result =
        drift.measure(SymbolSequences.of(constant), new SplittableRandom(2));
    double noise = result.pair().get(STEPS - 1) / Math.sqrt(n);
    assertThat(result.centroid().get(STEPS - 1)).isGreaterThan(2 * noise);
    assertThat(result.pairWithin().get(STEPS - 1)).isCloseTo(0, within(1e-6));
  }

  @Test
  void theMeanIsOverTheSteps() {
    assertThat(HiddenDrift.Result.mean(List.of(1.0, 2.0, 6.0))).isEqualTo(3);
  }

  @Test
  void aSingleSequenceOfEachHalfHasNoDiscrepancy() {
    HiddenDrift.Result result =
        drift.measure(
            SymbolSequences.of(TinyNetworks.sequences(6, STEPS, STEPS, STEPS)),
            new SplittableRandom(1));
    assertThat(result.mmd()).allSatisfy(mmd -> assertThat(mmd).isFinite());
    assertThat(result.mmdWithin()).containsOnly(Double.NaN);
  }

  /** More rows than a tape has room for, so that states are carried from pass to pass. */
  @Test
  void windowsFurtherOnAreThoseOfTheWholeWalk() {
    int n = 1500;
    int[] lengths = new int[n];
    Arrays.fill(lengths, STEPS);
    List<Sequence> sequences = SymbolSequences.of(TinyNetworks.sequences(6, lengths));
    HiddenDrift.Result whole = drift.measure(sequences, new SplittableRandom(1));
    SortedMap<Integer, HiddenDrift.Result> windows =
        drift.atMultiples(
            sequences, 2, List.of(1, 2, 4), whole.bandwidth(), new SplittableRandom(1));
    assertThat(windows.keySet()).containsExactly(1, 2, 4);
    windows.forEach(
        (m, window) -> {
          assertThat(window.centroid()).isEqualTo(whole.centroid().subList(2 * m - 2, 2 * m));
          assertThat(window.pair()).isEqualTo(whole.pair().subList(2 * m - 2, 2 * m));
          assertThat(window.mmd()).isEqualTo(whole.mmd().subList(2 * m - 2, 2 * m));
          assertThat(window.mmdWithin()).isEqualTo(whole.mmdWithin().subList(2 * m - 2, 2 * m));
        });
  }

  @Test
  void lastStatesAreThoseOfBothModes() {
    int[][] sequences = TinyNetworks.sequences(6, STEPS, STEPS, STEPS);
    double[][] last = drift.lastStates(SymbolSequences.of(sequences), new SplittableRandom(1));
    double[][] teacherForced = states(sequences)[STEPS - 1];
    double[][] freeRunning = states(samples(3, new SplittableRandom(1)))[STEPS - 1];
    assertThat(last).hasDimensions(6, 12);
    for (int i = 0; i < 3; i++) {
      assertThat(distance(last[i], teacherForced[i])).isLessThan(1e-9);
      assertThat(distance(last[3 + i], freeRunning[i])).isLessThan(1e-9);
    }
  }

  private int[][] samples(int n, SplittableRandom random) {
    AncestralSampler sampler = AncestralSampler.of(random, STEPS, n, 1, new Sharpness(1, 0));
    GeneratorTape tape = generator.tape(STEPS, n);
    tape.start();
    int[][] samples = new int[n][STEPS];
    generator.run(
        tape,
        (step, row, p, offset) -> {
          samples[row][step] = sampler.draw(step, row, p, offset, TinyNetworks.VOCABULARY);
          return samples[row][step];
        });
    return samples;
  }

  /** [T][N][layers·H]: the states of the generator reading these sequences. */
  private double[][][] states(int[][] sequences) {
    int n = sequences.length;
    GeneratorTape tape = generator.tape(STEPS, n);
    tape.start();
    generator.run(tape, (step, row, p, offset) -> sequences[row][step]);
    int width = generator.shape().hidden();
    List<double[]> layers = new ArrayList<>();
    for (int l = 0; l < generator.shape().layers(); l++) {
      layers.add(tape.hidden(l).toArray());
    }
    double[][][] states = new double[STEPS][n][width * layers.size()];
    for (int t = 0; t < STEPS; t++) {
      for (int row = 0; row < n; row++) {
        for (int l = 0; l < layers.size(); l++) {
          System.arraycopy(layers.get(l), (t * n + row) * width, states[t][row], l * width, width);
        }
      }
    }
    return states;
  }

  private static double[] mean(double[][] states) {
    double[] mean = new double[states[0].length];
    for (double[] state : states) {
      for (int i = 0; i < mean.length; i++) {
        mean[i] += state[i] / states.length;
      }
    }
    return mean;
  }

  private static double sum(double[][] a, double[][] b) {
    double sum = 0;
    for (double[] x : a) {
      for (double[] y : b) {
        sum += distance(x, y);
      }
    }
    return sum;
  }

  private static double median(double[][] states) {
    List<Double> distances = new ArrayList<>();
    for (int i = 0; i < states.length; i++) {
      for (int j = 0; j < i; j++) {
        distances.add(distance(states[i], states[j]));
      }
    }
    distances.sort(null);
    int pairs = distances.size();
    return (distances.get(pairs / 2) + distances.get((pairs - 1) / 2)) / 2;
  }

  /** Equation 3 of Gretton et al., as it stands there. */
  private static double mmd(double[][] x, double[][] y, double bandwidth) {
    int m = x.length;
    double sum = 0;
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < m; j++) {
        if (i != j) {
          sum += kernel(x[i], x[j], bandwidth) / (m * (m - 1));
          sum += kernel(y[i], y[j], bandwidth) / (m * (m - 1));
        }
        sum -= 2 * kernel(x[i], y[j], bandwidth) / (m * m);
      }
    }
    return sum;
  }

  private static double kernel(double[] x, double[] y, double bandwidth) {
    return Math.exp(-Math.pow(distance(x, y) / bandwidth, 2) / 2);
  }

  private static double distance(double[] x, double[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return Math.sqrt(squares);
  }
}
