package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.TrainingSettings.Kernel;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelProviderTest {
  @Test
  void theCpuBackendHasHostMemory() {
    assertThat(Matrix.HOST_MEMORY).isTrue();
    assertThat(KernelProvider.takesNd4j(Kernel.AUTO, true)).isFalse();
    assertThat(KernelProvider.takesNd4j(Kernel.ND4J, true)).isTrue();
    assertThat(KernelProvider.takesNd4j(Kernel.VECTOR, true)).isFalse();
    assertThat(KernelProvider.takesNd4j(Kernel.SCALAR, true)).isFalse();
  }

  @Test
  void onAGpuTheBackendsOwnOperationsRun() {
    assertThat(KernelProvider.takesNd4j(Kernel.AUTO, false)).isTrue();
    assertThat(KernelProvider.takesNd4j(Kernel.ND4J, false)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "SCALAR"})
  void onAGpuKernelsOfTheHostAreRefused(Kernel choice) {
    assertThatThrownBy(() -> KernelProvider.takesNd4j(choice, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "the " + choice.name().toLowerCase(Locale.ROOT) + " kernels need arrays in");
  }
}
