package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a process runs does not change what it writes. */
class EnvironmentTest {
  @TempDir Path folder;

  private record Output(int status, String text) {}

  @Test
  void digitsAndLettersAreThoseOfNoPlace() throws IOException, InterruptedException {
    List<Output> outputs = new ArrayList<>();
    for (String place : List.of("en_US_UTC", "ar_EG_Africa/Cairo", "tr_TR_Asia/Istanbul")) {
      String[] parts = place.split("_", 3);
      Path corpus = folder.resolve("corpus");
      outputs.add(
          run(
              Map.of(),
              List.of(
                  "-Duser.language=" + parts[0],
                  "-Duser.country=" + parts[1],
                  "-Duser.timezone=" + parts[2]),
              "prepare",
              "--set",
              "data.kind=sawtooth",
              "--set",
              "data.corpus=" + corpus));
      Files.move(corpus, folder.resolve(parts[0]));
    }
    assertThat(outputs.get(0).text()).contains("sequences of up to 100").contains("51,200");
    assertThat(outputs).containsOnly(outputs.get(0));
    for (String other : List.of("ar", "tr")) {
      assertThat(folder.resolve(other + "/corpus.json"))
          .hasSameTextualContentAs(folder.resolve("en/corpus.json"));
    }
  }

  @Test
  void lettersThatTheLocaleDoesNotHaveAreNotLostInSilence()
      throws IOException, InterruptedException {
    Output output =
        run(
            Map.of("LC_ALL", "C"),
            List.of(),
            "generate",
            "--set",
            "generate.prefix=d\u00e9j\u00e0");
    assertThat(output.status()).isEqualTo(Lockstep.USER_ERROR);
    assertThat(output.text())
        .containsPattern(
            "lockstep: generate.prefix=d.*: has letters that the locale of this process \\(ANSI_X3.4-1968\\) does not: run with LC_ALL=C.UTF-8");
  }

  /** The status, and what a new process of this class path writes without the JVM's notice. */
  private Output run(Map<String, String> environment, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Lockstep.class.getName()));
    command.addAll(List.of(arguments));
    Path written = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectOutput(written.toFile())
            .redirectError(ProcessBuilder.Redirect.appendTo(written.toFile()));
    builder.environment().putAll(environment);
    int status = builder.start().waitFor();
    String text = Files.readString(written, StandardCharsets.UTF_8);
    return new Output(status, text.replaceAll("(?m)^WARNING.*\\R", ""));
  }
}
