package dev.lockstep.objective;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.model.Generator;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.testing.Close;
import dev.lockstep.testing.GeneratorKind;
import dev.lockstep.testing.Networks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

class UpdateTest {
  /**
   * Kingma and Ba's algorithm 1, over every parameter of a network with embedding and GRUs, with a
   * step size that changes.
   */
  @Test
  void adamIsThePapers() {
    Adam adam = Adam.builder().learningRate(0.01).epsilon(1e-8).build();
    Kernels kernels = Networks.kernels(2);
    MultiLayerNetwork network = Steps.teacherForcing(adam, 0).networks().get(0);
    int count = (int) network.numParams();
    double[] expected = Networks.parameters(network);
    double[] m = new double[count];
    double[] v = new double[count];
    Random random = new Random(12);
    for (int t = 1; t <= 5; t++) {
      double[] gradient = random.doubles(count, -1, 1).toArray();
      network
          .getGradientsViewArray()
          .assign(Nd4j.createFromArray(gradient).reshape(network.params().shape()));
      double rate = 0.01 / t;
      Update.setLearningRate(network, rate);
      Update.apply(network, kernels, 0);
      for (int i = 0; i < count; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        double mean = m[i] / (1 - Math.pow(0.9, t));
        double variance = v[i] / (1 - Math.pow(0.999, t));
        expected[i] -= rate * mean / (Math.sqrt(variance) + 1e-8);
      }
      assertThat(network.getIterationCount()).isEqualTo(t);
      Close.check("parameters after step " + t, Networks.parameters(network), expected, 1e-6);
    }
  }

  /**
   * Loshchilov and Hutter's algorithm 2 by hand, over a generator and its encoder, with a step size
   * that changes: weights decay, biases do not.
   */
  @ParameterizedTest
  @MethodSource("kernels")
  void weightsDecayBesideAdam(Kernels kernels) {
    Adam adam = Adam.builder().learningRate(0.01).epsilon(1e-8).build();
    for (String kind : List.of("pen, window", "embedding, encoder", "symbols, encoder, 2 layers")) {
      Generator generator = GeneratorKind.named(kind).random(kernels, adam, 3);
      for (MultiLayerNetwork network : generator.networks()) {
        decays(network, kernels, 0.3);
      }
    }
  }

  /** Any other updater's step, which is DL4J's, is taken from the same decayed weights. */
  @Test
  void weightsDecayBesideOtherUpdaters() {
    MultiLayerNetwork network = Steps.generator(new Sgd(0.1)).network();
    double[] before = Networks.parameters(network);
    double[] gradient = random(network, 7);
    Update.apply(network, Networks.kernels(1), 0, 0.3);
    boolean[] weights = weights(network);
    double[] expected = before.clone();
    Arrays.setAll(expected, i -> before[i] * (weights[i] ? 1 - 0.1 * 0.3 : 1) - 0.1 * gradient[i]);
    Close.check("parameters", Networks.parameters(network), expected, 1e-12);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void withoutDecayNoBitChanges(Kernels kernels) {
    List<double[]> parameters = new ArrayList<>();
    for (boolean plain : new boolean[] {true, false}) {
      MultiLayerNetwork network = Steps.generator(new Adam(0.01)).network();
      random(network, 7);
      if (plain) {
        Update.apply(network, kernels, 0.5);
      } else {
        Update.apply(network, kernels, 0.5, 0);
      }
      parameters.add(Networks.parameters(network));
    }
    Close.same("parameters", parameters.get(1), parameters.get(0));
  }

  /** Objectives hand it on to the generator's networks, and to no discriminator. */
  @Test
  void onlyTheGeneratorDecays() {
    List<List<double[]>> parameters = new ArrayList<>();
    for (double decay : new double[] {0, 0.3}) {
      GeneratorUpdates updates = GeneratorUpdates.PLAIN.withWeightDecay(decay);
      ProfessorForcing objective =
          Steps.professorForcing(
              Steps.options(Steps.BOTH_OPEN, true, 0).updates(updates), new Sgd(0.1));
      Steps.step(objective, true);
      parameters.add(objective.networks().stream().map(Networks::parameters).toList());
    }
    Close.same("discriminator", parameters.get(1).get(1), parameters.get(0).get(1));
    MultiLayerNetwork generator = Steps.generator(new Sgd(0.1)).network();
    double[] before = Networks.parameters(generator);
    boolean[] weights = weights(generator);
    double[] expected = parameters.get(0).get(0).clone();
    for (int i = 0; i < expected.length; i++) {
      expected[i] -= weights[i] ? 0.1 * 0.3 * before[i] : 0;
    }
    Close.check("generator", parameters.get(1).get(0), expected, 1e-12);
  }

  static Stream<Kernels> kernels() {
    return Stream.of(Kernel.SCALAR, Kernel.ND4J)
        .map(choice -> KernelProvider.create(choice, DataType.DOUBLE, 2));
  }

  /** The vector form, which is of floats. */
  @Test
  void weightsDecayInFloat() {
    Kernels kernels = KernelProvider.create(Kernel.AUTO, DataType.FLOAT, 2);
    MultiLayerNetwork network =
        Networks.initialised(
            Generator.configuration(Steps.SHAPE, DataType.FLOAT, new Adam(0.01), 1));
    new Generator(network, kernels);
    Networks.randomise(network, 31, 0.8);
    decays(network, kernels, 0.3);
  }

  private static void decays(MultiLayerNetwork network, Kernels kernels, double decay) {
    int count = (int) network.numParams();
    boolean[] weights = weights(network);
    double[] expected = Networks.parameters(network);
    double[] m = new double[count];
    double[] v = new double[count];
    for (int t = 1; t <= 3; t++) {
      double[] gradient = random(network, t);
      double rate = 0.01 / t;
      Update.setLearningRate(network, rate);
      Update.apply(network, kernels, 0, decay);
      for (int i = 0; i < count; i++) {
        m[i] = 0.9 * m[i] + 0.1 * gradient[i];
        v[i] = 0.999 * v[i] + 0.001 * gradient[i] * gradient[i];
        double mean = m[i] / (1 - Math.pow(0.9, t));
        double variance = v[i] / (1 - Math.pow(0.999, t));
        double decayed = weights[i] ? rate * decay * expected[i] : 0;
        expected[i] -= rate * mean / (Math.sqrt(variance) + 1e-8) + decayed;
      }
      Close.check("parameters after step " + t, Networks.parameters(network), expected, 1e-5);
    }
  }

  /** Writes a random gradient; a copy of it. */
  private static double[] random(MultiLayerNetwork network, long seed) {
    double[] gradient = new Random(seed).doubles(network.numParams(), -1, 1).toArray();
    network
        .getGradientsViewArray()
        .assign(Nd4j.createFromArray(gradient).reshape(network.params().shape()));
    return gradient;
  }

  /** Which of a generator's parameters are weights, by their names. */
  private static boolean[] weights(MultiLayerNetwork network) {
    boolean[] weights = new boolean[(int) network.numParams()];
    int from = 0;
    for (var parameter : network.paramTable().entrySet()) {
      String name = parameter.getKey().replaceAll("^\\d+_", "");
      assertThat(name).isIn("W", "RW", "A", "b", "Ab");
      int to = from + (int) parameter.getValue().length();
      Arrays.fill(weights, from, to, !name.endsWith("b"));
      from = to;
    }
    return weights;
  }
}
