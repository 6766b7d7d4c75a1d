package dev.lockstep.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * One command: does its work and tells the result, as text or as JSON. Subclasses carry picocli's
 * {@code @Command} with their name and description. They report mistakes of the user by {@link
 * dev.lockstep.config.UserError} and let every other exception through: {@link Lockstep} turns both
 * into an exit status.
 *
 * @param <R> the result; Jackson must be able to write it as an object, as it can any record
 */
public abstract class ResultCommand<R> implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Mixin private ResultOptions resultOptions;
  @Spec private CommandSpec spec;

  /** Does the work and returns its result; prints nothing but progress. */
  protected abstract R run() throws Exception;

  /** Tells the result to a person. */
  protected abstract void print(R result, PrintWriter out);

  /** Lets go what {@link #run} has taken, also when it has failed. */
  protected void close() {}

  /** Returns the options that every command takes. */
  protected final ResultOptions resultOptions() {
    return resultOptions;
  }

  /** Returns the command's name. */
  protected final String name() {
    return spec.name();
  }

  @Override
  public final Integer call() throws Exception {
    R result;
    try {
      result = run();
    } finally {
      close();
    }
    tell(result, spec.commandLine().getOut());
    return Lockstep.OK;
  }

  private void tell(R result, PrintWriter out) throws IOException {
    if (resultOptions.json()) {
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
          "the result of " + name() + " is not a JSON object: " + tree.getNodeType());
    }
    return tree;
  }
}
