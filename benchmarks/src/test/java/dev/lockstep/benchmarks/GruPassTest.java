package dev.lockstep.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Choice;
import dev.lockstep.config.TrainingSettings.Kernel;
import dev.lockstep.nn.kernel.KernelProvider;
import dev.lockstep.nn.kernel.Matrix;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;

/** What is measured is what is meant: every implementation's pass against the scalar in double. */
class GruPassTest {
  @ParameterizedTest
  @ValueSource(strings = {"vector", "scalar", "nd4j"})
  void measuresTheSameComputation(String implementation) {
    List<Matrix> expected = results("scalar", DataType.DOUBLE);
    List<Matrix> actual = results(implementation, DataType.FLOAT);
    for (int i = 0; i < expected.size(); i++) {
      double[] e = expected.get(i).toArray();
      double[] a = actual.get(i).toArray();
      assertThat(a).hasSameSizeAs(e);
      double scale = 0;
      double error = 0;
      for (int k = 0; k < e.length; k++) {
        scale = Math.max(scale, Math.abs(e[k]));
        error = Math.max(error, Math.abs(a[k] - e[k]));
      }
      assertThat(scale).as("result " + i).isPositive();
      assertThat(error / scale).as("relative error of result " + i).isLessThan(1e-4);
    }
  }

  private static List<Matrix> results(String implementation, DataType type) {
    GruPass pass =
        new GruPass(
            KernelProvider.create(
                Choice.of(Kernel.values(), implementation).orElseThrow(), type, 2),
            type,
            5,
            3,
            17);
    pass.run();
    // Twice: a second run must not add to the first one's gradients.
    pass.run();
    return List.of(
        pass.outputs(),
        pass.inputSlopes(),
        pass.gradient().input(),
        pass.gradient().recurrent(),
        pass.gradient().inputBias(),
        pass.gradient().recurrentBias());
  }
}
