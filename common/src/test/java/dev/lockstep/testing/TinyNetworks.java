package dev.lockstep.testing;

import dev.lockstep.config.Settings;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.Generator;
import dev.lockstep.model.SequenceBatch;
import dev.lockstep.model.StepShape;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.objective.StepMetrics;
import dev.lockstep.random.RandomStreams;
import dev.lockstep.random.RandomStreams.Purpose;
import dev.lockstep.training.Networks;
import dev.lockstep.training.SequenceNetworks;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/** Networks of a few units, and batches of a few symbols. */
public final class TinyNetworks {
  public static final int VOCABULARY = 5;

  public static final StepShape STEPS = StepShape.ofSymbols(VOCABULARY);

  private TinyNetworks() {}

  /** Settings of networks that a test trains in milliseconds. */
  public static Settings settings(String method, String... overrides) {
    return Settings.parse(
        """
        generator { hidden = 6, layers = 2 }
        discriminator.hidden = 4
        objective { method = %s, gate { generator-above = 0, discriminator-below = 1 } }
        training { learning-rate = 0.01, threads = 1, seed = 3 }
        """
            .formatted(method),
        "test",
        List.of(overrides));
  }

  public static SequenceNetworks create(String method) {
    return (SequenceNetworks) Networks.create(settings(method), STEPS);
  }

  /** One step of training; the same number gives the same batch and the same draws. */
  public static StepMetrics step(Networks networks, long number) {
    return networks
        .objective()
        .step(batch(number), number, RandomStreams.stream(11, Purpose.FREE_RUNNING, number));
  }

  /** Four sequences of seven symbols, the last shorter. */
  public static SequenceBatch batch(long seed) {
    int[][] sequences = sequences(seed, 7, 7, 7, 3);
    return SequenceBatch.of(sequences);
  }

  /** Sequences of random symbols of the given lengths. */
  public static int[][] sequences(long seed, int... lengths) {
    SplittableRandom random = new SplittableRandom(seed);
    int[][] sequences = new int[lengths.length][];
    for (int n = 0; n < lengths.length; n++) {
      sequences[n] = random.ints(lengths[n], 0, VOCABULARY).toArray();
    }
    return sequences;
  }

  /**
   * A generator of two layers in double on the scalar kernels, whose output weights are large
   * enough to prefer some symbols clearly.
   */
  public static Generator generator(int threads) {
    Generator.Shape shape = new Generator.Shape(VOCABULARY, 0, 6, 2);
    MultiLayerNetwork network =
        new MultiLayerNetwork(Generator.configuration(shape, DataType.DOUBLE, new NoOp(), 17));
    network.init();
    network.params().muli(3);
    Generator generator =
        new Generator(network, KernelProvider.create(Kernel.SCALAR, DataType.DOUBLE, threads));
    generator.refresh();
    return generator;
  }
}
