package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GpuTest {
  private static Gpu withCapability(int major, int minor) {
    return new Gpu(0, "GPU-1", "NVIDIA Test", new Gpu.Capability(major, minor));
  }

  @ParameterizedTest
  @CsvSource({
    "3, 7", "5, 0", "5, 2", "5, 3", "6, 0", "6, 1", "6, 2", "7, 0", "7, 2", "7, 5", "8, 0", "8, 6",
    "8, 7", "8, 9"
  })
  void machineCodeRunsOnTheSameMajorFromItsMinorUpwards(int major, int minor) {
    assertThatCode(() -> withCapability(major, minor).checkSupported()).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"2, 1", "3, 0", "3, 5", "4, 0", "9, 0", "10, 0", "10, 3", "12, 0", "12, 1"})
  void olderAndNewerCardsHaveNone(int major, int minor) {
    assertThatThrownBy(() -> withCapability(major, minor).checkSupported())
        .isInstanceOf(UserError.class)
        .hasMessageContaining("compute capability " + major + "." + minor);
  }

  @Test
  void theRefusalIsOneLineThatSaysWhatToUse() {
    Gpu gpu = Gpu.parse("0, GPU-5a, NVIDIA H200, 9.0").get(0);
    assertThatThrownBy(gpu::checkSupported)
        .hasMessage(
            "this GPU, NVIDIA H200 (compute capability 9.0), is not one that ND4J 1.0.0-M2.1 has"
                + " code for (3.7, 5.x to 8.x): use a Pascal to Ada card, or the CPU build");
  }

  @Test
  void readsALineForEachGpu() {
    String csv =
        """
        0, GPU-8f6d1f0e-aaaa, Tesla V100-SXM2-16GB, 7.0
        3, GPU-11c9a2b4-bbbb, NVIDIA RTX A6000, 8.6

        """;
    assertThat(Gpu.parse(csv))
        .containsExactly(
            new Gpu(0, "GPU-8f6d1f0e-aaaa", "Tesla V100-SXM2-16GB", new Gpu.Capability(7, 0)),
            new Gpu(3, "GPU-11c9a2b4-bbbb", "NVIDIA RTX A6000", new Gpu.Capability(8, 6)));
    assertThat(Gpu.parse("0,GPU-a,NVIDIA B200,10.0").get(0).capability())
        .isEqualTo(new Gpu.Capability(10, 0));
    assertThat(Gpu.parse("\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "No devices were found",
        "0, GPU-a, Tesla K80, [N/A]",
        "0, GPU-a, Tesla K80",
        "zero, GPU-a, Tesla T4, 7.5",
        "0, GPU-a, Tesla T4, 7.5, 1"
      })
  void whatItDoesNotUnderstandIsQuoted(String line) {
    assertThatThrownBy(() -> Gpu.parse("0, GPU-b, Tesla T4, 7.5\n" + line))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "nvidia-smi tells of a GPU by \""
                + line
                + "\", not by its index,uuid,name,compute_cap: install an NVIDIA driver of 510.39 or"
                + " newer");
  }

  @Test
  void isCalledByItsIndexOrItsUuid() {
    Gpu gpu = Gpu.parse("1, GPU-8f6d1f0e, Tesla T4, 7.5").get(0);
    assertThat(gpu.isCalled("1")).isTrue();
    assertThat(gpu.isCalled("GPU-8f6d1f0e")).isTrue();
    assertThat(gpu.isCalled("GPU-8f6")).isTrue();
    assertThat(gpu.isCalled("11")).isFalse();
    assertThat(gpu.isCalled("GPU-9")).isFalse();
    assertThat(gpu.isCalled("")).isFalse();
  }
}
