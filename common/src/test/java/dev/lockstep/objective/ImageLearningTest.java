package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorTape;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import dev.lockstep.testing.Networks;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;

/**
 * A discriminator of images learns in float to tell vertical bars from horizontal ones, whose
 * pixels have the same distribution: only their places in the image differ.
 */
class ImageLearningTest {
  private static final int SIDE = 8;
  private static final int STEPS = SIDE * SIDE;
  private static final int SEQUENCES = 8;
  private static final int ROWS = 2 * SEQUENCES;

  /** C_d of a discriminator that says 1/2 to everything. */
  private static final double CHANCE = Math.log(4);

  private final SplittableRandom random = new SplittableRandom(1);

  @Test
  void barsAreToldApart() {
    Kernels kernels = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2);
    Discriminator discriminator =
        Discriminator.of(
            Networks.initialised(
                ConvolutionalDiscriminator.configuration(
                    1, SIDE, 4, DataType.FLOAT, new Adam(0.01), 2)),
            kernels);
    DiscriminatorTape tape = discriminator.tape(STEPS, ROWS);
    AdversarialLosses losses = judge(discriminator, tape);
    assertThat(losses.discriminator()).as("before").isGreaterThan(CHANCE / 2);
    for (int i = 0; i < 60; i++) {
      discriminator.backward(tape, losses.gradients(1, false).discriminator());
      Update.apply(discriminator.network(), kernels, 0);
      losses = judge(discriminator, tape);
    }
    assertThat(losses.accuracy()).isEqualTo(1);
    assertThat(losses.discriminator()).as("after").isLessThan(CHANCE / 10);
  }

  /** Of new images, the vertical bars first. */
  private AdversarialLosses judge(Discriminator discriminator, DiscriminatorTape tape) {
    float[] pixels = new float[STEPS * ROWS];
    for (int n = 0; n < ROWS; n++) {
      int phase = random.nextInt(4);
      for (int t = 0; t < STEPS; t++) {
        int across = n < SEQUENCES ? t % SIDE : t / SIDE;
        pixels[t * ROWS + n] = (across + phase) / 2 % 2;
      }
    }
    discriminator.refresh();
    discriminator.score(
        tape, List.of(Matrix.of(Nd4j.createFromArray(pixels).reshape('c', STEPS * ROWS, 1))));
    return new JensenShannonLosses(tape.scores());
  }
}
