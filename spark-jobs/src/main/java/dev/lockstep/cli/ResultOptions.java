package dev.lockstep.cli;

import picocli.CommandLine.Option;

/** The options that every command takes. */
public final class ResultOptions {
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

  /** Returns whether the result is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Returns whether stack traces are wanted. */
  public boolean verbose() {
    return verbose;
  }
}
