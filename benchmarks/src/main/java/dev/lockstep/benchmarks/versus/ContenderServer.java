package dev.lockstep.benchmarks.versus;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A contender's process, a {@link LineServer}:
 *
 * <pre>
 *   step              seconds NLL C_d C_f C_t accuracy
 *   generate N T      seconds
 *   sgemm             seconds of a product of two matrices of 2048 x 2048
 *   memory            peak resident memory, KiB
 * </pre>
 */
final class ContenderServer implements LineServer.Answers {
  private final Contender contender;
  private int steps;

  ContenderServer(Contender contender) {
    this.contender = contender;
  }

  /** The contender's name, a directory for the parameters, and {@link Workload#arguments}. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    Workload workload = Workload.parse(Arrays.asList(arguments).subList(2, arguments.length));
    LineServer.run(() -> new ContenderServer(create(arguments[0], workload, directory)));
  }

  private static Contender create(String name, Workload workload, Path directory)
      throws IOException {
    return switch (name) {
      case "lockstep" -> new LockstepContender(workload, directory);
      case "libtorch" -> new LibtorchContender(workload, directory, false);
      case "libtorch-tuned" -> new LibtorchContender(workload, directory, true);
      case "dl4j" -> new Dl4jContender(workload);
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }

  @Override
  public String to(List<String> request) throws IOException {
    return switch (request.get(0)) {
      case "step" -> contender.step(steps++).line();
      case "generate" ->
          ""
              + contender.generate(
                  Integer.parseInt(request.get(1)), Integer.parseInt(request.get(2)));
      case "sgemm" -> "" + contender.sgemm();
      case "memory" -> "" + peakMemory();
      default -> throw new IllegalArgumentException("no such request: " + request);
    };
  }

  private static long peakMemory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("/proc/self/status tells no VmHWM");
  }
}
