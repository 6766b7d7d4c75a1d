package dev.lockstep.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StudyCommandTest {
  @TempDir Path folder;

  @BeforeEach
  void runsHaveSamples() throws IOException {
    for (String run : new String[] {"a", "b"}) {
      Path samples = Files.createDirectories(folder.resolve(run).resolve("samples"));
      Files.writeString(
          samples.resolve("round-3-seed-1.txt"), "--- 1 ---\nof %s\n\n".formatted(run));
    }
  }

  private CommandRun study(String args) {
    return CommandRun.lockstep(("study " + args.replace("IN/", folder + "/")).split(" "));
  }

  @Test
  void aStudyIsMadeAndItsAnswersAreTallied() throws IOException {
    Files.writeString(folder.resolve("say.txt"), "Take your time.\n");
    JsonNode created =
        study("create IN/a --rating 3 --instructions IN/say.txt --output IN/s --json").json();

    assertThat(created.path("trials").asInt()).isEqualTo(1);
    assertThat(folder.resolve("s/page/study.html")).content().contains("\"Take your time.\"");
    Path answers = answers(created.path("study").asText(), "p1", "2", 0);
    JsonNode tally = study("tally IN/s " + answers + " --json").json();
    assertThat(tally.path("ratings").path("runs").path(0).path("mean").asDouble()).isEqualTo(2);
    assertThat(tally.path("ratings").path("runs").path(0).path("run").asText()).isEqualTo("a");
    assertThat(study("tally IN/s " + answers).out())
        .containsPattern("participant +answers +median s")
        .containsPattern("a +2.0000 +- +1 +\\[0, 1, 0]");
  }

  @Test
  void preferencesAreToldInATable() throws IOException {
    JsonNode created = study("create IN/a IN/b --output IN/s --json").json();
    JsonNode key = new ObjectMapper().readTree(folder.resolve("s/key.json").toFile());
    int first = key.path("trials").path(0).path(0).asInt();
    // Which of the two the participant sees at the left is the page's to know.
    List<CommandRun> either = new ArrayList<>();
    for (int left : new int[] {first, 1 - first}) {
      either.add(
          study(
              "tally IN/s "
                  + answers(created.path("study").asText(), "p1", "left", left, 1 - left)));
    }

    assertThat(either).extracting(CommandRun::status).containsExactlyInAnyOrder(0, 2);
    CommandRun told = either.get(0).status() == 0 ? either.get(0) : either.get(1);
    assertThat(told.out())
        .containsPattern("a +b +(100.0 % \\[2.5, 100.0] \\(1\\)|0.0 % \\[0.0, 97.5] \\(0\\)) ")
        .contains("0.0 % [0.0, 97.5] (0)", "1.0000")
        .contains("the left one was preferred in 100.0 % [2.5, 100.0] (1) of answers");
  }

  /** What the page saves of a study of one trial. */
  private Path answers(String study, String participant, String answer, int... samples)
      throws IOException {
    int seed = 0x811C9DC5;
    for (char c : (study + "/" + participant).toCharArray()) {
      seed = (seed ^ c) * 0x01000193;
    }
    String unsigned = Integer.toUnsignedString(seed);
    String shown =
        IntStream.of(samples).mapToObj(String::valueOf).collect(Collectors.joining("\n"));
    String time = "2024-05-01T10:00:00.000Z";
    CRC32 crc = new CRC32();
    crc.update(
        String.join("\n", "1", study, participant, unsigned, time, time, "0", shown, answer, "9")
            .getBytes(StandardCharsets.UTF_8));
    return Files.writeString(
        folder.resolve("answers.json"),
        """
        {"format": 1, "study": "%s", "participant": "%s", "seed": %s, "started": "%s",
         "finished": "%s", "checksum": "%08x",
         "answers": [{"trial": 0, "samples": %s, "answer": "%s", "milliseconds": 9}]}
        """
            .formatted(
                study,
                participant,
                unsigned,
                time,
                time,
                crc.getValue(),
                Arrays.toString(samples),
                answer));
  }

  @Test
  void aSeedMakesTheStudyAgainAndIsSecretOtherwise() throws IOException {
    String seeded = "create IN/a IN/b --seed 5 --output IN/";
    assertThat(study(seeded + "one").out())
        .contains("trials each: 1")
        .contains("from which of a, b");
    assertThat(study(seeded + "two").status()).isZero();
    assertThat(folder.resolve("one/key.json"))
        .hasSameBinaryContentAs(folder.resolve("two/key.json"));
    study("create IN/a IN/b --output IN/three");
    study("create IN/a IN/b --output IN/four");
    assertThat(Files.readAllLines(folder.resolve("three/key.json")))
        .filteredOn(line -> line.contains("\"seed\""))
        .isNotEqualTo(
            Files.readAllLines(folder.resolve("four/key.json")).stream()
                .filter(line -> line.contains("\"seed\""))
                .toList());
  }

  @Test
  void eachBadFileHasALineOfItsOwn() throws IOException {
    study("create IN/a --rating 5 --output IN/s");
    Files.writeString(folder.resolve("x.json"), "{");
    CommandRun run = study("tally IN/s IN/x.json IN/y.json --json");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines())
        .satisfiesExactly(
            line ->
                assertThat(line)
                    .isEqualTo("lockstep: %s/x.json: is not JSON: see line 1".formatted(folder)),
            line -> assertThat(line).startsWith("lockstep: " + folder + "/y.json: cannot be read"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""                                          | Missing command; see lockstep study --help
          creat                                       | Unknown command 'creat'; did you mean create?
          create --output IN/s                        | Missing required parameter: 'RUN'; see lockstep study create --help
          create IN/a --output IN/s --rating 4        | --rating 4: must be 3 or 5
          create IN/a --output IN/s --rating 3 --paired | --rating and --paired exclude each other: leave one out
          create IN/a IN/b --output IN/s --items 0    | --items 0: must be at least 1
          create IN/a IN/b --output IN/s --instructions IN/a | --instructions IN/a: cannot be read as UTF-8 text
          create IN/a IN/b --output IN/s --config x   | Unknown option '--config'; see lockstep study create --help
          tally IN/a IN/x                             | IN/a: holds no study: name a folder that study create made
          """)
  void mistakesAreOneLine(String args, String message) {
    CommandRun run = args.isEmpty() ? CommandRun.lockstep("study") : study(args);

    assertThat(run.err()).isEqualTo("lockstep: " + message.replace("IN/", folder + "/") + "\n");
    assertThat(run.status()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"create,--output=FOLDER", "tally,95 % intervals"})
  void helpNamesTheOptions(String command, String said) {
    CommandRun help = CommandRun.lockstep("study", command, "--help");
    assertThat(help.status()).isZero();
    assertThat(help.out().replaceAll("\\s+", " "))
        .contains("Usage: lockstep study " + command, said);
    assertThat(help.out()).contains("--json").doesNotContain("--set");
  }
}
