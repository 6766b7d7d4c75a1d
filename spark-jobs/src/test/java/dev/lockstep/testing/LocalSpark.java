package dev.lockstep.testing;

import dev.lockstep.spark.SparkSessions;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One session, as commands open it, for all tests of a class; commands that find it keep it. */
public final class LocalSpark implements BeforeAllCallback, AfterAllCallback {
  private SparkSession spark;

  @Override
  public void beforeAll(ExtensionContext context) {
    spark = SparkSessions.open(context.getDisplayName(), 2);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    spark.stop();
  }

  public SparkSession session() {
    return spark;
  }
}
