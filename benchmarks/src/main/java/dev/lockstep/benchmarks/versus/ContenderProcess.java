package dev.lockstep.benchmarks.versus;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The driver's end of a contender in a process of its own; see {@link ContenderServer}. */
final class ContenderProcess implements AutoCloseable {
  private final ChildJvm server;

  private ContenderProcess(ChildJvm server) {
    this.server = server;
  }

  /** Starts a contender and waits until it is ready. */
  static ContenderProcess start(String name, Workload workload, Path directory) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(name, directory.toString()));
    arguments.addAll(workload.arguments());
    return new ContenderProcess(
        ChildJvm.start(
            name,
            ChildJvm.Launch.of(name, workload.threads()),
            ContenderServer.class,
            arguments,
            directory));
  }

  String name() {
    return server.name();
  }

  Measured step() throws IOException {
    return Measured.parse(server.ask("step"));
  }

  /** Seconds. */
  double generate(int sequences, int steps) throws IOException {
    return Double.parseDouble(server.ask("generate " + sequences + " " + steps));
  }

  /** GFLOP/s of large matrix products. */
  double sgemm() throws IOException {
    return 2 * Math.pow(Contender.SGEMM_SIZE, 3) / Double.parseDouble(server.ask("sgemm")) / 1e9;
  }

  /** Peak resident memory so far, MiB. */
  double memory() throws IOException {
    return Double.parseDouble(server.ask("memory")) / 1024;
  }

  @Override
  public void close() {
    server.close();
  }
}
