package dev.lockstep.cli;

import dev.lockstep.config.Settings;
import dev.lockstep.spark.SparkSessions;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;

/**
 * A command that runs a job with an experiment's settings. Registered in {@link
 * Lockstep#commands()}.
 *
 * @param <R> the result; Jackson must be able to write it as an object, as it can any record
 */
public abstract class JobCommand<R> extends ResultCommand<R> {
  @Mixin private CommonOptions options;
  private SparkSession ownSpark;

  /** Returns the options that name settings. */
  protected final CommonOptions options() {
    return options;
  }

  /**
   * Returns the settings that the options name, checked.
   *
   * @param more {@code key=value} each, which the options cannot change
   */
  protected final Settings settings(String... more) {
    List<String> overrides =
        Stream.of(options.overrides(), List.of(more)).flatMap(List::stream).toList();
    return Settings.load(options.config().orElse(null), overrides);
  }

  /** Returns the processors of this machine, for {@link #spark}. */
  protected static int localCores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * Returns the Spark session, opening it on the first call. It is stopped when {@link #run} ends,
   * unless it was open before the command began.
   *
   * @param cores threads that run tasks in local mode; a cluster's own settings decide otherwise
   */
  protected final SparkSession spark(int cores) {
    if (ownSpark != null) {
      return ownSpark;
    }
    boolean borrowed = SparkSessions.isOpen();
    SparkSession session = SparkSessions.open("lockstep " + name(), cores);
    if (!borrowed) {
      ownSpark = session;
    }
    return session;
  }

  @Override
  protected final void close() {
    if (ownSpark != null) {
      ownSpark.stop();
      ownSpark = null;
    }
  }
}
