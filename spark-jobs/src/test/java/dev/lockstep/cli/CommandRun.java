package dev.lockstep.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** What a command line left behind. */
record CommandRun(int status, String out, String err) {
  static CommandRun of(ProbeCommand.Work work, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Lockstep.commandLine(List.of(new ProbeCommand(work)));
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = Lockstep.run(line, args);
    return new CommandRun(status, out.toString(), err.toString());
  }
}
