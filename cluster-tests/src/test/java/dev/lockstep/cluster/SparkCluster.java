package dev.lockstep.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A standalone Spark cluster: a master and two workers of one core, each in a JVM of its own, on
 * loopback. No distribution of Spark is needed: a folder whose {@code jars} links Spark's own class
 * path serves as one. Applications are submitted as users do it, as the packed jar with the
 * project's {@code spark-defaults.conf}.
 */
final class SparkCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final int WORKERS = 2;
  private static final Path ROOT = Path.of(System.getProperty("lockstep.root")).normalize();
  private static final Path JAR = ROOT.resolve("spark-jobs/target/lockstep.jar");

  private final Path folder;
  private final String url;
  private final List<Jvm> daemons = new ArrayList<>();
  private final AtomicInteger submissions = new AtomicInteger();

  private SparkCluster(Path folder, String url) {
    this.folder = folder;
    this.url = url;
  }

  /**
   * Starts the daemons.
   *
   * @param folder for the distribution, logs and work
   */
  static SparkCluster start(Path folder) {
    linkJars(folder.resolve("jars"));
    makeDirectory(hadoopConfiguration(folder));
    int port = freePort();
    SparkCluster cluster = new SparkCluster(folder, "spark://" + HOST + ":" + port);
    cluster.daemon(
        "master",
        "org.apache.spark.deploy.master.Master",
        "--host",
        HOST,
        "--port",
        String.valueOf(port),
        "--webui-port",
        String.valueOf(freePort()));
    until("the master serves", () -> cluster.daemons.get(0).said().contains("I have been elected"));
    for (int i = 1; i <= WORKERS; i++) {
      cluster.daemon(
          "worker-" + i,
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          HOST,
          "--cores",
          "1",
          "--memory",
          "3g",
          "--webui-port",
          String.valueOf(freePort()),
          "--work-dir",
          folder.resolve("work-" + i).toString(),
          cluster.url);
    }
    for (Jvm worker : cluster.workers()) {
      until("a worker is registered", () -> worker.said().contains("Successfully registered"));
    }
    return cluster;
  }

  private void daemon(String name, String mainClass, String... arguments) {
    List<String> command = new ArrayList<>(List.of(mainClass));
    command.addAll(List.of(arguments));
    daemons.add(
        Jvm.start(
            folder.resolve(name + ".log"),
            environment(),
            flags("-Xmx512m"),
            command.toArray(String[]::new)));
  }

  /** Where the distribution is. */
  Path folder() {
    return folder;
  }

  /** Where applications find the cluster. */
  String url() {
    return url;
  }

  private List<Jvm> workers() {
    return daemons.subList(1, daemons.size());
  }

  /** The executors that are alive, in the order of their workers. */
  List<ProcessHandle> executors() {
    return workers().stream().flatMap(worker -> worker.children().stream()).toList();
  }

  /**
   * Starts a command of Lockstep with its driver in a JVM here.
   *
   * @param master of Spark
   * @param settings more of Spark's, each {@code key=value}
   * @param command with its arguments
   */
  Jvm submit(String master, List<String> settings, String... command) {
    return submitClass("dev.lockstep.cli.Lockstep", master, settings, command);
  }

  /** Starts another application that uses what the jar brings. */
  Jvm submitClass(String mainClass, String master, List<String> settings, String... arguments) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "org.apache.spark.deploy.SparkSubmit",
                "--master",
                master,
                "--properties-file",
                ROOT.resolve("conf/spark-defaults.conf").toString()));
    List<String> all =
        new ArrayList<>(
            List.of(
                "spark.driver.host=" + HOST,
                "spark.driver.bindAddress=" + HOST,
                "spark.ui.enabled=false",
                "spark.executor.memory=1g"));
    all.addAll(settings);
    for (String setting : all) {
      line.addAll(List.of("--conf", setting));
    }
    line.addAll(List.of("--class", mainClass, JAR.toString()));
    line.addAll(List.of(arguments));
    return Jvm.start(
        folder.resolve("submit-%02d.log".formatted(submissions.incrementAndGet())),
        environment(),
        flags("-Xmx2g"),
        line.toArray(String[]::new));
  }

  private Map<String, String> environment() {
    return Map.of(
        "SPARK_HOME",
        folder.toString(),
        "SPARK_SCALA_VERSION",
        "2.12",
        "SPARK_LOCAL_IP",
        HOST,
        "HADOOP_CONF_DIR",
        hadoopConfiguration(folder).toString(),
        "OMP_NUM_THREADS",
        "1");
  }

  /** As Spark's own launcher would make them. */
  private List<String> flags(String memory) {
    List<String> flags =
        new ArrayList<>(
            Arrays.asList(System.getProperty("lockstep.jvm.flags").strip().split("\\s+")));
    flags.add(memory);
    flags.addAll(List.of("-cp", hadoopConfiguration(folder) + ":" + folder.resolve("jars") + "/*"));
    return flags;
  }

  /** Where applications look for Hadoop's configuration; empty at first. */
  static Path hadoopConfiguration(Path folder) {
    return folder.resolve("hadoop-conf");
  }

  private static void makeDirectory(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void linkJars(Path jars) {
    try {
      Files.createDirectories(jars);
      String distribution =
          Files.readString(ROOT.resolve("cluster-tests/target/spark-distribution"));
      for (String jar : List.of(distribution.strip().split(":", -1))) {
        Path target = Path.of(jar);
        Files.createSymbolicLink(jars.resolve(target.getFileName()), target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for minutes, which is much longer than anything takes here. */
  static void until(String what, BooleanSupplier holds) {
    long deadline = System.nanoTime() + 300_000_000_000L;
    while (!holds.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("waited in vain until " + what);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    for (int i = daemons.size() - 1; i >= 0; i--) {
      daemons.get(i).close();
    }
  }
}
