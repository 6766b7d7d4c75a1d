package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import picocli.CommandLine;

/** What a command line left behind. */
public record CommandRun(int status, String out, String err) {
  private static final ObjectMapper STRICT =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Of a command that does what a test wants. */
  static CommandRun of(ProbeCommand.Work work, String... args) {
    return of(List.of(new ProbeCommand(work)), args);
  }

  /** Of the commands that users have. */
  public static CommandRun lockstep(String... args) {
    return of(Lockstep.commands(), args);
  }

  static CommandRun of(List<?> commands, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine line = Lockstep.commandLine(commands);
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int status = Lockstep.run(line, args);
    return new CommandRun(status, out.toString(), err.toString());
  }

  /** The last line of standard output, of a command that succeeded with {@code --json}. */
  public JsonNode json() {
    assertThat(err).isEmpty();
    assertThat(status).isZero();
    List<String> lines = out.lines().toList();
    try {
      JsonNode json = STRICT.readTree(lines.get(lines.size() - 1));
      assertThat(json.isObject()).as("an object").isTrue();
      return json;
    } catch (JsonProcessingException e) {
      throw new AssertionError(out, e);
    }
  }
}
