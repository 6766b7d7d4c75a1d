package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lockstep.config.Settings;
import dev.lockstep.corpus.prepare.Corpora;
import dev.lockstep.testing.TinyText;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingSourceTest {
  private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

  @TempDir Path folder;

  private static Set<ObjectName> gauges(String name) throws Exception {
    return BEANS.queryNames(new ObjectName("metrics:name=*.driver.lockstep." + name + ",*"), null);
  }

  private static Object value(String name) throws Exception {
    return BEANS.getAttribute(gauges(name).iterator().next(), "Value");
  }

  /** Through the sink that conf/spark-defaults.conf configures. */
  @Test
  void jmxShowsEveryRoundAsMetricsJsonlDoes() throws Exception {
    TinyText.write(folder.resolve("text"));
    Settings settings =
        Settings.parse(
            TinyText.settings(
                folder.resolve("text"), folder.resolve("corpus"), folder.resolve("run")),
            "test");
    List<String> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    String sink = "spark.metrics.conf.driver.sink.jmx.class";
    System.setProperty(sink, "org.apache.spark.metrics.sink.JmxSink");
    try (SparkSession spark = SparkSessions.open("metrics", 1)) {
      assertThat(new SparkConf().contains(sink)).isTrue();
      Corpora.prepare(spark, settings);
      assertThat(gauges("round")).isEmpty();
      new TrainJob(
              spark,
              settings,
              (metrics, rounds) -> {
                expected.add(metrics.round() + " " + metrics.bpc() + " " + metrics.cD());
                try {
                  seen.add(value("round") + " " + value("bpc") + " " + value("c_d"));
                  assertThat(value("left_out")).isEqualTo(0);
                } catch (Exception e) {
                  throw new AssertionError(e);
                }
              })
          .run();
      assertThat(seen).hasSize(3).isEqualTo(expected);
      assertThat(gauges("round")).isEmpty();
    } finally {
      System.clearProperty(sink);
    }
  }
}
