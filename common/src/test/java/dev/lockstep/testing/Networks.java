package dev.lockstep.testing;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.Generator;
import dev.lockstep.model.RecurrentDiscriminator;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.NoOp;

/** Small networks in double precision, and what tests do to them. */
public final class Networks {
  private Networks() {}

  /** Scalar kernels in double precision. */
  public static Kernels kernels(int threads) {
    return KernelProvider.create(Kernel.SCALAR, DataType.DOUBLE, threads);
  }

  public static MultiLayerNetwork initialised(MultiLayerConfiguration configuration) {
    MultiLayerNetwork network = new MultiLayerNetwork(configuration);
    network.init();
    return network;
  }

  /** With DL4J's own initial parameters. */
  public static Generator generator(Generator.Shape shape, IUpdater updater, long seed) {
    return new Generator(
        initialised(Generator.configuration(shape, DataType.DOUBLE, updater, seed)), kernels(1));
  }

  /** Every parameter, biases included, random: no symmetry for a mistake to hide behind. */
  public static Generator randomGenerator(Generator.Shape shape, Kernels kernels, long seed) {
    MultiLayerNetwork network =
        initialised(Generator.configuration(shape, DataType.DOUBLE, new NoOp(), 1));
    randomise(network, seed, 0.8);
    Generator generator = new Generator(network, kernels);
    generator.refresh();
    return generator;
  }

  /** With DL4J's own initial parameters. */
  public static Discriminator discriminator(int columns, int width, IUpdater updater, long seed) {
    return new RecurrentDiscriminator(
        initialised(
            RecurrentDiscriminator.configuration(columns, width, DataType.DOUBLE, updater, seed)),
        kernels(1));
  }

  /** Every parameter, biases included, random; most rectifiers pass most of what they get. */
  public static Discriminator randomDiscriminator(
      int columns, int width, Kernels kernels, long seed) {
    MultiLayerNetwork network =
        initialised(
            RecurrentDiscriminator.configuration(columns, width, DataType.DOUBLE, new NoOp(), 1));
    randomise(network, seed, 0.8);
    for (String bias : List.of("1_b", "2_b", "3_b")) {
      network.getParam(bias).addi(0.6);
    }
    Discriminator discriminator = new RecurrentDiscriminator(network, kernels);
    discriminator.refresh();
    return discriminator;
  }

  /** Uniform between −scale and scale. */
  public static void randomise(MultiLayerNetwork network, long seed, double scale) {
    double[] values = new Random(seed).doubles(network.numParams(), -scale, scale).toArray();
    network.params().assign(Nd4j.createFromArray(values).reshape(network.params().shape()));
  }

  /** A copy of all parameters. */
  public static double[] parameters(MultiLayerNetwork network) {
    return network.params().dup().data().asDouble();
  }

  /** A copy of the gradient vector. */
  public static double[] gradient(MultiLayerNetwork network) {
    return network.getGradientsViewArray().dup().data().asDouble();
  }

  /** The network as DL4J's file brings it back, updater state included. */
  public static MultiLayerNetwork savedAndRestored(MultiLayerNetwork network) {
    try {
      ByteArrayOutputStream file = new ByteArrayOutputStream();
      ModelSerializer.writeModel(network, file, true);
      return ModelSerializer.restoreMultiLayerNetwork(
          new ByteArrayInputStream(file.toByteArray()), true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
