package dev.lockstep.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class SparkSessionsTest {
  @Test
  void arraysTravelToTasksAndBack() {
    INDArray matrix = Nd4j.linspace(1, 12, 12).reshape(3, 4);
    INDArray view = matrix.transpose();
    List<INDArray> returned;
    try (SparkSession spark = SparkSessions.open("smoke", 2)) {
      JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      returned = context.parallelize(List.of(matrix, view), 2).map(a -> a.mul(2)).collect();
    }

    assertThat(returned).containsExactly(matrix.mul(2), view.mul(2));
    assertThat(returned.get(0).getDouble(2, 3)).isEqualTo(24.0);
  }

  @Test
  void aLocalSessionIsReachableFromHereAlone() {
    SparkConf conf;
    try (SparkSession spark = SparkSessions.open("lockstep test", 2)) {
      spark.range(3).createOrReplaceTempView("three");
      assertThat(spark.sql("select sum(id) from three").first().getLong(0)).isEqualTo(3);
      conf = spark.sparkContext().getConf();
      assertThat(SparkSessions.isOpen()).isTrue();
    }

    assertThat(SparkSessions.isOpen()).isFalse();
    assertThat(conf.get("spark.master")).isEqualTo("local[2]");
    assertThat(conf.get("spark.app.name")).isEqualTo("lockstep test");
    assertThat(conf.get("spark.driver.host")).isEqualTo("127.0.0.1");
    assertThat(conf.get("spark.ui.enabled")).isEqualTo("false");
    assertThat(conf.get("spark.kryo.registrator")).isEqualTo(LockstepRegistrator.class.getName());
    assertThat(Files.exists(Path.of("spark-warehouse"))).isFalse();
  }

  @Test
  void whatSparkSubmitSetHolds() {
    Map<String, String> submitted =
        Map.of(
            "spark.master", "local[1]",
            "spark.app.name", "nightly",
            "spark.ui.enabled", "false",
            "spark.kryoserializer.buffer.max", "128m");
    submitted.forEach(System::setProperty);
    try (SparkSession spark = SparkSessions.open("lockstep train", 8)) {
      SparkConf conf = spark.sparkContext().getConf();

      assertThat(SparkSessions.underSparkSubmit()).isTrue();
      submitted.forEach((key, value) -> assertThat(conf.get(key)).isEqualTo(value));
      assertThat(conf.get("spark.serializer")).endsWith("KryoSerializer");
      assertThat(conf.contains("spark.driver.bindAddress")).isFalse();
    } finally {
      submitted.keySet().forEach(System::clearProperty);
    }
  }

  @Test
  void withoutCoresThereIsNoSession() {
    assertThatThrownBy(() -> SparkSessions.open("none", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cores must be at least 1, not 0");
  }
}
