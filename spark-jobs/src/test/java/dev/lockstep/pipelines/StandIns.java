package dev.lockstep.pipelines;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;

/**
 * {@code spark-submit} and {@code hdfs} for a machine that has neither: Spark's and Hadoop's own
 * classes behind those commands, run on the tests' class path.
 *
 * @param folder where the commands are
 */
record StandIns(Path folder) {

  /** Writes them into a new directory. */
  static StandIns write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("java.options"), javaOptions(folder));
    StandIns standIns = new StandIns(folder);
    // Spark logs its shutdown when the command has said its last.
    standIns.command(
        "spark-submit",
        """
        for fail in FOLDER/fail.*; do
          [ -e "$fail" ] || break
          rm "$fail"
          echo '{"half": "a result"'
          exit 1
        done
        java @FOLDER/java.options org.apache.spark.deploy.SparkSubmit "$@"
        status=$?
        echo 'INFO ShutdownHookManager: Shutdown hook called' >&2
        exit $status
        """);
    standIns.command(
        "hdfs",
        """
        [ "$1" = dfs ] && shift
        exec java @FOLDER/java.options org.apache.hadoop.fs.FsShell "$@"
        """);
    // Hadoop's shell insists on one.
    Files.writeString(folder.resolve("core-site.xml"), "<configuration/>");
    // What a job needs of Spark here, and the application's jar: its classes are on the class path.
    Files.writeString(
        standIns.sparkDefaults(),
        """
        spark.ui.enabled false
        spark.driver.host 127.0.0.1
        spark.driver.bindAddress 127.0.0.1
        """);
    new JarOutputStream(Files.newOutputStream(standIns.jar())).close();
    return standIns;
  }

  /** A file for {@code --properties-file}. */
  Path sparkDefaults() {
    return folder.resolve("spark-defaults.conf");
  }

  /** A jar to submit. */
  Path jar() {
    return folder.resolve("lockstep.jar");
  }

  /** Lets {@code spark-submit} fail that many times before it starts anything. */
  void fail(int times) throws IOException {
    for (int i = 0; i < times; i++) {
      Files.createFile(folder.resolve("fail." + i));
    }
  }

  /** Runs a command that finds these ones first. */
  Ran run(Path directory, List<String> command) throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    String java = Path.of(System.getProperty("java.home"), "bin").toString();
    environment.merge(
        "PATH",
        folder + File.pathSeparator + java,
        (path, ours) -> ours + File.pathSeparator + path);
    // Python must not leave compiled files beside the sources.
    environment.put("PYTHONDONTWRITEBYTECODE", "1");
    int status = builder.start().waitFor();
    return new Ran(status, Files.readString(out), Files.readString(err));
  }

  /** What a command left behind. */
  record Ran(int status, String out, String err) {}

  private void command(String name, String script) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script.replace("FOLDER", folder.toString()));
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("cannot make %s executable".formatted(file));
    }
  }

  /** This JVM's options and class path, as an argument file of {@code java}. */
  private static String javaOptions(Path folder) {
    List<String> options =
        new ArrayList<>(ManagementFactory.getRuntimeMXBean().getInputArguments());
    options.removeIf(option -> option.startsWith("-Xmx"));
    options.add("-Xmx1g");
    // Short-lived: more compiler and collector threads would only compete for the processors.
    options.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    options.add("-cp");
    options.add(folder + File.pathSeparator + System.getProperty("java.class.path"));
    return options.stream()
        .map(option -> '"' + option.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
        .collect(Collectors.joining("\n"));
  }
}
