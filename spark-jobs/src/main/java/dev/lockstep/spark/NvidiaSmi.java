package dev.lockstep.spark;

import dev.lockstep.config.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The driver's own tool: what it prints of this node's GPUs, before any native code looks. */
final class NvidiaSmi {
  private static final List<String> COMMAND =
      List.of("nvidia-smi", "--query-gpu=" + Gpu.FIELDS, "--format=csv,noheader");

  /** A driver that is not resident takes seconds for each GPU to wake. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final String REMEDY =
      ": this build of Lockstep needs an NVIDIA GPU and its driver, 510.39 or newer, for the driver and"
          + " every executor; otherwise use the CPU build";

  private NvidiaSmi() {}

  /**
   * One line a GPU with the fields {@link Gpu#FIELDS}.
   *
   * @throws UserError if that cannot be had
   */
  static String query() {
    return run(COMMAND, TIMEOUT);
  }

  static String run(List<String> command, Duration timeout) {
    Process process = start(command);
    try {
      // It prints too little to fill a pipe, so it ends without being read.
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new UserError(
            "%s has no answer after %d s".formatted(command.get(0), timeout.toSeconds()) + REMEDY);
      }
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.exitValue() != 0) {
        throw new UserError(
            "%s failed with status %d (%s)".formatted(command.get(0), process.exitValue(), said)
                + REMEDY);
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command.get(0) + " runs", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static Process start(List<String> command) {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UserError(command.get(0) + " cannot be run" + REMEDY, e);
    }
  }
}
