package dev.lockstep.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that every command takes. */
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

  @Option(
      names = "--json",
      description = "Prints the result as one JSON object, the last line of standard output.")
  private boolean json;

  @Option(names = "--verbose", description = "Prints the stack trace of a failure.")
  private boolean verbose;

  // Picocli acts on the option itself; the field only declares it.
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Shows this help and exits.")
  @SuppressWarnings("UnusedVariable")
  private boolean help;

  /** Returns the configuration file, relative to the caller's working directory. */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /** Returns the overrides as written, {@code key=value}, in order. */
  public List<String> overrides() {
    return List.copyOf(overrides);
  }

  /** Returns whether the result is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Returns whether stack traces are wanted. */
  public boolean verbose() {
    return verbose;
  }
}
