package dev.lockstep.spark;

import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.sql.SparkSession;

/**
 * Opens Spark sessions. Under {@code spark-submit} what is set there and in {@code
 * spark-defaults.conf} holds, and only what Lockstep cannot do without is added; otherwise the
 * session is a local one that is reachable from this machine alone.
 */
public final class SparkSessions {
  private SparkSessions() {}

  /**
   * Opens a session, or returns the one that is open. Whoever opened it stops it: {@code try
   * (SparkSession spark = SparkSessions.open(...))}.
   *
   * @param appName the name in Spark's UI and logs, unless {@code spark-submit --name} gave one
   * @param cores threads that run tasks in local mode
   */
  public static SparkSession open(String appName, int cores) {
    if (cores < 1) {
      throw new IllegalArgumentException("cores must be at least 1, not " + cores);
    }
    if (isOpen()) {
      return SparkSession.active();
    }
    SparkConf conf = new SparkConf();
    if (!underSparkSubmit()) {
      local(cores).forEach(conf::set);
    }
    arrays().forEach(conf::setIfMissing);
    // Names of files in any script, and digits as everywhere, whatever the nodes' locale is.
    conf.setIfMissing("spark.executorEnv.LC_ALL", "C.UTF-8");
    if (!conf.contains("spark.app.name") || isDefaultName(conf)) {
      conf.setAppName(appName);
    }
    return SparkSession.builder().config(conf).getOrCreate();
  }

  /** Returns whether a session is open in this process. */
  public static boolean isOpen() {
    return SparkSession.getDefaultSession().exists(s -> !s.sparkContext().isStopped());
  }

  /** Returns whether {@code spark-submit}, or whatever set {@code spark.master}, runs this. */
  public static boolean underSparkSubmit() {
    // Where SparkConf would find it, without the seconds that loading Spark takes.
    return System.getProperty("spark.master") != null;
  }

  /**
   * Cores that each of so many tasks has for itself: in local mode a share of this machine's, on a
   * cluster {@code spark.task.cpus}.
   */
  static int coresOfTask(SparkSession session, int tasks) {
    return session.sparkContext().isLocal()
        ? Math.max(1, Runtime.getRuntime().availableProcessors() / tasks)
        : session.sparkContext().conf().getInt("spark.task.cpus", 1);
  }

  /** Without {@code --name}, {@code spark-submit} names an application after its main class. */
  private static boolean isDefaultName(SparkConf conf) {
    return conf.get("spark.app.name").startsWith("dev.lockstep.");
  }

  /** What arrays need to travel between processes; a cluster's own settings come before these. */
  private static Map<String, String> arrays() {
    return Map.of(
        "spark.serializer", KryoSerializer.class.getName(),
        "spark.kryo.registrator", LockstepRegistrator.class.getName(),
        // The most that Spark allows: a paper-scale discriminator's parameters outgrow the default
        // of 64 MiB. The buffer grows as needed.
        "spark.kryoserializer.buffer.max", "2047m",
        // Trained numbers hardly compress.
        "spark.broadcast.compress", "false",
        "spark.shuffle.compress", "false");
  }

  private static Map<String, String> local(int cores) {
    return Map.of(
        "spark.master", "local[" + cores + "]",
        "spark.ui.enabled", "false",
        "spark.driver.host", "127.0.0.1",
        "spark.driver.bindAddress", "127.0.0.1",
        // Results stay in this process, so there is nothing to protect the driver from.
        "spark.driver.maxResultSize", "0");
  }
}
