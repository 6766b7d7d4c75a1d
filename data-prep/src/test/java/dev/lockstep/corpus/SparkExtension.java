package dev.lockstep.corpus;

import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One local Spark session for all tests of a class, without a UI and on the loopback alone. */
public final class SparkExtension implements BeforeAllCallback, AfterAllCallback {
  private SparkSession spark;

  @Override
  public void beforeAll(ExtensionContext context) {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .appName(context.getDisplayName())
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.warehouse.dir", System.getProperty("java.io.tmpdir"))
            .getOrCreate();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    spark.stop();
  }

  /** The session. */
  public SparkSession session() {
    return spark;
  }
}
