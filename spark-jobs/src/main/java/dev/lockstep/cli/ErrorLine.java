package dev.lockstep.cli;

import dev.lockstep.config.UserError;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.spark.SparkException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The line that tells a user what went wrong, or the lines of several mistakes. */
final class ErrorLine {
  private ErrorLine() {}

  /** The line for a command line that cannot be understood. */
  static String ofMistake(ParameterException e) {
    return line(
        e instanceof UnmatchedArgumentException unmatched
            ? unknown(unmatched)
            : e.getMessage() + seeHelp(e));
  }

  /** Names the first word that is unknown: those after it may only be its values. */
  private static String unknown(UnmatchedArgumentException e) {
    String word = e.getUnmatched().get(0);
    boolean takesCommands = !e.getCommandLine().getSubcommands().isEmpty();
    String kind = word.startsWith("-") ? "option" : takesCommands ? "command" : "argument";
    List<String> suggestions = e.getSuggestions();
    String remedy =
        suggestions.isEmpty()
            ? seeHelp(e)
            : "; did you mean " + String.join(" or ", suggestions.stream().limit(2).toList()) + "?";
    return "Unknown " + kind + " '" + word + "'" + remedy;
  }

  private static String seeHelp(ParameterException e) {
    return "; see " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help";
  }

  /** The line for a command that did not succeed, or one for each mistake. */
  static String of(Throwable e, String command, boolean verbose) {
    Optional<UserError> mistake = userError(e);
    if (mistake.isPresent()) {
      return mistake.get().messages().stream()
          .map(ErrorLine::line)
          .collect(Collectors.joining(System.lineSeparator()));
    }
    String hint = verbose ? "" : "; run again with --verbose for the stack trace";
    return line(command + " failed: " + message(unwrapped(e)) + hint);
  }

  /** The user's mistake behind an exception, however deep Spark has wrapped it. */
  static Optional<UserError> userError(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof UserError mistake) {
        return Optional.of(mistake);
      }
    }
    return Optional.empty();
  }

  /**
   * The first exception that says something itself: wrappers repeat their cause, Spark's at length.
   */
  private static Throwable unwrapped(Throwable e) {
    Throwable t = e;
    while (isWrapper(t) && t.getCause() != null) {
      t = t.getCause();
    }
    return t;
  }

  private static boolean isWrapper(Throwable t) {
    return t instanceof SparkException
        || t instanceof ExecutionException
        || t instanceof InvocationTargetException
        || t instanceof UncheckedIOException;
  }

  private static String message(Throwable t) {
    String name = t.getClass().getSimpleName();
    String message = t.getMessage();
    if (message == null || message.isBlank()) {
      return name;
    }
    // Many library exceptions carry only a path, a key or a number: their kind is the message.
    return message.strip().indexOf(' ') < 0 ? name + ": " + message : message;
  }

  private static String line(String message) {
    return "lockstep: " + message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
