package dev.lockstep.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/**
 * A standalone Spark cluster and an HDFS with a small corpus; runs that differ in where they ran
 * and what happened to them must end with the same bytes.
 */
final class TrainingOnClusters implements AutoCloseable {
  /** Of the run that all others are compared with. */
  static final int ROUNDS = 8;

  private final SparkCluster spark;
  private final MiniDFSCluster hdfs;
  private final FileSystem files;

  private TrainingOnClusters(SparkCluster spark, MiniDFSCluster hdfs, FileSystem files) {
    this.spark = spark;
    this.hdfs = hdfs;
    this.files = files;
  }

  /** Starts both and prepares the corpus. */
  static TrainingOnClusters start(Path folder) throws IOException {
    Configuration configuration = new Configuration();
    configuration.set(MiniDFSCluster.HDFS_MINIDFS_BASEDIR, folder.resolve("hdfs").toString());
    MiniDFSCluster hdfs = new MiniDFSCluster.Builder(configuration).numDataNodes(1).build();
    SparkCluster spark = SparkCluster.start(Files.createDirectories(folder.resolve("spark")));
    TrainingOnClusters clusters = new TrainingOnClusters(spark, hdfs, hdfs.getFileSystem());
    Path text = Files.writeString(folder.resolve("text.txt"), text());
    clusters.run(spark.url(), "prepare", clusters.settings("none", "data.input=" + text.toUri()));
    return clusters;
  }

  /** 40,000 characters of a language of five words. */
  private static String text() {
    SplittableRandom random = new SplittableRandom(11);
    List<String> words = List.of("lock", "step", "and", "lose", "none\n");
    StringBuilder text = new StringBuilder();
    while (text.length() < 40_000) {
      text.append(words.get(random.nextInt(words.size()))).append(' ');
    }
    return text.toString();
  }

  SparkCluster spark() {
    return spark;
  }

  MiniDFSCluster hdfs() {
    return hdfs;
  }

  /** Arguments of a command about the run of that name, whose directory is in HDFS. */
  String[] settings(String run, String... more) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "data.corpus=" + uri("corpus"),
                "data.sequence-length=40",
                "generator.hidden=32",
                "discriminator.hidden=32",
                "training.output=" + uri(run),
                "training.batch=8",
                "training.epochs=9",
                "training.max-rounds=" + ROUNDS,
                "training.workers=2",
                "training.averaging-frequency=25",
                "training.validate-every=4",
                "training.checkpoint-every=2",
                "training.seed=3",
                "evaluation.streams=4"));
    settings.addAll(Arrays.asList(more));
    return settings.stream().map(setting -> "--set=" + setting).toArray(String[]::new);
  }

  private URI uri(String name) {
    return hdfs.getURI().resolve("/" + name);
  }

  /** Submits a command. */
  Jvm start(String master, String command, String[] arguments) {
    return start(master, List.of(), command, arguments);
  }

  /** Submits a command with settings of Spark's. */
  Jvm start(String master, List<String> sparkSettings, String command, String[] arguments) {
    String[] line = new String[arguments.length + 1];
    line[0] = command;
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    return spark.submit(master, sparkSettings, line);
  }

  /** Runs a command, which must succeed. */
  String run(String master, String command, String[] arguments) {
    try (Jvm submitted = start(master, command, arguments)) {
      int status = submitted.await(600);
      if (status != 0) {
        throw new AssertionError(command + " ended with " + status + ":\n" + submitted.said());
      }
      return submitted.said();
    }
  }

  /** The rounds that a run's metrics tell of so far. */
  long rounds(String run) {
    org.apache.hadoop.fs.Path metrics = path(run + "/metrics.jsonl");
    try {
      return files.exists(metrics) ? text(metrics).lines().count() : 0;
    } catch (java.io.FileNotFoundException e) {
      // Replaced between the two.
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text(org.apache.hadoop.fs.Path file) throws IOException {
    try (var in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  FileSystem files() {
    return files;
  }

  static org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path("/" + name);
  }

  /** Every file of a run's last checkpoint. */
  Map<String, byte[]> checkpoint(String run) throws IOException {
    Map<String, byte[]> contents = new TreeMap<>();
    for (FileStatus file : files.listStatus(path(run + "/checkpoints/round-" + ROUNDS))) {
      try (var in = files.open(file.getPath())) {
        contents.put(file.getPath().getName(), in.readAllBytes());
      }
    }
    return contents;
  }

  /** Names of a run's checkpoints. */
  List<String> checkpoints(String run) throws IOException {
    return Arrays.stream(files.listStatus(path(run + "/checkpoints")))
        .map(status -> status.getPath().getName())
        .sorted()
        .toList();
  }

  @Override
  public void close() {
    spark.close();
    hdfs.shutdown();
  }
}
