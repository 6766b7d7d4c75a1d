package dev.lockstep.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;
import org.apache.hadoop.yarn.server.resourcemanager.scheduler.fifo.FifoScheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packed jar on YARN gives the bytes of one process. */
class YarnTest {
  @TempDir Path folder;

  @Test
  void yarnGivesTheBytesOfOneProcess() throws IOException {
    try (MiniYARNCluster yarn = start();
        TrainingOnClusters clusters = TrainingOnClusters.start(folder)) {
      Path directory = SparkCluster.hadoopConfiguration(clusters.spark().folder());
      try (OutputStream out = Files.newOutputStream(directory.resolve("yarn-site.xml"))) {
        yarn.getConfig().writeXml(out);
      }
      clusters.run("local[2]", "train", clusters.settings("local"));
      Map<String, byte[]> expected = clusters.checkpoint("local");
      try (Jvm training =
          clusters.start("yarn", settings(clusters), "train", clusters.settings("yarn"))) {
        assertThat(training.await(600)).as(training.said()).isZero();
      }
      Map<String, byte[]> actual = clusters.checkpoint("yarn");
      assertThat(actual.keySet()).isEqualTo(expected.keySet());
      expected.forEach((name, bytes) -> assertThat(actual.get(name)).as(name).isEqualTo(bytes));
    }
  }

  private MiniYARNCluster start() {
    MiniYARNCluster yarn = new MiniYARNCluster("yarn", 1, 1, 1);
    yarn.init(configuration());
    yarn.start();
    return yarn;
  }

  private Configuration configuration() {
    YarnConfiguration configuration = new YarnConfiguration();
    configuration.set("yarn.resourcemanager.hostname", "127.0.0.1");
    configuration.setInt(YarnConfiguration.NM_PMEM_MB, 12 << 10);
    // The default one would want its queues configured.
    configuration.set(YarnConfiguration.RM_SCHEDULER, FifoScheduler.class.getName());
    configuration.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 256);
    // Containers are as large as they are: this is not a test of limits, nor of a full disk.
    configuration.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, false);
    configuration.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    configuration.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
    configuration.set(MiniYARNCluster.class.getName() + ".dir", folder.toString());
    return configuration;
  }

  private static List<String> settings(TrainingOnClusters clusters) {
    return List.of(
        "spark.executor.instances=2",
        "spark.executor.memoryOverhead=512m",
        "spark.yarn.am.memory=512m",
        "spark.yarn.jars=local:" + clusters.spark().folder().resolve("jars") + "/*");
  }
}
