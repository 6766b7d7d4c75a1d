package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lockstep.config.UserError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NvidiaSmiTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void returnsWhatIsPrinted() {
    assertThat(NvidiaSmi.run(List.of("printf", "0, a\\n1, b\\n"), MINUTE)).isEqualTo("0, a\n1, b");
  }

  @Test
  void aMissingDriverIsSaidInOneLine() {
    assertThatThrownBy(() -> NvidiaSmi.run(List.of("no-such-nvidia-smi"), MINUTE))
        .isInstanceOf(UserError.class)
        .hasMessage(
            "no-such-nvidia-smi cannot be run: this build of Lockstep needs an NVIDIA GPU and its"
                + " driver, 510.39 or newer, for the driver and every executor; otherwise use the CPU"
                + " build");
  }

  @Test
  void aFailureIsToldWithItsStatusAndWords() {
    List<String> failing = List.of("sh", "-c", "echo 'couldn''t reach the driver' >&2; exit 9");
    assertThatThrownBy(() -> NvidiaSmi.run(failing, MINUTE))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("sh failed with status 9 (couldnt reach the driver): this build");
  }

  @Test
  void aDriverThatHangsIsGivenUp() {
    // Reads from a pipe that nobody writes to.
    assertThatThrownBy(() -> NvidiaSmi.run(List.of("cat"), Duration.ofMillis(1)))
        .isInstanceOf(UserError.class)
        .hasMessageStartingWith("cat has no answer after 0 s: this build");
  }
}
