package dev.lockstep.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of a command that works with an experiment's settings. */
public final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The experiment's HOCON file; without it, the defaults.")
  private Path config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Overrides one key of the configuration. May be repeated.")
  private List<String> overrides = new ArrayList<>();

  /** Returns the configuration file, relative to the caller's working directory. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** Returns the overrides as written, {@code key=value}, in order. */
  public List<String> overrides() {
    return List.copyOf(overrides);
  }
}
