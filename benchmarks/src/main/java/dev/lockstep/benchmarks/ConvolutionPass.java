package dev.lockstep.benchmarks;

import dev.lockstep.model.ConvolutionalDiscriminator;
import dev.lockstep.model.Discriminator;
import dev.lockstep.model.DiscriminatorActivations;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The discriminator of images over square ones, forward and backward with the gradients of its
 * parameters and the gradients at the behaviour: what a training step does with it.
 */
final class ConvolutionPass {
  /** C of the behaviour. */
  static final int COLUMNS = 64;

  private final Discriminator discriminator;
  private final DiscriminatorActivations activations;
  private final Matrix behaviour;
  private final double[] ones;
  private double[] scores = {};
  private List<Matrix> gradients;

  ConvolutionPass(Kernels kernels, MultiLayerNetwork network, int side, Matrix behaviour) {
    int steps = side * side;
    this.discriminator = Discriminator.of(network, kernels);
    this.behaviour = behaviour;
    this.activations = discriminator.activations(steps, behaviour.rows() / steps);
    this.ones = new double[behaviour.rows() / steps];
    Arrays.fill(ones, 1);
  }

  static MultiLayerNetwork network(int side, int channels, DataType type) {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            ConvolutionalDiscriminator.configuration(COLUMNS, side, channels, type, new NoOp(), 1));
    network.init();
    return network;
  }

  static Matrix behaviour(int side, int images, DataType type) {
    return KernelBenchmark.random(new Random(1), type, side * side * images, COLUMNS);
  }

  void run() {
    discriminator.parametersChanged();
    scores = discriminator.score(activations, List.of(behaviour));
    gradients = discriminator.backward(activations, ones, 0);
  }

  double[] scores() {
    return scores;
  }

  double[] gradient() {
    return discriminator.network().getGradientsViewArray().dup().data().asDouble();
  }

  /** At the behaviour, [T·N, C]. */
  double[] gradients() {
    return gradients.get(0).toArray();
  }
}
