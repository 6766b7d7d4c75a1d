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

/** The driver's end of a {@link LineServer} in a JVM of its own. */
final class ChildJvm implements AutoCloseable {
  private final String name;
  private final Process process;
  private final Path errors;
  private final PrintWriter requests;
  private final BufferedReader answers;

  private ChildJvm(String name, Process process, Path errors) {
    this.name = name;
    this.process = process;
    this.errors = errors;
    this.requests = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * What a contender's JVM and libraries run best with.
   *
   * @param flags of the JVM
   */
  record Launch(List<String> flags, Map<String, String> environment) {
    static Launch of(String contender, int threads) {
      return switch (contender) {
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
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param name for messages
   * @param server whose {@code main} runs a {@link LineServer}
   * @param directory for what it says on standard error
   */
  static ChildJvm start(
      String name, Launch launch, Class<?> server, List<String> arguments, Path directory)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(launch.flags());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), server.getName()));
    command.addAll(arguments);
    Path errors = directory.resolve(name + ".stderr");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(launch.environment());
    ChildJvm child = new ChildJvm(name, builder.start(), errors);
    try {
      String answer = child.read();
      if (!answer.equals(LineServer.READY)) {
        throw new IOException(name + " began with: " + answer);
      }
      return child;
    } catch (IOException | RuntimeException e) {
      child.close();
      throw e;
    }
  }

  String name() {
    return name;
  }

  String ask(String request) throws IOException {
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
