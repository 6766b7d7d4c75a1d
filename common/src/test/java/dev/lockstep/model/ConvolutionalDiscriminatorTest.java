package dev.lockstep.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.Networks;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

class ConvolutionalDiscriminatorTest extends DiscriminatorContract {
  private static final int HIDDEN = 2;
  private static final int ROWS = 4;

  /** What a user gets. */
  private static final Kernels SINGLE = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2);

  @Override
  MultiLayerNetwork network(long seed) {
    MultiLayerNetwork network =
        Networks.initialised(
            ConvolutionalDiscriminator.configuration(
                COLUMNS, ROW_LENGTH, HIDDEN, DataType.DOUBLE, new NoOp(), seed));
    Random random = new Random(seed);
    for (String name : List.of("0_b", "1_b", "2_b", "3_b", "5_b")) {
      INDArray bias = network.getParam(name);
      double[] values = random.doubles(bias.length(), -0.3, 0.3).toArray();
      bias.assign(Nd4j.createFromArray(values).reshape(bias.shape()));
    }
    return network;
  }

  @Override
  String lastBias() {
    return "5_b";
  }

  @Test
  void floatAgreesWithDouble() {
    MultiLayerNetwork network = network(12);
    MultiLayerNetwork single =
        Networks.initialised(
            ConvolutionalDiscriminator.configuration(
                COLUMNS, ROW_LENGTH, HIDDEN, DataType.FLOAT, new NoOp(), 1));
    single.params().assign(network.params());
    List<Matrix> parts = behaviour(3);
    double[] expected = everything(Discriminator.of(network, KERNELS), parts);
    double[] actual = everything(Discriminator.of(single, SINGLE), singles(parts));
    Close.check("all", actual, expected, 1e-4);
  }

  private static List<Matrix> singles(List<Matrix> parts) {
    return parts.stream().map(part -> Matrix.of(part.array().castTo(DataType.FLOAT))).toList();
  }

  /** Scores, the gradient of the parameters and that of all parts. */
  private static double[] everything(Discriminator discriminator, List<Matrix> parts) {
    DiscriminatorTape tape = discriminator.tape(STEPS, ROWS);
    discriminator.refresh();
    discriminator.score(tape, parts);
    List<Matrix> gradients = discriminator.backward(tape, new double[] {1, 2, 0.5, -1}, 0);
    double[] gradient = Networks.gradient(discriminator.network());
    double[] all = Arrays.copyOf(tape.scores(), ROWS + gradient.length);
    System.arraycopy(gradient, 0, all, ROWS, gradient.length);
    for (Matrix part : gradients) {
      double[] values = part.toArray();
      all = Arrays.copyOf(all, all.length + values.length);
      System.arraycopy(values, 0, all, all.length - values.length, values.length);
    }
    return all;
  }

  /** Images of other heights than the last one's. */
  @Test
  void takesImagesOfAnyHeight() {
    Discriminator discriminator = Discriminator.of(network(13), KERNELS);
    discriminator.refresh();
    DiscriminatorTape tall = discriminator.tape(STEPS, ROWS);
    discriminator.score(tall, behaviour(4));
    double[] scores = tall.scores().clone();
    DiscriminatorTape flat = discriminator.tape(2 * ROW_LENGTH, ROWS);
    int rows = 2 * ROW_LENGTH * ROWS;
    discriminator.score(flat, behaviour(4).stream().map(part -> part.rows(0, rows)).toList());
    assertThat(flat.scores()).doesNotContain(scores);
    discriminator.score(tall, behaviour(4));
    assertThat(tall.scores()).isEqualTo(scores);
  }

  @Test
  void stepsMustBeWholeRowsOfTheImage() {
    Discriminator discriminator = Discriminator.of(network(14), KERNELS);
    assertThatThrownBy(() -> discriminator.tape(STEPS + 1, ROWS))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("91 steps are not whole rows of an image, of 10 pixels each");
  }

  @Test
  void paddingIsRefused() {
    DiscriminatorTape tape = Discriminator.of(network(15), KERNELS).tape(STEPS, ROWS);
    tape.mask(Optional.empty());
    assertThatThrownBy(() -> tape.mask(Optional.of(new float[STEPS * ROWS])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("all sequences of a minibatch need 90 steps");
  }
}
