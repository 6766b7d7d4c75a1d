package dev.lockstep.cli;

import java.io.PrintWriter;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A command that does what a test wants. */
@Command(name = "probe", description = "Does what a test wants.")
final class ProbeCommand extends JobCommand<Object> {
  /** What a test wants done. */
  interface Work {
    Object run(ProbeCommand command) throws Exception;
  }

  @Option(names = "--count", description = "A number.")
  int count;

  private final Work work;

  ProbeCommand(Work work) {
    this.work = work;
  }

  @Override
  protected Object run() throws Exception {
    return work.run(this);
  }

  @Override
  protected void print(Object result, PrintWriter out) {
    out.println("The result is " + result + ".");
  }

  /** What a command's own code sees. */
  CommonOptions seenOptions() {
    return options();
  }

  SparkSession openSpark() {
    return spark(2);
  }
}
