package dev.lockstep.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.lockstep.decode.AncestralSampler;
import dev.lockstep.model.Behaviour;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.GeneratorTape;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.output.Sharpness;
import dev.lockstep.testing.SymbolSequences;
import dev.lockstep.testing.TinyNetworks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

class HiddenDriftTest {
  private static final int STEPS = 9;

  private final Generator generator = TinyNetworks.generator(2);
  private final HiddenDrift drift = new HiddenDrift(generator, Optional.empty(), Behaviour.HIDDEN);

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
    assertThat(result.accuracy()).isNaN();
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
  void aDiscriminatorIsAskedForItsAccuracy() {
    int[][] constant = new int[20][STEPS];
    double fair = accuracy(0, constant);
    // Scores of exactly 0 are on neither side.
    assertThat(fair).isEqualTo(0);
    assertThat(accuracy(5, constant)).isEqualTo(0.5);
    assertThat(accuracy(-5, constant)).isEqualTo(0.5);
  }

  /** Of a discriminator whose score is a constant. */
  private double accuracy(double score, int[][] sequences) {
    int columns = Generator.behaviourWidth(generator.shape(), Behaviour.HIDDEN);
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            RecurrentDiscriminator.configuration(columns, 3, DataType.DOUBLE, new NoOp(), 1));
    network.init();
    network.params().assign(0);
    // The last parameter is the bias of the last layer.
    network.params().putScalar(network.params().length() - 1, score);
    Discriminator discriminator =
        new RecurrentDiscriminator(
            network, KernelProvider.create(KernelProvider.Choice.SCALAR, DataType.DOUBLE, 1));
    discriminator.refresh();
    return new HiddenDrift(generator, Optional.of(discriminator), Behaviour.HIDDEN)
        .measure(SymbolSequences.of(sequences), new SplittableRandom(1))
        .accuracy();
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

  private static double distance(double[] x, double[] y) {
    double squares = 0;
    for (int i = 0; i < x.length; i++) {
      squares += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return Math.sqrt(squares);
  }
}
