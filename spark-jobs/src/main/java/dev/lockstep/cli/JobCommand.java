package dev.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.config.Settings;
import dev.lockstep.spark.SparkSessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * One command: runs a job and tells its result, as text or as JSON. Subclasses carry picocli's
 * {@code @Command} with their name and description, and are registered in {@link
 * Lockstep#commands()}. They report mistakes of the user by {@link dev.lockstep.config.UserError}
 * and let every other exception through: {@link Lockstep} turns both into an exit status.
 *
 * @param <R> the result; Jackson must be able to write it as an object, as it can any record
 */
public abstract class JobCommand<R> implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private CommonOptions options;
  @Spec private CommandSpec spec;
  private SparkSession ownSpark;

  /** Does the work and returns its result; prints nothing but progress. */
  protected abstract R run() throws Exception;

  /** Tells the result to a person. */
  protected abstract void print(R result, PrintWriter out);

  /** Returns the options that every command takes. */
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
    SparkSession session = SparkSessions.open("lockstep " + spec.name(), cores);
    if (!borrowed) {
      ownSpark = session;
    }
    return session;
  }

  @Override
  public final Integer call() throws Exception {
    R result;
    try {
      result = run();
    } finally {
      stopSpark();
    }
    tell(result, spec.commandLine().getOut());
    return Lockstep.OK;
  }

  private void tell(R result, PrintWriter out) throws IOException {
    if (options.json()) {
      out.println(JSON.writeValueAsString(jsonObject(result)));
    } else {
      print(result, out);
    }
    // A PrintWriter keeps its errors to itself, and a pipeline must not take half a result for one.
    if (out.checkError()) {
      throw new IOException("cannot write the result to standard output");
    }
  }

  private JsonNode jsonObject(R result) {
    JsonNode tree = JSON.valueToTree(result);
    if (!tree.isObject()) {
      throw new IllegalStateException(
          "the result of " + spec.name() + " is not a JSON object: " + tree.getNodeType());
    }
    return tree;
  }

  private void stopSpark() {
    if (ownSpark != null) {
      ownSpark.stop();
      ownSpark = null;
    }
  }
}
