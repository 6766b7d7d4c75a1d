package dev.lockstep.nn.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.nn.kernel.KernelProvider.Choice;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelProviderTest {
  @Test
  void theCpuBackendHasHostMemory() {
    assertThat(Matrix.HOST_MEMORY).isTrue();
    assertThat(KernelProvider.takesNd4j(Choice.AUTO, true)).isFalse();
    assertThat(KernelProvider.takesNd4j(Choice.ND4J, true)).isTrue();
    assertThat(KernelProvider.takesNd4j(Choice.VECTOR, true)).isFalse();
    assertThat(KernelProvider.takesNd4j(Choice.SCALAR, true)).isFalse();
  }

  @Test
  void onAGpuTheBackendsOwnOperationsRun() {
    assertThat(KernelProvider.takesNd4j(Choice.AUTO, false)).isTrue();
    assertThat(KernelProvider.takesNd4j(Choice.ND4J, false)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"VECTOR", "SCALAR"})
  void onAGpuKernelsOfTheHostAreRefused(Choice choice) {
    assertThatThrownBy(() -> KernelProvider.takesNd4j(choice, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "the " + choice.name().toLowerCase(Locale.ROOT) + " kernels need arrays in");
  }
}
