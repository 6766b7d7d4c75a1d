package dev.lockstep.benchmarks.versus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The driver's end of a contender in a process of its own; see {@link ContenderServer}. */
final class ContenderProcess implements AutoCloseable {
  /** What a contender's JVM and libraries run best with. */
  private record Launch(List<String> flags, Map<String, String> environment) {}

  private final String name;
  private final Process process;
  private final Path errors;
  private final PrintWriter requests;
  private final BufferedReader answers;

  private ContenderProcess(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.requests = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts a contender and waits until it is ready. */
  static ContenderProcess start(String name, Workload workload, Path directory) throws IOException {
    Launch launch = launch(name, workload.threads());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(launch.flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ContenderServer.class.getName(), name, directory.toString()));
    command.addAll(workload.arguments());
    Path errors = directory.resolve(name + ".stderr");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(launch.environment());
    ContenderProcess contender = new ContenderProcess(name, builder.start(), errors);
    try {
      String answer = contender.read();
      if (!answer.equals(ContenderServer.READY)) {
        throw new IOException(name + " began with: " + answer);
      }
      return contender;
    } catch (IOException | RuntimeException e) {
      contender.close();
      throw e;
    }
  }

  private static Launch launch(String name, int threads) {
    return switch (name) {
      case "libtorch", "libtorch-tuned" ->
          new Launch(
              List.of(
                  "-Xmx256m",
                  "-Dai.djl.pytorch.num_threads=" + threads,
                  "-Dai.djl.pytorch.num_interop_threads=1",
                  "-Dorg.slf4j.simpleLogger.log.ai.djl=error"),
              Map.of(
                  "OMP_NUM_THREADS",
                  "" + threads,
                  "DJL_OFFLINE",
                  "true",
                  "OPT_OUT_TRACKING",
                  "true"));
      case "lockstep" ->
          // JavaCPP's own bound would go by the heap's, which has nothing to do with the arrays.
          new Launch(
              List.of(
                  "--add-modules=jdk.incubator.vector",
                  "-Xmx1g",
                  "-Dorg.bytedeco.javacpp.maxbytes=0",
                  "-Dorg.bytedeco.javacpp.maxphysicalbytes=0"),
              Map.of("OMP_NUM_THREADS", "1"));
      // Its arrays are freed by the garbage collector, so they need a bound.
      default -> new Launch(List.of("-Xmx4g"), Map.of("OMP_NUM_THREADS", "1"));
    };
  }

  String name() {
    return name;
  }

  Measured step() throws IOException {
    return Measured.parse(ask("step"));
  }

  /** Seconds. */
  double generate(int sequences, int steps) throws IOException {
    return Double.parseDouble(ask("generate " + sequences + " " + steps));
  }

  /** GFLOP/s of large matrix products. */
  double sgemm() throws IOException {
    return 2 * Math.pow(Contender.SGEMM_SIZE, 3) / Double.parseDouble(ask("sgemm")) / 1e9;
  }

  /** Peak resident memory so far, MiB. */
  double memory() throws IOException {
    return Double.parseDouble(ask("memory")) / 1024;
  }

  private String ask(String request) throws IOException {
    requests.println(request);
    return read();
  }

  private String read() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException(name + " ended without an answer. " + Files.readString(errors).strip());
    }
    return answer;
  }

  @Override
  public void close() {
    requests.close();
    process.destroyForcibly();
  }
}
