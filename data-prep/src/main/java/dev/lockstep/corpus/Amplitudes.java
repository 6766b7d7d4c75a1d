package dev.lockstep.corpus;

import dev.lockstep.config.Settings;
import java.nio.charset.StandardCharsets;

/**
 * Steps that are samples of sound, each one of so many amplitudes from −1 to 1.
 *
 * @param bins V
 * @param scale how they are spaced
 * @param rate samples a second
 */
public record Amplitudes(int bins, Settings.AmplitudeScale scale, int rate) implements StepFormat {
  @Override
  public int symbols() {
    return bins;
  }

  @Override
  public String summary() {
    return "%d amplitudes, %s, %d Hz".formatted(bins, scale.key(), rate);
  }

  @Override
  public String checksum() {
    return Checksum.of(toString().getBytes(StandardCharsets.UTF_8));
  }
}
