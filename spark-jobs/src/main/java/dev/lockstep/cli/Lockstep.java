package dev.lockstep.cli;

import dev.lockstep.spark.SparkSessions;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The command line's entry point, for {@code bin/lockstep} and {@code spark-submit} alike. Exit
 * status 0 is success, 2 a mistake in the command line, configuration or input, 1 any other
 * failure; both print one line on standard error.
 */
@Command(
    name = "lockstep",
    mixinStandardHelpOptions = true,
    versionProvider = BuildVersion.class,
    synopsisSubcommandLabel = "COMMAND",
    description = "Trains recurrent sequence generators with Professor Forcing on Apache Spark.")
public final class Lockstep implements Runnable {
  static final int OK = 0;
  static final int FAILURE = 1;
  static final int USER_ERROR = 2;

  /** In which the JVM reads arguments and names of files. */
  private static final String ENCODING = System.getProperty("sun.jnu.encoding", "UTF-8");

  /** What the JVM makes of a letter that the encoding does not have. */
  private static final String LOST = "\uFFFD";

  @Spec private CommandSpec spec;

  private Lockstep() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Missing command");
  }

  /** Runs the command that the arguments name. */
  public static void main(String[] args) {
    // The digits and letters of what is written are no matter of where it runs.
    Locale.setDefault(Locale.ROOT);
    int status = run(commandLine(commands()), args);
    // YARN's application master counts an exit, even with 0, as a failed application. Elsewhere a
    // library's lingering thread must not keep the process alive.
    if (status != OK || !SparkSessions.underSparkSubmit()) {
      System.exit(status);
    }
  }

  /** The commands, in the order in which the help shows them. */
  static List<Object> commands() {
    return List.of(
        new DemoCommand(),
        new PrepareCommand(),
        new PlanCommand(),
        new TrainCommand(),
        new EvaluateCommand(),
        new GenerateCommand(),
        new ReportCommand(),
        new StudyCommand());
  }

  static CommandLine commandLine(List<?> commands) {
    CommandLine line = new CommandLine(new Lockstep());
    commands.forEach(line::addSubcommand);
    // A value that begins with @ is a value, not a file of arguments.
    line.setExpandAtFiles(false);
    line.setParameterExceptionHandler((e, args) -> reject(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> fail(e, command));
    return line;
  }

  static int run(CommandLine line, String... args) {
    Optional<String> unread = Arrays.stream(args).filter(Lockstep::isUnread).findFirst();
    if (unread.isPresent()) {
      line.getErr()
          .printf(
              "lockstep: %s: has letters that the locale of this process (%s) does not: run with LC_ALL=C.UTF-8%n",
              unread.get(), ENCODING);
      line.getErr().flush();
      return USER_ERROR;
    }
    try {
      return line.execute(args);
    } catch (Error e) {
      // Picocli hands on exceptions only; running out of memory is reported like any failure.
      return fail(e, executed(line));
    }
  }

  /** Whether it has lost letters before it came here. */
  private static boolean isUnread(String argument) {
    return argument.contains(LOST) && !Charset.forName(ENCODING).newEncoder().canEncode(LOST);
  }

  private static CommandLine executed(CommandLine line) {
    List<CommandLine> parsed = line.getParseResult().asCommandLineList();
    return parsed.get(parsed.size() - 1);
  }

  private static int reject(ParameterException e) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(ErrorLine.ofMistake(e));
    err.flush();
    return USER_ERROR;
  }

  private static int fail(Throwable e, CommandLine command) {
    boolean verbose =
        command.getCommand() instanceof ResultCommand<?> asked && asked.resultOptions().verbose();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName().replaceFirst("^lockstep ", "");
    err.println(ErrorLine.of(e, name, verbose));
    if (verbose) {
      e.printStackTrace(err);
    }
    err.flush();
    return ErrorLine.userError(e).isPresent() ? USER_ERROR : FAILURE;
  }
}
