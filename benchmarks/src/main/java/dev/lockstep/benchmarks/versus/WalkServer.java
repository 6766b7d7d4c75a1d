package dev.lockstep.benchmarks.versus;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/**
 * A {@link WalkContender}'s process, a {@link LineServer}:
 *
 * <pre>
 *   check             seconds processor-seconds loss, of a walk with the noise of all
 *   walk              the same, with noise of its own
 * </pre>
 */
final class WalkServer implements LineServer.Answers {
  private final WalkWorkload workload;
  private final WalkContender contender;
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private int walks;

  WalkServer(WalkWorkload workload, WalkContender contender) {
    this.workload = workload;
    this.contender = contender;
  }

  /** The contender's name, and {@link WalkWorkload#arguments}. */
  public static void main(String[] arguments) throws Exception {
    WalkWorkload workload =
        WalkWorkload.parse(Arrays.asList(arguments).subList(1, arguments.length));
    LineServer.run(() -> new WalkServer(workload, create(arguments[0], workload)));
  }

  private static WalkContender create(String name, WalkWorkload workload) {
    return switch (name) {
      case "lockstep" -> new LockstepWalks(workload);
      case "dl4j" -> new Dl4jWalks(workload);
      default -> throw new IllegalArgumentException("no contender " + name);
    };
  }

  @Override
  public String to(List<String> request) {
    return switch (request.get(0)) {
      case "check" -> walk(true).line();
      case "walk" -> walk(false).line();
      default -> throw new IllegalArgumentException("no such request: " + request);
    };
  }

  private Walked walk(boolean alike) {
    double[] points = workload.points(walks);
    long processor = system.getProcessCpuTime();
    long start = System.nanoTime();
    double loss = contender.walk(points, walks++, alike);
    return new Walked(
        (System.nanoTime() - start) / 1e9, (system.getProcessCpuTime() - processor) / 1e9, loss);
  }

  /**
   * What a walk came to.
   *
   * @param seconds wall clock
   * @param processorSeconds of all of the process's threads
   * @param loss before the updates
   */
  record Walked(double seconds, double processorSeconds, double loss) {
    String line() {
      return seconds + " " + processorSeconds + " " + loss;
    }

    static Walked parse(String line) {
      double[] v = Arrays.stream(line.split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
      return new Walked(v[0], v[1], v[2]);
    }
  }
}
