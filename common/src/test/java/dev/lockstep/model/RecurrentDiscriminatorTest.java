package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GradientCheck;
import dev.lockstep.testing.Layouts;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class RecurrentDiscriminatorTest {
  private static final double TOLERANCE = 1e-9;
  private static final int STEPS = 6;
  private static final int ROWS = 5;
  private static final int[] LENGTHS = {6, 1, 4, 6, 3};
  private static final int COLUMNS = 7;
  private static final int WIDTH = 5;
  private static final Kernels KERNELS = Networks.kernels(2);

  @Nested
  final class Contract extends DiscriminatorContract {
    @Override
    MultiLayerNetwork network(long seed) {
      return Networks.randomDiscriminator(DiscriminatorContract.COLUMNS, WIDTH, KERNELS, seed)
          .network();
    }

    @Override
    String lastBias() {
      return "4_b";
    }
  }

  private static List<Matrix> behaviour(long seed) {
    Random random = new Random(seed);
    return List.of(part(random, 4), part(random, 1), part(random, 2));
  }

  private static Matrix part(Random random, int columns) {
    double[] values = random.doubles((long) STEPS * ROWS * columns, -1, 1).toArray();
    return Matrix.of(Nd4j.createFromArray(values).reshape('c', STEPS * ROWS, columns));
  }

  private static Optional<float[]> mask(boolean padded) {
    return padded ? Optional.of(Layouts.mask(STEPS, LENGTHS)) : Optional.empty();
  }

  private static RecurrentDiscriminatorActivations run(
      Discriminator discriminator, List<Matrix> parts, boolean padded) {
    DiscriminatorActivations activations = discriminator.activations(STEPS, ROWS);
    activations.mask(mask(padded));
    discriminator.score(activations, parts);
    return (RecurrentDiscriminatorActivations) activations;
  }

  /** D of DL4J's own forward pass, [N]. */
  private static double[] outputOfNetwork(
      MultiLayerNetwork network, List<Matrix> parts, boolean padded) {
    INDArray mask = mask(padded).map(real -> Layouts.mask(real, ROWS)).orElse(null);
    INDArray d = network.output(Layouts.sequenceMajor(parts, ROWS), /* train= */ false, mask, null);
    assertThat(d.shape()).containsExactly(ROWS, 1);
    return d.dup('c').data().asDouble();
  }

  /** Scales the last layer so that about a third of the logits is clipped, some at either end. */
  private static void spreadLogits(Discriminator discriminator, List<Matrix> parts) {
    double[] logits = run(discriminator, parts, false).logitValues.clone();
    double bias = discriminator.network().getParam("4_b").getDouble(0);
    Arrays.sort(logits);
    double median = logits[logits.length / 2];
    double spread = (logits[logits.length * 5 / 6] - logits[logits.length / 6]) / 2;
    discriminator.network().getParam("4_W").muli(10 / spread);
    discriminator.network().getParam("4_b").assign((bias - median) * 10 / spread);
    double[] spreadOut = run(discriminator, parts, false).logitValues;
    assertThat(Arrays.stream(spreadOut).filter(x -> x < -10).count()).isPositive();
    assertThat(Arrays.stream(spreadOut).filter(x -> x > 10).count()).isPositive();
    assertThat(Arrays.stream(spreadOut).filter(x -> Math.abs(x) < 10).count()).isPositive();
  }

  private static double[] sigmoid(double[] scores) {
    return Arrays.stream(scores).map(s -> 1 / (1 + Math.exp(-s))).toArray();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void logisticOfTheScoreIsTheOutputOfTheDl4jNetwork(boolean padded) {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 3);
    MultiLayerNetwork network = discriminator.network();
    List<Matrix> parts = behaviour(1);
    spreadLogits(discriminator, parts);
    DiscriminatorActivations activations = run(discriminator, parts, padded);
    double[] d = sigmoid(activations.scores());
    assertThat(Arrays.stream(d).distinct().count()).isEqualTo(ROWS);
    Close.check("D", d, outputOfNetwork(network, parts, padded), TOLERANCE);
  }

  @Test
  void survivesDl4jsFile() {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 4);
    MultiLayerNetwork restored = Networks.savedAndRestored(discriminator.network());
    Discriminator again = new RecurrentDiscriminator(restored, KERNELS);
    again.parametersChanged();
    List<Matrix> parts = behaviour(2);
    double[] scores = run(discriminator, parts, true).scores();
    assertThat(run(again, parts, true).scores()).isEqualTo(scores);
    Close.check("D", sigmoid(scores), outputOfNetwork(restored, parts, true), TOLERANCE);
  }

  /** Each sequence by itself, cut to its length, has the score that it has among longer ones. */
  @Test
  void paddingDoesNotChangeAScore() {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 5);
    List<Matrix> parts = behaviour(3);
    double[] scores = run(discriminator, parts, true).scores();
    for (int n = 0; n < ROWS; n++) {
      int sequence = n;
      DiscriminatorActivations alone = discriminator.activations(LENGTHS[n], 1);
      double[] score =
          discriminator.score(alone, parts.stream().map(part -> cut(part, sequence)).toList());
      Close.check("score " + n, scores[n], score[0], TOLERANCE);
    }
  }

  private static Matrix cut(Matrix part, int n) {
    double[] all = part.toArray();
    double[] own =
        IntStream.range(0, LENGTHS[n] * part.columns())
            .mapToDouble(
                i -> all[(i / part.columns() * ROWS + n) * part.columns() + i % part.columns()])
            .toArray();
    return Matrix.of(Nd4j.createFromArray(own).reshape('c', LENGTHS[n], part.columns()));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-60, 60})
  void outsideTheClipEveryGradientIsZero(double bias) {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 6);
    discriminator.network().getParam("4_b").assign(bias);
    DiscriminatorActivations activations = run(discriminator, behaviour(4), true);
    assertThat(activations.scores()).containsOnly(bias < 0 ? -10 : 10);
    List<Matrix> gradients = discriminator.backward(activations, new double[] {1, 2, 3, 4, 5}, 0);
    assertThat(Networks.gradient(discriminator.network())).containsOnly(0);
    for (Matrix part : gradients) {
      assertThat(part.toArray()).containsOnly(0);
    }
  }

  /** Some logits clipped, some not: only the free ones have a gradient. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void gradientOfTheScoresAcrossTheClip(boolean padded) {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 7);
    List<Matrix> parts = behaviour(5);
    spreadLogits(discriminator, parts);
    double[] weights = {0.3, -1.1, 0.7, 0.2, -0.4};
    DiscriminatorActivations activations = run(discriminator, parts, padded);
    discriminator.backward(activations, weights);
    double[] gradient = Networks.gradient(discriminator.network());
    GradientCheck.check(
        "weighted scores",
        discriminator.network(),
        () -> {
          discriminator.parametersChanged();
          double[] scores = discriminator.score(activations, parts);
          return IntStream.range(0, ROWS).mapToDouble(n -> weights[n] * scores[n]).sum();
        },
        gradient);
  }

  /** One activations serves batches with and without padding in turn. */
  @Test
  void aMaskDoesNotOutliveItsBatch() {
    Discriminator discriminator = Networks.randomDiscriminator(COLUMNS, WIDTH, KERNELS, 8);
    List<Matrix> parts = behaviour(6);
    double[] whole = run(discriminator, parts, false).scores().clone();
    DiscriminatorActivations activations = run(discriminator, parts, true);
    assertThat(activations.scores()).isNotEqualTo(whole);
    activations.mask(Optional.empty());
    assertThat(discriminator.score(activations, parts)).isEqualTo(whole);
  }
}
