package dev.lockstep.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Choice;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Kernels;
import dev.lockstep.nn.kernel.Matrix;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What is compared is the same: every implementation's pass, and DL4J's. */
class ConvolutionPassTest {
  private static final int SIDE = 9;
  private static final Matrix BEHAVIOUR = ConvolutionPass.behaviour(SIDE, 3, DataType.FLOAT);

  @ParameterizedTest
  @ValueSource(strings = {"vector", "scalar", "nd4j"})
  void measuresWhatDl4jComputes(String implementation) {
    MultiLayerNetwork network = ConvolutionPass.network(SIDE, 4, DataType.FLOAT);
    Dl4jConvolutionPass theirs = new Dl4jConvolutionPass(network.clone(), SIDE, BEHAVIOUR);
    Kernels kernels =
        KernelProvider.create(
            Choice.of(Kernel.values(), implementation).orElseThrow(), DataType.FLOAT, 2);
    ConvolutionPass ours = new ConvolutionPass(kernels, network, SIDE, BEHAVIOUR);
    theirs.run();
    ours.run();
    close("scores", ours.scores(), theirs.scores());
    close("gradient", ours.gradient(), theirs.gradient());
    close("slopes", ours.slopes(), theirs.slopes());
  }

  private static void close(String what, double[] actual, double[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    double scale = Arrays.stream(expected).map(Math::abs).max().orElseThrow();
    double[] errors = new double[actual.length];
    Arrays.setAll(errors, i -> Math.abs(actual[i] - expected[i]) / scale);
    assertThat(scale).as(what).isPositive();
    assertThat(Arrays.stream(errors).max().orElseThrow()).as(what).isLessThan(1e-4);
  }
}
