package dev.lockstep.benchmarks.versus;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * A process that answers one line of standard input with one of standard output, and ends when its
 * input does; {@link ChildJvm} is the other end.
 */
final class LineServer {
  static final String READY = "ready";

  private LineServer() {}

  /** What the answers come from. */
  interface Answers {
    /**
     * The answer.
     *
     * @param request its words
     */
    String to(List<String> request) throws IOException;
  }

  /** Serves standard input and ends the process. */
  static void run(Callable<Answers> create) throws Exception {
    PrintStream answers = System.out;
    // Libraries may print what they like, but not into the answers.
    System.setOut(System.err);
    Answers created = create.call();
    try (BufferedReader requests =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      serve(requests, answers, created);
    }
    // Native libraries keep threads.
    System.exit(0);
  }

  static void serve(BufferedReader requests, PrintStream out, Answers answers) throws IOException {
    say(out, READY);
    for (String line = requests.readLine(); line != null; line = requests.readLine()) {
      say(out, answers.to(List.of(line.split(" ", -1))));
    }
  }

  private static void say(PrintStream out, String line) {
    out.println(line);
    out.flush();
  }
}
